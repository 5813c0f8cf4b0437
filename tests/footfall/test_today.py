from datetime import date

import pytest

from streets.footfall.counts import hour_of_week
from streets.footfall.today import hours_of_day, midnight
from tests.footfall.counted import HOUR, hour

FRIDAY = date(2026, 1, 16)
NINE = midnight(FRIDAY) + 9 * HOUR
BOTH = {"C1": dict.fromkeys(range(168), 100.0), "C2": dict.fromkeys(range(168), 300.0)}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 1), 24)])
def test_a_day_has_the_hours_of_the_streets_clock(day: date, hours: int) -> None:
    told = hours_of_day([], BOTH, day)
    assert len(told) == hours
    assert {one.people for one in told} == {None}
    assert told[0].hour_start == midnight(day)


def test_a_counter_that_fell_silent_leaves_both_sides() -> None:
    told = hours_of_day([hour(NINE, 90), hour(NINE, 290, "C2"), hour(NINE + HOUR, 110)], BOTH, FRIDAY)
    assert [(one.people, one.usual) for one in told[9:12]] == [(380, 400), (110, 100), (None, 400)]


def test_a_counter_without_a_usual_is_not_compared() -> None:
    usual = {"C1": dict.fromkeys(range(168), 100.0), "C2": {hour_of_week(NINE): 300.0}}
    told = hours_of_day([hour(NINE, 90), hour(NINE + HOUR, 110), hour(NINE + HOUR, 500, "C2")], usual, FRIDAY)
    assert [(one.people, one.usual) for one in told[9:11]] == [(90, 100), (110, 100)]
