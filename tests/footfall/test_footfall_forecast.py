from datetime import UTC, datetime, timedelta

import pytest

from streets.footfall.counts import LONDON
from streets.footfall.disclosure import public_count, public_ratio
from streets.footfall.forecast import ErrorBand, error_bands, next_hours, past_hours, unusualness
from tests.footfall.counted import HOUR, NOON, hour

FLAT = dict.fromkeys(range(168), 100.0)


def test_what_is_unusual_now_fades_back_to_usual() -> None:
    # Twice the usual now: 1 + 0.8 = 1.8 times the usual in one hour, 1 + 0.8**2 = 1.64 in two.
    coming = next_hours(NOON, FLAT, unusual=2.0, bands=[], hours=2)
    assert [one.expected for one in coming] == pytest.approx([180.0, 164.0])
    assert [one.hour_start for one in coming] == [NOON + HOUR, NOON + 2 * HOUR]


def test_without_past_errors_there_is_no_interval() -> None:
    assert next_hours(NOON, FLAT, 1.0, [], hours=1)[0].low is None


def test_the_interval_comes_from_past_errors() -> None:
    by_day = next_hours(NOON, FLAT, 1.0, [ErrorBand(1, True, 0.7, 1.4, 60)], hours=1)[0]
    assert (by_day.low, by_day.high) == pytest.approx((70.0, 140.0))


def test_an_hour_whose_usual_is_not_known_is_not_forecast() -> None:
    assert [one.hour_start for one in next_hours(NOON, {4 * 24 + 14: 50.0}, 1.0, [], hours=3)] == [NOON + 2 * HOUR]


def test_the_night_the_clocks_go_forward_skips_an_hour_of_the_street() -> None:
    # 29 March 2026, 00:30: one o'clock does not come; the next hours are those of 02:00 and 03:00.
    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    usual = {6 * 24 + n: float(n) for n in range(24)}
    coming = next_hours(at, usual, 1.0, [], hours=2)
    assert [one.hour_start.astimezone(LONDON).hour for one in coming] == [2, 3]
    assert [one.expected for one in coming] == [2.0, 3.0]


def test_past_errors_use_only_what_was_known_before() -> None:
    # Nine weeks of 100 an hour and then one hour of 300: the usual of that hour is still 100, and nothing later than
    # its own week is in it.
    start = NOON - timedelta(weeks=9)
    hours = [hour(start + n * HOUR, 100) for n in range(9 * 168)] + [hour(NOON, 300)]
    past = past_hours([hours])
    assert (past[-1].people, past[-1].usual) == (300, 100)
    assert past[0].hour_start == start + timedelta(weeks=3)


def test_steady_counts_make_a_narrow_band_and_few_errors_none() -> None:
    start = NOON - timedelta(weeks=5)
    steady = past_hours([[hour(start + n * HOUR, 100) for n in range(5 * 168)]])
    bands = error_bands(steady, hours=1)
    assert [(band.low_ratio, band.high_ratio) for band in bands] == [(1.0, 1.0), (1.0, 1.0)]
    assert error_bands(steady[:20]) == []


def test_a_small_count_says_little_about_the_next_hour() -> None:
    # Nine where three are usual: (9 + 30) / (3 + 30), not three times the usual.
    assert unusualness(9, 3) == pytest.approx(39 / 33)


def test_a_tiny_count_is_told_as_fewer_than_ten() -> None:
    assert (public_count(9).count, public_count(9).below) == (None, 10)
    assert (public_count(10).count, public_count(10).below) == (10, None)
    assert (public_count(0).count, public_count(0).below) == (None, 10)


def test_a_count_that_is_not_known_is_not_a_tiny_one() -> None:
    assert (public_count(None).count, public_count(None).below) == (None, None)


def test_a_ratio_does_not_give_a_tiny_count_away() -> None:
    assert public_ratio(public_count(4), 0.1) is None
    assert public_ratio(public_count(40), 1.0) == 1.0
