"""Habits learned from a bin's own past, and forecasts that run them forward."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.bins.forecast import Level, expected_rise_pct, look_ahead
from streets.bins.habits import FillSeries, Habit, hours_of_week, learn

MONDAY = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
"""Midnight of a Monday in winter, when the town's clock shows UTC."""
HOUR_S, DAY_S = 3600.0, 86_400.0
STEADY = Habit("B1", np.full(168, 2.0), spread_pct=2.0, emptied_every_h=45.0)


def lived(bin_id: str, rises: np.ndarray, emptied_at_pct: float = 90.0) -> FillSeries:
    """Hourly readings from Monday on of a bin that rises so in each hour and is emptied at `emptied_at_pct`."""
    fills, emptied, fill = [], [], 0.0
    for hour, rise in enumerate(rises):
        fills.append(fill)
        fill += float(rise)
        if fill >= emptied_at_pct:
            fill = 0.0
            emptied.append(MONDAY + (hour + 0.5) * HOUR_S)
    return FillSeries(bin_id, MONDAY + np.arange(len(rises)) * HOUR_S, np.array(fills), np.array(emptied))


def by_day(rhythm: list[float], weeks: int) -> np.ndarray:
    """The rise in each hour, where `rhythm` has the rise per hour of each day from Monday on."""
    return np.tile(np.repeat(rhythm, 24), weeks)


def test_the_week_begins_on_monday_midnight_by_the_towns_own_clock() -> None:
    """In July midnight in the town is 11 pm UTC of the day before."""
    july = datetime(2026, 7, 5, 23, tzinfo=UTC).timestamp()
    assert list(hours_of_week(np.array([MONDAY, MONDAY + HOUR_S, july]))) == [0, 1, 0]


def test_a_bins_own_rhythm_is_learned() -> None:
    """4 points an hour at weekends and 1 on other days; the town's other bin is steady."""
    weekends = lived("B1", by_day([1, 1, 1, 1, 1, 4, 4], weeks=8))
    habit, other = learn([weekends, lived("B2", by_day([2] * 7, weeks=8))], MONDAY + 56 * DAY_S)
    saturday_noon, tuesday_noon = 5 * 24 + 12, 24 + 12
    assert habit.rise_pct_per_h[saturday_noon] == pytest.approx(4, rel=0.25)
    assert habit.rise_pct_per_h[tuesday_noon] == pytest.approx(1, rel=0.25)
    assert other.mean_pct_per_h == pytest.approx(2, rel=0.05)


def test_a_bin_without_history_gets_the_towns_habit() -> None:
    nothing = FillSeries("B3", np.array([]), np.array([]), np.array([]))
    *_, habit = learn([lived("B1", by_day([3] * 7, 4)), lived("B2", by_day([1] * 7, 4)), nothing], MONDAY + 28 * DAY_S)
    assert habit.mean_pct_per_h == pytest.approx(2, rel=0.05)
    assert habit.emptied_every_h is None


def test_the_expected_rise_is_that_of_the_hours_ahead() -> None:
    """From Friday noon: 12 hours of 1 point, then 24 hours of 4."""
    habit = Habit("B1", by_day([1, 1, 1, 1, 1, 4, 4], 1), 2.0, None)
    friday_noon = MONDAY + 4.5 * DAY_S
    assert list(expected_rise_pct(habit, friday_noon, friday_noon + np.array([0, 12, 36]) * HOUR_S)) == [0, 12, 108]


def test_a_bin_that_is_half_full_and_rises_two_points_an_hour_is_full_in_a_day() -> None:
    outlook = look_ahead(STEADY, Level(50, MONDAY), MONDAY)
    assert outlook.full_at_s is not None
    assert abs(outlook.full_at_s - MONDAY - 25 * HOUR_S) <= 2 * HOUR_S
    assert 0.2 < outlook.overflow_24h < 0.8


def test_a_full_bin_is_full_now_and_one_that_hardly_rises_not_within_four_weeks() -> None:
    assert look_ahead(STEADY, Level(100, MONDAY), MONDAY).overflow_24h == 1
    idle = look_ahead(Habit("B1", np.full(168, 0.01), 1.0, None), Level(0, MONDAY), MONDAY)
    assert (idle.full_at_s, round(idle.overflow_24h, 3)) == (None, 0)


def test_silence_without_emptyings_fills_the_bin_and_silence_with_them_leaves_doubt() -> None:
    """Three days at two points an hour are 144 points: surely full, unless it was emptied as it is every two days."""
    three_days_on = MONDAY + 3 * DAY_S
    assert look_ahead(STEADY, Level(0, MONDAY), three_days_on).overflow_24h > 0.99
    doubtful = look_ahead(STEADY, Level(0, MONDAY), three_days_on, 48.0)
    assert 0.2 < doubtful.overflow_24h < 0.9
    assert 20 < doubtful.expected_fill_pct < 80


@given(st.floats(0, 120), st.floats(0, 500), st.floats(0, 10), st.none() | st.floats(1, 500))
def test_whatever_was_measured_the_forecast_is_in_order(
    fill_pct: float, silence_h: float, rate: float, emptied_every_h: float | None
) -> None:
    habit = Habit("B1", np.full(168, rate), 3.0, None)
    now_s = MONDAY + silence_h * HOUR_S
    outlook = look_ahead(habit, Level(fill_pct, MONDAY), now_s, emptied_every_h)
    times = [now_s if time is None else time for time in (outlook.full_at_early_s, outlook.full_at_s, outlook.full_at_late_s)]
    known = [time for time in (outlook.full_at_early_s, outlook.full_at_s, outlook.full_at_late_s) if time is not None]
    assert known == sorted(known)
    assert min(times) >= now_s
    assert 0 <= outlook.overflow_24h <= 1
    assert 0 <= outlook.expected_fill_pct <= 100


def test_the_forecast_beats_what_simple_rules_say_on_weeks_it_has_not_seen() -> None:
    """Twenty bins with rhythms of their own, learned from six weeks and asked for the rise over each day of the seventh."""
    luck = np.random.default_rng(1)
    series, truth = [], []
    for number in range(20):
        rhythm = list(luck.uniform(0.3, 1.0, 5)) + list(luck.uniform(1.0, 3.0, 2))
        rises = luck.gamma(by_day(rhythm, 7) / 0.5, 0.5)
        truth.append(rises[42 * 24 :].reshape(7, 24).sum(axis=1))
        series.append(lived(f"B{number}", rises[: 42 * 24]))
    begins = MONDAY + 42 * DAY_S
    days = begins + np.arange(8) * DAY_S
    told = np.array([np.diff(expected_rise_pct(habit, begins, days)) for habit in learn(series, begins)])
    last_week_mean = np.array([[learn([one], begins)[0].mean_pct_per_h * 24] * 7 for one in series])
    error = np.abs(told - np.array(truth)).mean()
    assert error < 0.5 * np.abs(last_week_mean - np.array(truth)).mean()
    assert error < 0.25 * np.array(truth).mean()
