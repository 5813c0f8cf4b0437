"""Readings that come late, or in any order, leave the same behind as readings in order."""

from random import Random
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jobs.week import BIN_DEVICE, COUNTER_DEVICE, DAY, END, HOUR, Said, Town, said_by_bin, said_by_counter, town

ALL = said_by_bin() + said_by_counter()
IN_ORDER = sorted(ALL, key=lambda one: one.at)

FORGET = (
    "TRUNCATE level_reading, count_reading, touched, reopened, bin_fill, bin_fall, emptying, disagreement, bin_habit, bin_status,"
    " counter_usual, counter_unfit, published_hour, revised_hour, published_emptying, revised_emptying, progress"
)


def hears_bit_by_bit(town: Town, said: list[Said], pauses: int) -> None:
    """The town hears it in this order, in bits; after each bit the jobs run, the last time at the end."""
    size = max(1, len(said) // pauses)
    for begin in range(0, len(said), size):
        town.hears(said[begin : begin + size])
        town.works(min(END, END - 10 * DAY + begin * 3 * HOUR))
    town.works(END)


@pytest.fixture(scope="module")
def in_order(databases: Any) -> dict[str, list[Any]]:
    """What is derived where everything comes in order, and the jobs run every day."""
    with databases.copy() as url, town(url) as opened:
        hears_bit_by_bit(opened, IN_ORDER, 10)
        return opened.derived()


@given(said=st.permutations(ALL), pauses=st.integers(1, 6))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_readings_in_any_order_derive_the_same_as_in_order(
    in_order: dict[str, list[Any]], plain_town: Town, said: list[Said], pauses: int
) -> None:
    assert all(rows for query, rows in in_order.items() if "unfit" not in query)
    plain_town.does(FORGET)
    hears_bit_by_bit(plain_town, said, pauses)
    assert plain_town.derived() == in_order


def test_a_day_that_comes_a_fortnight_late_derives_the_same(in_order: dict[str, list[Any]], any_town: Town) -> None:
    """On TimescaleDB the hours of that day had been materialised without it."""
    late = [one for one in IN_ORDER if END - 15 * DAY < one.at < END - 13 * DAY or END - 4 * DAY < one.at < END - 3 * DAY]
    assert {one.device_id for one in late} == {BIN_DEVICE, COUNTER_DEVICE}
    hears_bit_by_bit(any_town, [one for one in IN_ORDER if one not in late], 5)
    assert any_town.derived() != in_order
    hears_bit_by_bit(any_town, Random(5).sample(late, len(late)), 2)
    assert any_town.derived() == in_order


def test_an_hour_older_than_any_refresh_window_is_counted(any_town: Town) -> None:
    """Sixty days late: TimescaleDB's own policy looked back thirty, and would have left a gap for good."""
    any_town.hears(said_by_counter())
    any_town.works()
    long_ago = END - 60 * DAY
    any_town.hears([Said(COUNTER_DEVICE, long_ago, 77)])
    any_town.works(END + HOUR)
    assert any_town.all_of("SELECT hour_start, people FROM counter_hour ORDER BY 1")[0] == (long_ago - HOUR, 77)


def test_a_late_old_reading_does_not_overwrite_a_newer_state(plain_town: Town) -> None:
    newest = [Said(BIN_DEVICE, END - 3 * HOUR, 40), Said(BIN_DEVICE, END, 43)]
    plain_town.hears(newest)
    plain_town.works()
    before = plain_town.all_of("SELECT state, fill_pct, observed_at FROM bin_status")
    plain_town.hears([Said(BIN_DEVICE, END - DAY, 90)])
    plain_town.works()
    assert plain_town.all_of("SELECT state, fill_pct, observed_at FROM bin_status") == before == [("measured", 43, END)]


def test_ingest_does_not_wait_for_a_job_that_is_at_work(plain_town: Town) -> None:
    """What a job took is out of touched before it begins to work, so that a new reading of the same device is kept at once."""
    plain_town.hears(said_by_bin())
    with plain_town.owner.transaction() as conn:
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('streets bin'), hashtext('B1'))")
        worker = Thread(target=plain_town.works)
        worker.start()
        while not plain_town.all_of("SELECT FROM reopened"):
            pass
        plain_town.hears([Said(BIN_DEVICE, END + HOUR, 50)])
    worker.join()
    assert len(plain_town.all_of("SELECT FROM touched")) == 1
