"""The pages that say how busy it is, in a real browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest
from browsing import overflow_px, served_filled
from playwright.sync_api import Browser, Page
from psycopg import Connection

from cli.embedded.broker import EmbeddedBroker
from streets import clock
from streets.jobs.footfall import refresh_usual
from tests.footfall.street import HOUR, count, count_weeks, two_counters

THIS_HOUR = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def busy_street(conn: Connection[Any]) -> None:
    two_counters(conn, THIS_HOUR - timedelta(weeks=10))
    conn.execute("INSERT INTO place (place_id, council, name, lat, lon) VALUES ('arcade', 'rivermouth', 'Arcade', 54.97, -1.6)")
    for number in (1, 2):
        count_weeks(conn, number, THIS_HOUR - number * HOUR, 4, 300)
    count(conn, 1, THIS_HOUR - HOUR, 420)
    refresh_usual(conn, THIS_HOUR)


@pytest.fixture(scope="module")
def street(databases: Any, broker: EmbeddedBroker) -> Iterator[str]:
    with served_filled(databases, broker, busy_street) as url:
        yield url


@pytest.fixture
def page(street: str, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(base_url=street, viewport={"width": 320, "height": 800})
    yield opened
    opened.close()


def test_the_word_comes_first_and_the_age_is_told(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/")
    high_street = page.locator("section", has_text="High Street").inner_text()
    assert high_street.index("Busier than usual.") < high_street.index("420") < high_street.index("1 of 2 counters")
    assert "Next hours:" in high_street
    arcade = page.locator("section", has_text="Arcade").inner_text()
    assert "No counter stands here." in arcade
    assert page.get_by_role("link", name="Check again").count() == 1
    assert axe(page) == []
    assert overflow_px(page) == 0


def test_what_is_busier_than_usual_comes_first(page: Page) -> None:
    page.goto("/")
    assert page.locator("main section h2").all_inner_texts() == ["High Street", "Arcade"]


def test_a_place_shows_today_beside_what_is_usual_as_chart_and_table(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/places/high-street")
    assert page.locator("figure svg[role=img]").count() == 1
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.get_by_text("The figures as a table").click()
    assert page.locator("figure tbody tr").count() in (23, 24, 25)


def test_the_welsh_page_says_it_in_welsh(page: Page) -> None:
    page.goto("/cy/places/high-street")
    words = page.locator("main").inner_text()
    assert "Stryd Fawr" in words
    assert "Prysurach na'r arfer" in words


def test_a_place_that_is_not_there_is_not_found(page: Page) -> None:
    answer = page.goto("/places/nowhere")
    assert answer is not None
    assert answer.status == 404
