"""The pages that say how busy it is, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browsing import overflow_px, served_filled
from playwright.sync_api import Browser, Page, expect
from psycopg import Connection

from cli.embedded.broker import EmbeddedBroker
from streets.jobs.footfall import refresh_usual
from tests.footfall.street import HOUR, count, count_weeks, two_counters

# A Friday in winter at three in the afternoon.
THIS_HOUR = datetime(2026, 1, 16, 15, tzinfo=UTC)


def busy_street(conn: Connection[Any]) -> None:
    two_counters(conn, THIS_HOUR - timedelta(weeks=10))
    conn.execute("INSERT INTO place (place_id, council, name, lat, lon) VALUES ('arcade', 'rivermouth', 'Arcade', 54.97, -1.6)")
    for number in (1, 2):
        count_weeks(conn, number, THIS_HOUR - number * HOUR, 4, 300)
    count(conn, 1, THIS_HOUR - HOUR, 420)
    refresh_usual(conn, THIS_HOUR)


@pytest.fixture(scope="module")
def street(databases: Any, broker: EmbeddedBroker) -> Iterator[str]:
    with served_filled(databases, broker, busy_street, at=THIS_HOUR + timedelta(minutes=10)) as url:
        yield url


@pytest.fixture
def page(street: str, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(base_url=street, viewport={"width": 320, "height": 800})
    yield opened
    opened.close()


def test_the_word_comes_first_and_the_age_is_told(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/")
    high_street = page.locator("section", has_text="High Street")
    expect(high_street).to_contain_text(re.compile(r"Busier than usual\..*420.*1 of 2 counters", re.DOTALL))
    expect(high_street).to_contain_text("Next hours:")
    expect(page.locator("section", has_text="Arcade")).to_contain_text("No counter stands here.")
    expect(page.get_by_role("link", name="Check again")).to_have_count(1)
    assert axe(page) == []
    assert overflow_px(page) == 0


def test_what_is_busier_than_usual_comes_first(page: Page) -> None:
    page.goto("/")
    expect(page.locator("main section h2")).to_have_text(["High Street", "Arcade"])


def test_a_place_shows_today_beside_what_is_usual_as_chart_and_table(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/places/high-street")
    expect(page.locator("figure svg[role=img]")).to_have_count(1)
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.get_by_text("The figures as a table").click()
    expect(page.locator("figure tbody tr")).to_have_count(24)


def test_the_welsh_page_says_it_in_welsh(page: Page) -> None:
    page.goto("/cy/places/high-street")
    expect(page.locator("main")).to_contain_text("Stryd Fawr")
    expect(page.locator("main")).to_contain_text("Prysurach na'r arfer")


def test_a_place_that_is_not_there_is_not_found(page: Page) -> None:
    answer = page.goto("/places/nowhere")
    assert answer is not None
    assert answer.status == 404
