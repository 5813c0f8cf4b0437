from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.footfall.counts import LONDON, hour_of_week
from streets.footfall.usual import usual_between, usual_week
from tests.footfall.counted import NOON, hour, weekly

FRIDAY_NOON = 4 * 24 + 12


def test_the_usual_is_the_median_of_the_same_hour_of_the_week() -> None:
    told = [hour(NOON - timedelta(weeks=week), people) for week, people in ((1, 100), (2, 900), (3, 110))]
    usual = usual_week(told, NOON)[FRIDAY_NOON]
    assert (usual.people, usual.weeks) == (110, 3)


def test_two_weeks_are_too_few_to_be_usual() -> None:
    assert usual_week(weekly(NOON, 2, 100), NOON) == {}


def test_what_is_older_than_eight_weeks_is_not_usual_any_more() -> None:
    old = [hour(NOON - timedelta(weeks=week), 5) for week in (9, 10, 11)]
    assert usual_week(old, NOON) == {}


def test_an_hour_that_has_not_ended_is_not_used() -> None:
    assert usual_week([*weekly(NOON, 2, 100), hour(NOON, 100)], NOON + timedelta(minutes=59)) == {}


def test_an_hour_counted_in_part_is_scaled_or_left_out() -> None:
    whole = weekly(NOON, 2, 100)
    three_quarters = hour(NOON - timedelta(weeks=3), 90, covered_s=2700)
    assert usual_week([*whole, three_quarters], NOON)[FRIDAY_NOON].people == 100
    # 90 people in three quarters of an hour are 120 an hour: with two weeks of 130 the median is 130, with 110 it is 110.
    assert usual_week([*weekly(NOON, 2, 130), three_quarters], NOON)[FRIDAY_NOON].people == 130
    half = hour(NOON - timedelta(weeks=3), 90, covered_s=1800)
    assert usual_week([*whole, half], NOON) == {}


def test_half_past_eight_stays_half_past_eight_when_the_clocks_go_back() -> None:
    # 25 October 2026: British Summer Time ends. The 8am rush is at 07:00 UTC before and at 08:00 UTC after.
    mornings = [datetime(2026, 10, day, 8, tzinfo=LONDON) for day in (6, 13, 20, 27)]
    told = [hour(morning.astimezone(UTC), 500) for morning in mornings]
    assert {hour.hour_start.hour for hour in told} == {7, 8}
    usual = usual_week(told, datetime(2026, 11, 2, tzinfo=UTC))
    assert {key: (one.people, one.weeks) for key, one in usual.items()} == {1 * 24 + 8: (500, 4)}


def test_the_hour_that_comes_twice_in_autumn_counts_as_one_week() -> None:
    first, second = datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert hour_of_week(first) == hour_of_week(second) == 6 * 24 + 1
    told = [hour(first, 10), hour(second, 30), *(hour(datetime(2026, 10, day, 0, tzinfo=UTC), 20) for day in (11, 18))]
    usual = usual_week(told, datetime(2026, 11, 1, tzinfo=UTC))[6 * 24 + 1]
    assert (usual.people, usual.weeks) == (20, 3)


@given(
    st.datetimes(datetime(2026, 1, 5), datetime(2027, 12, 20), timezones=st.just(UTC)),
    st.integers(1, 180),
)
def test_what_is_usual_in_a_stretch_is_the_sum_of_its_minutes(start: datetime, minutes: int) -> None:
    """Around clock changes too: each minute belongs to the hour that the street's clocks show."""
    start = start.replace(second=0, microsecond=0)
    usual = {key: float(key + 1) for key in range(168)}
    by_minute = sum(usual[hour_of_week(start + timedelta(minutes=n))] / 60 for n in range(minutes))
    assert usual_between(usual, start, start + timedelta(minutes=minutes)) == pytest.approx(by_minute)


def test_a_stretch_that_touches_an_unknown_hour_is_not_known() -> None:
    assert usual_between({FRIDAY_NOON: 100.0}, NOON, NOON + timedelta(minutes=61)) is None
