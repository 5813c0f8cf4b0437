"""Emptyings from fill series that are noisy, gappy and sometimes wrong."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streets.bins.emptyings import Emptying, Series, emptyings_of, noise_of

HOUR_S = 3600.0


def hourly(*fills: float) -> tuple[Series, Series]:
    return np.arange(len(fills)) * HOUR_S, np.array(fills, dtype=float)


def emptied(*fills: float) -> list[Emptying]:
    return emptyings_of(*hourly(*fills))


def test_a_step_down_that_stays_down_is_an_emptying_between_its_two_readings() -> None:
    (only,) = emptied(70, 72, 74, 76, 78, 2, 3, 4, 5, 6)
    assert only == Emptying(4.5 * HOUR_S, 76, 3)


def test_a_single_bad_echo_is_no_emptying() -> None:
    assert emptied(60, 61, 62, 0, 63, 64, 65, 66, 67, 68) == []


def test_a_bad_echo_just_before_an_emptying_does_not_hide_it() -> None:
    (only,) = emptied(70, 71, 72, 73, 100, 2, 3, 4, 5, 6)
    assert only.emptied_at_s == 4.5 * HOUR_S


def test_a_burst_of_bad_echoes_that_returns_to_the_old_level_is_no_emptying() -> None:
    assert emptied(60, 60, 60, 60, 60, 5, 5, 5, 61, 61, 61, 61, 61, 61) == []


def test_waste_that_settles_is_no_emptying() -> None:
    assert emptied(80, 80, 80, 80, 76, 72, 68, 64, 60, 56, 52, 52, 52, 52) == []


def test_a_partial_emptying_is_found_with_what_was_left() -> None:
    (only,) = emptied(90, 90, 91, 91, 92, 40, 41, 41, 42, 42)
    assert (only.fill_before_pct, only.fill_after_pct) == (91, 41)


def test_an_emptying_during_a_silence_lies_between_the_readings_on_either_side() -> None:
    at_s = np.array([0, 1, 2, 3, 4, 40, 41, 42, 43, 44]) * HOUR_S
    (only,) = emptyings_of(at_s, np.array([80, 81, 82, 83, 84, 5, 6, 7, 8, 9], dtype=float))
    assert 4 * HOUR_S < only.emptied_at_s < 40 * HOUR_S


def test_two_emptyings_of_one_day_are_two() -> None:
    assert len(emptied(80, 84, 88, 92, 96, 98, 0, 10, 20, 30, 40, 50, 60, 70, 2, 3, 4, 5, 6)) == 2


def test_an_emptying_shows_once_three_readings_confirm_it() -> None:
    assert emptied(70, 71, 72, 73, 2, 3) == []
    assert len(emptied(70, 71, 72, 73, 2, 3, 4)) == 1


def test_an_empty_series_and_one_reading_hold_no_emptying() -> None:
    assert emptied() == []
    assert emptied(50) == []


def test_noise_is_how_readings_bend_and_not_how_they_rise() -> None:
    """0, 2, 0, 2 bends by 4 at each reading: 4 x 1.4826 / sqrt 6 = 2.4211. A steady rise does not bend."""
    assert round(noise_of(np.array([0.0, 2.0] * 10)), 4) == 2.4211
    assert noise_of(np.arange(0.0, 100.0, 10.0)) == 0


@given(
    full_at=st.integers(20, 60),
    before_pct=st.floats(45, 100),
    after_pct=st.floats(0, 10),
    rise_pct=st.floats(0, 0.5),
    seed=st.integers(0, 10_000),
    spike_gap=st.integers(7, 20),
    spike_pct=st.floats(-100, 200),
)
def test_whatever_the_noise_and_the_bad_echoes_one_emptying_is_found_where_it_was(
    full_at: int, before_pct: float, after_pct: float, rise_pct: float, seed: int, spike_gap: int, spike_pct: float
) -> None:
    """80 hourly readings with one emptying, noise of 1.5 points, and a bad echo every 7 to 20 readings.

    A bad echo at the old level right beside the step leaves two readings of doubt, hence the two hours.
    """
    hours = np.arange(80)
    level = np.where(hours < full_at, before_pct + rise_pct * (hours - full_at), after_pct + rise_pct * (hours - full_at))
    fills = level + np.random.default_rng(seed).normal(0, 1.5, 80)
    fills[3::spike_gap] = spike_pct
    (only,) = emptyings_of(hours * HOUR_S, fills)
    assert abs(only.emptied_at_s / HOUR_S - (full_at - 0.5)) <= 2


@given(start_pct=st.floats(0, 60), rise_pct=st.floats(0, 2), seed=st.integers(0, 10_000), spike_pct=st.floats(-100, 200))
def test_a_bin_that_only_fills_is_never_said_to_have_been_emptied(
    start_pct: float, rise_pct: float, seed: int, spike_pct: float
) -> None:
    fills = start_pct + rise_pct * np.arange(60) + np.random.default_rng(seed).normal(0, 2, 60)
    fills[4::9] = spike_pct
    assert emptyings_of(np.arange(60) * HOUR_S, fills) == []
