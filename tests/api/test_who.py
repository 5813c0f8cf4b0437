"""Who may call what."""

import re
from uuid import uuid4

import httpx
import psycopg
import pytest
from callers import Served
from fastapi.routing import APIRoute

from api.pages.reference import roles_of

MAY = {"crew": {"crew", "officer"}, "officer": {"officer"}, "office": {"officer", "operator"}, "machine": {"device"}}


def address(route: APIRoute) -> str:
    """The route's path with something in each place of a parameter."""
    return re.sub(r"\{[^}]+\}", str(uuid4()), route.path)


def closed_routes(api: Served) -> list[tuple[str, str, str]]:
    """Method, address and role of every route that is not for anyone."""
    return [
        (method, address(route), role)
        for route in api.app.state.routes
        for role in roles_of(route)
        if role != "anyone"
        for method in sorted(route.methods)
    ]


def numbered_routes(api: Served, number: int) -> list[tuple[str, str]]:
    """Method and address, with this number in it, of every route to an installation or an alarm."""
    return [
        (method, re.sub(r"\{[^}]+\}", str(number), route.path))
        for route in api.app.state.routes
        if re.search(r"\{(installation|alarm)_id\}", route.path)
        for method in sorted(route.methods)
    ]


def test_every_route_states_exactly_one_role(api: Served) -> None:
    assert [(route.path, roles_of(route)) for route in api.app.state.routes if len(roles_of(route)) != 1] == []


def test_every_closed_route_refuses_who_has_no_token(api: Served) -> None:
    with httpx.Client(base_url=api.url) as nobody:
        answers = {(method, path): nobody.request(method, path).status_code for method, path, _ in closed_routes(api)}
    assert answers == dict.fromkeys(answers, 401)
    assert len(answers) >= 2


def test_every_closed_route_refuses_another_role(api: Served) -> None:
    let_in = []
    for who in ("crew", "officer", "operator", "device"):
        with httpx.Client(base_url=api.url, headers=api.bearer(who)) as caller:
            asked = [(method, path) for method, path, role in closed_routes(api) if who not in MAY[role]]
            let_in += [(method, path, who) for method, path in asked if caller.request(method, path).status_code != 403]
    assert let_in == []


@pytest.mark.parametrize("number", [0, -(10**12), 10**12, 10**30])
def test_a_number_that_no_record_can_have_finds_nothing(number: int, api: Served) -> None:
    """PostgreSQL's integers end at 2,147,483,647."""
    asked = numbered_routes(api, number)
    with httpx.Client(base_url=api.url, headers=api.bearer("officer")) as officer:
        answers = {(method, path): officer.request(method, path).status_code for method, path in asked}
    assert set(answers.values()) <= {404, 422}, answers
    assert len(answers) >= 10


@pytest.mark.parametrize("header", ["Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer \tx", "Bearer " + "A" * 5000])
def test_a_wrong_token_is_a_problem_that_says_what_is_needed(header: str, api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", json={}, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:smart-streets:problem:not_signed_in"


def test_an_expired_and_a_revoked_token_are_wrong_tokens(api: Served) -> None:
    with psycopg.connect(api.database_url) as conn:
        conn.execute("UPDATE token SET expires_at = created_at WHERE subject = 'streets@ttn' AND council = 'rivermouth'")
    try:
        expired = httpx.post(f"{api.url}/v1/uplinks/tts", json={}, headers=api.bearer("device"))
    finally:
        with psycopg.connect(api.database_url) as conn:
            conn.execute(
                "UPDATE token SET expires_at = created_at + interval '1 day', revoked_at = created_at WHERE role = 'device'"
            )
    try:
        revoked = httpx.post(f"{api.url}/v1/uplinks/tts", json={}, headers=api.bearer("device"))
    finally:
        with psycopg.connect(api.database_url) as conn:
            conn.execute("UPDATE token SET revoked_at = NULL")
    assert (expired.status_code, revoked.status_code) == (401, 401)


def test_the_database_has_no_secret_in_it(api: Served) -> None:
    with psycopg.connect(api.database_url) as conn:
        kept = str(conn.execute("SELECT * FROM token").fetchall())
    assert [name for name, secret in api.secrets.items() if secret in kept] == []
