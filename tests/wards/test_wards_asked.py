"""Wards asked over HTTP, from stored readings to JSON and the member's page in both languages."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from browsing import served

from streets import clock
from streets.settings import Settings
from streets.store import wards
from tests.bins.street_of_bins import Street

HOUR = timedelta(hours=1)


@pytest.fixture
def asking(street: Street, settings: Settings) -> Iterator[httpx.Client]:
    """Quayside has a bin about full and a silent one; Hillside has no bins. Nobody has looked for potholes."""
    now = clock.now()
    street.conn.execute("INSERT INTO ward (ward_code, council, name, boundary) VALUES ('E2', 'rivermouth', 'Hillside', '{}')")
    for bin_id in ("B1", "B2"):
        street.bin(bin_id)
    street.fills_steadily("B1", days=4, pct_per_h=1, emptied_at_pct=96, until=now)
    street.fills_steadily("B2", days=4, pct_per_h=1, emptied_at_pct=50, until=now - 30 * HOUR)
    street.run_jobs(now)
    with served(settings) as url, httpx.Client(base_url=url) as client:
        yield client


def test_a_wards_figures_come_with_their_age_and_coverage(asking: httpx.Client) -> None:
    ward = asking.get("/v1/wards/E1").json()
    assert (ward["name"], ward["name_cy"], ward["council"]) == ("Quayside", "Glan y Cei", "rivermouth")
    assert (ward["bins"]["full"]["value"], ward["bins"]["full"]["known"], ward["bins"]["full"]["total"]) == (1, 1, 2)
    assert ward["bins"]["full"]["as_of"] is not None
    assert ward["bins"]["silent"] == 1
    assert ward["council_bins"] == ward["bins"]


def test_what_is_not_known_of_a_ward_is_null_and_not_zero(asking: httpx.Client) -> None:
    ward = asking.get("/v1/wards/E2").json()
    assert ward["bins"]["full"] == {"value": None, "known": 0, "total": 0, "as_of": None}
    assert ward["pothole_sites"] == {"value": None, "known": 0, "total": 1, "as_of": None}
    assert ward["places"] == []


def test_wards_are_listed_by_name_and_an_unknown_one_is_a_problem(asking: httpx.Client) -> None:
    assert [ward["name"] for ward in asking.get("/v1/wards").json()["wards"]] == ["Hillside", "Quayside"]
    answer = asking.get("/v1/wards/E9")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert asking.get("/wards/E9").status_code == 404


def test_the_members_page_begins_with_a_summary_and_says_what_is_not_known(asking: httpx.Client) -> None:
    page = asking.get("/wards/E1").text
    assert "1 of 2 litter bins is full or nearly full; for 1 of them it is not known." in page
    assert "Whether drivers felt potholes here is not known." in page
    assert "There are no personal data on this page." in page
    assert "No people are counted in this ward." in page
    assert "There are no litter bins." in asking.get("/wards/E2").text


def test_the_members_page_is_in_welsh(asking: httpx.Client) -> None:
    page = asking.get("/cy/wards/E1").text
    assert "Glan y Cei" in page
    assert "Mae 1 o'r 2 bin sbwriel yn llawn neu bron yn llawn; nid yw'n hysbys yn achos 1 ohonynt." in page.replace("&#39;", "'")
    assert "Nid oes data personol ar y dudalen hon." in page
    assert 'href="/cy/wards/E2"' in asking.get("/cy/wards").text


def test_emptyings_of_the_last_seven_days_are_counted_whoever_saw_them(street: Street) -> None:
    now = clock.now()
    street.bin("B1")
    for hours_ago, seen_by in ((50, "both"), (20, "crew"), (24 * 8, "sensor")):
        street.conn.execute("INSERT INTO emptying VALUES ('B1', %s, %s, NULL, NULL)", (now - hours_ago * HOUR, seen_by))
    (only,) = wards.bins_seen(street.conn, now)
    assert only.emptied_7d == 2
