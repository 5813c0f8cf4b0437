"""Whoever copied a published figure can see that it was changed: on the place's page, the bin's, in the files and on a list."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from browsing import overflow_px, served_filled
from playwright.sync_api import Browser, Page, expect

from cli.embedded.broker import EmbeddedBroker
from streets.jobs.footfall import refresh_usual
from streets.store import audits
from streets.store.audits import Audit, What
from tests.footfall.street import HOUR, count, count_weeks, two_counters

# A Friday in winter at three in the afternoon.
THIS_HOUR = datetime(2026, 1, 16, 15, tzinfo=UTC)
REVISED_AT = THIS_HOUR.replace(hour=0) + timedelta(minutes=5)


def revised_street(conn: psycopg.Connection[Any]) -> None:
    two_counters(conn, THIS_HOUR - timedelta(weeks=10))
    for number in (1, 2):
        count_weeks(conn, number, THIS_HOUR - HOUR, 4, 300)
    count(conn, 1, THIS_HOUR - HOUR, 420)
    count(conn, 2, THIS_HOUR - HOUR, 800)
    refresh_usual(conn, THIS_HOUR)
    values = {"hour": THIS_HOUR - HOUR, "at": REVISED_AT}
    for statement in (
        "INSERT INTO published_hour VALUES ('C1', %(hour)s, 420, 3600, %(at)s, 2, %(at)s)",
        "INSERT INTO revised_hour VALUES ('C1', %(hour)s, 1, 404, 3300, 410, 3600, %(at)s, 'late_data')",
        "INSERT INTO revised_hour VALUES ('C1', %(hour)s, 2, 410, 3600, 420, 3600, %(at)s, 'repaired')",
        "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l) VALUES ('B1', 'rivermouth', 'Quay', 54.9, -1.6, 120)",
        "INSERT INTO emptying VALUES ('B1', %(hour)s - INTERVAL '4 days', 'sensor', 81, 2)",
        "INSERT INTO revised_emptying (bin_id, was_emptied_at, was_fill_before_pct, emptied_at, fill_before_pct, revised_at, why)"
        " VALUES ('B1', %(hour)s - INTERVAL '97 hours', 80, %(hour)s - INTERVAL '4 days', 81, %(at)s, 'record_changed'),"
        " ('B1', %(hour)s - INTERVAL '9 days', 70, NULL, NULL, %(at)s, 'late_data')",
        "INSERT INTO revised_hour VALUES ('C2', %(hour)s - INTERVAL '1 day', 1, 4, 3600, 12, 3600, %(at)s, 'late_data')",
    ):
        conn.execute(statement, values)  # type: ignore[arg-type]
    found: dict[What, tuple[int, int]] = {"fills": (1200, 3), "published_hours": (34, 0)}
    for what, (compared, differed) in found.items():
        audits.keep(conn, REVISED_AT, Audit(what, REVISED_AT.date(), compared, differed, differed, []))


@pytest.fixture(scope="module")
def street(databases: Any, broker: EmbeddedBroker) -> Iterator[str]:
    with served_filled(databases, broker, revised_street, at=THIS_HOUR + timedelta(minutes=10)) as url:
        yield url


@pytest.fixture
def page(street: str, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(base_url=street, viewport={"width": 320, "height": 800})
    yield opened
    opened.close()


def test_the_place_says_which_hours_were_revised_and_what_they_were(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/places/high-street")
    page.get_by_text("The figures as a table").click()
    # First published: 404 in 55 minutes, which is 441 in an hour, and 800; now 420 and 800.
    expect(page.locator("figure table")).to_contain_text("1,220 (revised 12:05am: was 1,241)")
    expect(page.get_by_role("link", name="All revised figures")).to_have_count(1)
    assert axe(page) == []
    assert overflow_px(page) == 0


def test_the_hours_as_open_data_say_how_often_and_when_they_were_revised(street: str) -> None:
    span = {"place": "high-street", "from": (THIS_HOUR - 2 * HOUR).isoformat(), "to": THIS_HOUR.isoformat()}
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{street}/v1/footfall.csv", params=span).text)))
    told = {(row["counter_id"], row["count"]): (row["revision"], row["revised_at"]) for row in rows[-2:]}
    assert told == {("C1", "420"): ("2", REVISED_AT.isoformat().replace("+00:00", "Z")), ("C2", "800"): ("0", "")}


def test_a_bin_says_which_emptyings_were_revised(page: Page, street: str, axe: Callable[[Page], list[str]]) -> None:
    (one,) = httpx.get(f"{street}/v1/bins/B1/emptyings").json()["emptyings"]
    assert one["revised_at"] == REVISED_AT.isoformat().replace("+00:00", "Z")
    assert one["was_emptied_at"] == (THIS_HOUR - 98 * HOUR).isoformat().replace("+00:00", "Z")
    page.goto("/bins/B1")
    expect(page.locator("main")).to_contain_text("(revised 12:05am on")
    assert axe(page) == []


def test_every_revision_of_a_day_is_listed_with_its_reason(page: Page, street: str, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/revisions")
    table = page.locator("main table")
    for said in ("Footfall at High Street, counter C1", "410", "420", "fewer than 10", "Emptying of litter bin B1", "81% full"):
        expect(table).to_contain_text(said)
    expect(table).to_contain_text("the record of the installation was corrected")
    expect(table).to_contain_text("not told")
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.goto("/cy/revisions")
    expect(table).to_contain_text("cywirwyd cofnod y gosodiad")
    page.goto("/revisions?day=2026-01-01")
    expect(page.locator("main")).to_contain_text("Nothing that was published has been changed on that day.")


def test_what_the_last_audit_found_is_told_to_everybody(street: str) -> None:
    page = httpx.get(f"{street}/data").text
    assert "last compared with the readings at 12:05am on Friday 16 January: 1,234 compared, 3 differed, 3 repaired." in page
    metrics = httpx.get(f"{street}/metrics").text
    assert 'streets_audit_rows{found="compared",what="fills"} 1200.0' in metrics


def test_revisions_are_open_data_and_hide_tiny_counts(street: str) -> None:
    told = httpx.get(f"{street}/v1/revisions", params={"day": REVISED_AT.date().isoformat()}).json()
    assert (told["complete"], len(told["revisions"])) == (True, 5)
    (tiny,) = [one for one in told["revisions"] if one["counter_id"] == "C2"]
    assert (tiny["was_count"], tiny["was_count_below"], tiny["count"]) == (None, 10, 12)
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{street}/v1/revisions.csv").text)))
    assert [row["why"] for row in rows] == [one["why"] for one in told["revisions"]]
    assert httpx.get(f"{street}/v1/revisions?day=1066-10-14").status_code == 422
