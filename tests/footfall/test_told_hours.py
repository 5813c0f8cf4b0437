"""What people are told of hours that are counted, estimated or not known, each way and under the names of their time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browsing import overflow_px, served_filled
from playwright.sync_api import Browser, expect
from psycopg import Connection

from api.footfall import OpenHour, open_hours
from cli.embedded.broker import EmbeddedBroker
from streets.footfall.disclosure import public_ways
from streets.jobs.footfall import refresh_usual
from streets.store import footfall
from streets.store.database import Database
from tests.footfall.street import HOUR, count, count_weeks, total, two_counters

NINE = datetime(2026, 1, 16, 9, tzinfo=UTC)
THIS_HOUR = datetime(2026, 1, 16, 15, tzinfo=UTC)


def hours(database: Database) -> list[OpenHour]:
    with database.transaction() as conn:
        return open_hours(conn, "high-street", NINE - 24 * HOUR, NINE + 24 * HOUR)


def test_an_hour_says_how_much_of_it_is_counted_estimated_and_not_known(database: Database) -> None:
    """Totals at 9, 10 and 13 o'clock: an hour of 60 people, and three that share 90 and 30. Then a fault, then nothing."""
    with database.transaction() as conn:
        two_counters(conn, NINE - 24 * HOUR)
        for at, total_in, total_out in ((0, 1_000, 500), (1, 1_040, 520), (4, 1_130, 550)):
            total(conn, 1, NINE + at * HOUR, total_in, total_out)
        count(conn, 1, NINE + 4 * HOUR, 7, fault="stuck")
    told = [
        (h.count, h.count_in, h.count_out, h.covered_pct, h.estimated_pct, h.not_known_pct, h.not_known_why)
        for h in hours(database)
    ]
    assert told == [
        (60, 40, 20, 100, 0, 0, None),
        *[(40, 30, 10, 0, 100, 0, None)] * 3,
        (None, None, None, 0, 0, 100, "stuck"),
    ]


def test_estimates_do_not_teach_what_is_usual(database: Database) -> None:
    with database.transaction() as conn:
        two_counters(conn, NINE - 24 * HOUR)
        for at, people in ((0, 1_000), (1, 1_040), (4, 1_130)):
            total(conn, 1, NINE + at * HOUR, people, people)
        taught = footfall.counted_hours(conn, NINE, NINE + 24 * HOUR)["C1"]
    assert [(hour.people, hour.covered_s) for hour in taught] == [(80, 3600), (0, 0), (0, 0), (0, 0)]


def test_swapping_or_renaming_directions_leaves_the_past_as_it_was_called(database: Database) -> None:
    with database.transaction() as conn:
        two_counters(conn, NINE - 24 * HOUR)
        conn.execute("UPDATE counter SET in_label = 'north', out_label = 'south'")
        conn.execute("UPDATE installation SET valid_to = %s WHERE counter_id = 'C1'", (NINE + HOUR,))
        conn.execute(
            "INSERT INTO installation (device_id, counter_id, valid_from, swap_in_out, in_label, out_label)"
            " SELECT device_id, 'C1', %s, true, 'to the bridge', NULL FROM installation WHERE counter_id = 'C1'",
            (NINE + HOUR,),
        )
        for hour in (0, 1):
            count(conn, 1, NINE + hour * HOUR, 90)
    # Of 90 people two thirds count as in by the device; from ten o'clock on its in is the post's out.
    told = [(one.in_label, one.count_in, one.out_label, one.count_out) for one in hours(database)]
    assert told == [("north", 60, "south", 30), ("to the bridge", 30, "south", 60)]


def test_where_one_of_a_counters_two_devices_is_silent_the_hour_is_not_known(database: Database) -> None:
    with database.transaction() as conn:
        two_counters(conn, NINE - 24 * HOUR)
        conn.execute("UPDATE installation SET counter_id = 'C1'")
        for number, hour in ((1, 0), (2, 0), (1, 1)):
            count(conn, number, NINE + hour * HOUR, 90)
        taught = footfall.counted_hours(conn, NINE, NINE + 24 * HOUR)["C1"]
    assert [(one.count, one.covered_pct) for one in hours(database)] == [(180, 100), (None, 0)]
    assert [hour.covered_s for hour in taught] == [3600, 0]


def test_an_hour_in_which_one_of_a_counters_two_devices_was_taken_away_is_not_known(database: Database) -> None:
    """It goes at half past ten; who passed it until then is not among the people of the other."""
    with database.transaction() as conn:
        two_counters(conn, NINE - 24 * HOUR)
        conn.execute("UPDATE installation SET counter_id = 'C1'")
        conn.execute("UPDATE installation SET valid_to = %s WHERE device_id = 2", (NINE + 1.5 * HOUR,))
        for number, hour in ((1, 0), (2, 0), (1, 1), (1, 2)):
            count(conn, number, NINE + hour * HOUR, 90)
    assert [one.count for one in hours(database)] == [180, None, 90]


def test_a_tiny_direction_is_not_told_by_the_other() -> None:
    assert public_ways(40, 10) == (40, 10)
    assert public_ways(40, 9) == public_ways(9, 40) == (None, None)
    assert public_ways(40, None) == (40, None)


def street_with_losses(conn: Connection[Any]) -> None:
    """C1 lost its frames of four hours, C2 has been stuck for one; before, both counted for four weeks."""
    two_counters(conn, THIS_HOUR - timedelta(weeks=10))
    conn.execute("UPDATE counter SET in_label = 'to the station', out_label = 'to the quay' WHERE counter_id = 'C1'")
    count_weeks(conn, 1, THIS_HOUR - 6 * HOUR, 4, 300)
    for back, people in ((6, 5_000), (2, 6_200), (1, 6_500), (0, 6_800)):
        total(conn, 1, THIS_HOUR - back * HOUR, people, people // 2)
    count_weeks(conn, 2, THIS_HOUR - HOUR, 4, 200)
    count(conn, 2, THIS_HOUR - HOUR, 0, fault="stuck")
    refresh_usual(conn, THIS_HOUR)


@pytest.fixture(scope="module")
def street(databases: Any, broker: EmbeddedBroker) -> Iterator[str]:
    with served_filled(databases, broker, street_with_losses, at=THIS_HOUR + timedelta(minutes=10)) as url:
        yield url


def test_the_page_of_a_place_says_what_is_left_out_now_and_why(street: str, browser: Browser, axe: Any) -> None:
    for prefix, says in (
        ("", "left out now: the counter is stuck"),
        ("/cy", "wedi'i adael allan nawr: mae'r rhifydd wedi glynu"),
    ):
        page = browser.new_page(base_url=street, viewport={"width": 320, "height": 800})
        page.goto(f"{prefix}/places/high-street")
        expect(page.get_by_role("cell", name=says)).to_be_visible()
        assert axe(page) == []
        assert overflow_px(page) == 0
        page.close()


def test_the_api_says_which_counter_is_left_out_and_why(street: str, browser: Browser) -> None:
    answer = browser.new_page(base_url=street).request.get("/v1/places/high-street/busyness").json()
    whys = [(counter["counter_id"], counter["not_counted_why"]) for counter in answer["counters"]]
    assert whys == [("C1", None), ("C2", "stuck")]
    assert (answer["counters_reporting"], answer["counters_total"]) == (1, 2)
