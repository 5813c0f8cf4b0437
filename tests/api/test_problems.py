"""Errors as programs and people see them, and limits."""

import html
import logging
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from browsing import served
from callers import Served

from api.guards import BODY_LIMIT_BYTES
from streets.settings import settings_of


def test_what_is_not_there_is_a_problem_for_programs_and_a_page_for_people(api: Served) -> None:
    program, person, welsh = (httpx.get(api.url + path) for path in ("/v1/nothing", "/nothing", "/cy/nothing"))
    assert program.headers["Content-Type"] == "application/problem+json"
    assert program.json()["status"] == program.status_code == 404
    assert program.json()["instance"] == "/v1/nothing"
    assert "Page not found" in person.text
    assert '<html lang="cy"' in welsh.text
    assert (person.status_code, welsh.status_code) == (404, 404)


def test_the_description_of_every_operation_tells_problems_as_they_are_told(api: Served) -> None:
    described = httpx.get(f"{api.url}/openapi.json").json()
    assert "HTTPValidationError" not in described.get("components", {}).get("schemas", {})
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert list(operation["responses"]["4XX"]["content"]) == ["application/problem+json"], path
    told = described["paths"]["/v1/bins/{bin_id}"]["get"]["responses"]["4XX"]["content"]["application/problem+json"]
    answer = httpx.get(f"{api.url}/v1/bins/B1042").json()
    assert set(told["schema"]["required"]) <= answer.keys() <= told["schema"]["properties"].keys()
    assert told["example"] == answer | {"request": told["example"]["request"]}


def test_no_page_links_to_another_site_because_its_address_says_so(api: Served) -> None:
    page = httpx.get(f"{api.url}/cy//other.example/").text
    assert 'href="/other.example/"' in page
    assert 'href="//' not in page


def test_a_link_checker_may_ask_for_the_head_of_a_file(api: Served) -> None:
    head = httpx.head(f"{api.url}/v1/bins.csv")
    assert (head.status_code, head.headers["Content-Type"], head.content) == (200, "text/csv; charset=utf-8; header=present", b"")


def test_a_wrong_method_is_a_problem(api: Served) -> None:
    answer = httpx.delete(f"{api.url}/v1/uplinks/tts")
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:smart-streets:problem:wrong_method")


def test_a_body_over_the_limit_is_refused_unread(api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", content=b"x" * (BODY_LIMIT_BYTES + 1), headers=api.bearer("device"))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:smart-streets:problem:too_large")


def test_a_body_that_does_not_tell_its_length_is_refused_when_it_grows_too_large(api: Served) -> None:
    parts = (b"x" * 65_536 for _ in range(BODY_LIMIT_BYTES // 65_536 + 1))
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", content=parts, headers=api.bearer("device"))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:smart-streets:problem:too_large")


def test_a_wrong_value_in_the_address_is_named(api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/chirpstack?event=dance", json={}, headers=api.bearer("chirpstack"))
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == ["query.event"]


@pytest.mark.parametrize("path", ["/sign-in", "/v1/nothing", "/healthz", "/static/nothing"])
def test_every_answer_carries_the_safe_headers(path: str, api: Served) -> None:
    headers = httpx.get(api.url + path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_only_the_recorder_may_ask_for_the_phones_sensors(api: Served) -> None:
    assert "accelerometer=(self)" in httpx.get(f"{api.url}/record").headers["Permissions-Policy"]
    assert "accelerometer=(self)" in httpx.get(f"{api.url}/cy/record").headers["Permissions-Policy"]


def test_the_log_has_no_query_strings(api: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        httpx.get(f"{api.url}/sign-in?token=a-secret")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("streets")]
    assert any("GET /sign-in 303" in line for line in lines)
    assert not any("a-secret" in line for line in lines)


def test_json_has_no_welsh_address(api: Served) -> None:
    assert httpx.get(f"{api.url}/cy/v1/bins").status_code == 404


def test_where_the_address_is_https_the_browser_is_held_to_it_and_cookies_are_secure(api: Served) -> None:
    told = {
        "STREETS_DATABASE_URL": api.database_url,
        "STREETS_MQTT_URL": "mqtt://127.0.0.1:1",
        "STREETS_SECRET_KEY": "k" * 32,
        "STREETS_PUBLIC_URL": "https://streets.example",
    }
    with served(settings_of(told)) as site:
        answer = httpx.get(f"{site}/sign-in?token=x")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_database_that_goes_away_is_said_so_and_comes_back_without_a_restart(databases: Any) -> None:
    told = {"STREETS_MQTT_URL": "mqtt://127.0.0.1:1", "STREETS_SECRET_KEY": "k" * 32}
    with databases.copy() as url, served(settings_of({**told, "STREETS_DATABASE_URL": url})) as site:
        name = urlsplit(url).path[1:]
        with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as conn:
            conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            person = httpx.get(f"{site}/cy/data", timeout=20)
            ready = httpx.get(f"{site}/readyz", timeout=20)
            conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        back = next(answer for answer in iter(lambda: httpx.get(f"{site}/data", timeout=20), None) if answer.status_code == 200)
    assert (person.status_code, ready.status_code) == (503, 503)
    assert person.headers["Retry-After"] == "10"
    assert "nid yw'r gwasanaeth ar gael" in html.unescape(person.text)
    assert "database: does not answer" in ready.json()["detail"]
    assert back.status_code == 200
