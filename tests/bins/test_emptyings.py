"""Emptyings from fill series that are noisy, gappy and sometimes wrong."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streets.bins.emptyings import Emptying, emptyings_of, noise_of
from streets.bins.steps import Series

HOUR_S = 3600.0


def hourly(*fills: float) -> tuple[Series, Series]:
    return np.arange(len(fills)) * HOUR_S, np.array(fills, dtype=float)


def emptied(*fills: float) -> list[Emptying]:
    return emptyings_of(*hourly(*fills))


def test_a_step_down_that_stays_down_is_an_emptying_between_its_two_readings() -> None:
    (only,) = emptied(70, 72, 74, 76, 78, 2, 3, 4, 5, 6)
    assert only == Emptying(4.5 * HOUR_S, 76, 2, within_s=0.5 * HOUR_S)


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
    assert (only.fill_before_pct, only.fill_after_pct) == (91, 40)


def test_an_emptying_during_a_silence_lies_between_the_readings_on_either_side() -> None:
    at_s = np.array([0, 1, 2, 3, 4, 40, 41, 42, 43, 44]) * HOUR_S
    (only,) = emptyings_of(at_s, np.array([80, 81, 82, 83, 84, 5, 6, 7, 8, 9], dtype=float))
    assert 4 * HOUR_S < only.emptied_at_s < 40 * HOUR_S


def test_two_emptyings_of_one_day_are_two() -> None:
    assert len(emptied(80, 84, 88, 92, 96, 98, 0, 10, 20, 30, 40, 50, 60, 70, 2, 3, 4, 5, 6)) == 2


def test_an_emptying_shows_once_three_readings_confirm_it() -> None:
    assert emptied(70, 71, 72, 73, 2, 3) == []
    assert len(emptied(70, 71, 72, 73, 2, 3, 4)) == 1


def test_a_bin_that_fills_in_a_day_shows_every_emptying() -> None:
    """A reading every two hours; 10 hours of the day bring 20 points between readings, and at 7 each morning it is emptied.

    At 6 the day's 100 points lie in it, at 8 none: seven days show six emptyings at 7 o'clock, since the first begins empty.
    """
    hours = np.arange(0, 7 * 24, 2)
    risen = 20 * np.clip((hours % 24 - 8) / 2, 0, 5)
    fills = np.where(hours % 24 < 7, np.where(hours < 24, 0, 100), risen).astype(float)
    found = emptyings_of(hours * HOUR_S, fills)
    assert [one.emptied_at_s / HOUR_S for one in found] == [24 * day + 7 for day in range(1, 7)]
    assert {(one.fill_before_pct, one.fill_after_pct) for one in found} == {(100, 0)}


def test_a_busy_bin_that_is_full_again_within_three_readings_was_emptied_all_the_same() -> None:
    """Every two hours; 49 points at 6, 2 at 7, and by noon it holds more than before."""
    (only,) = emptyings_of(np.arange(14) * 2 * HOUR_S, np.array([30, 36, 41, 42, 44, 48, 49, 14, 40, 70, 94, 104, 106, 108.0]))
    assert (only.emptied_at_s, only.fill_after_pct) == (13 * HOUR_S, 14)


def with_a_ledge(level: Series, at_pct: float, seen_in: list[slice]) -> Series:
    """What a sensor tells that at these times hears a ledge at `at_pct` per cent above the waste."""
    fills = level.copy()
    for times in seen_in:
        fills[times] = np.maximum(level[times], at_pct)
    return fills


LEDGE_SEEN = [slice(20, 50), slice(56, 80), slice(86, 91), slice(100, 130)]


def test_an_echo_of_a_ledge_that_comes_and_goes_is_no_emptying() -> None:
    """The waste rises by 0.2 points an hour from 20 to 50; the ledge hangs where the bin is 77 per cent full."""
    level = 20 + 0.2 * np.arange(150)
    assert emptied(*with_a_ledge(level, 77, LEDGE_SEEN)) == []


def test_an_emptying_behind_a_ledge_is_found_when_the_ledge_is_not_heard() -> None:
    """Emptied at hour 70, from 34 to 3 per cent, while the ledge is heard; the waste is seen again at hour 80."""
    hours = np.arange(150)
    (only,) = emptied(*with_a_ledge(np.where(hours < 70, 20 + 0.2 * hours, 3 + 0.2 * (hours - 70)), 77, LEDGE_SEEN))
    assert only.emptied_at_s == 79.5 * HOUR_S
    assert 30 <= only.fill_before_pct <= 34
    assert only.fill_after_pct <= 6


def test_a_ledge_that_shows_again_tells_when_what_covered_it_was_taken_away() -> None:
    """Full to 100 until hour 85; from then on the ledge is heard, and at hour 91 the floor. It had been heard before."""
    hours = np.arange(150)
    level = np.where(hours < 82, np.where(hours < 56, 20 + 0.1 * hours, 100.0), 0.1 * (hours - 82))
    (only,) = emptied(*with_a_ledge(level, 77, [slice(5, 9), slice(12, 20), slice(24, 30), slice(36, 40), slice(82, 91)]))
    assert only.emptied_at_s == 81.5 * HOUR_S
    assert only.fill_before_pct == 100


@given(
    before_pct=st.floats(45, 100),
    after_pct=st.floats(0, 10),
    rise_pct=st.floats(0, 3),
    seed=st.integers(0, 10_000),
    bad_at=st.integers(0, 39),
    too_full_pct=st.floats(0, 150),
)
def test_one_echo_that_reads_too_full_changes_no_more_than_the_time(
    before_pct: float, after_pct: float, rise_pct: float, seed: int, bad_at: int, too_full_pct: float
) -> None:
    """The bin is emptied between readings 19 and 20; a bad echo right beside that leaves its own reading of doubt."""
    hours = np.arange(40)
    level = np.where(hours < 20, before_pct, after_pct + rise_pct * (hours - 20))
    fills = level + np.random.default_rng(seed).normal(0, 1, 40)
    spoilt = fills.copy()
    spoilt[bad_at] += too_full_pct
    for series in (fills, spoilt):
        (only,) = emptyings_of(hours * HOUR_S, series)
        assert abs(only.emptied_at_s / HOUR_S - 19.5) <= 1


@given(st.lists(st.floats(0, 12), min_size=8, max_size=60), st.integers(0, 10_000))
def test_rises_however_sudden_are_no_emptyings(rises: list[float], seed: int) -> None:
    fills = np.cumsum(rises) + np.random.default_rng(seed).normal(0, 1, len(rises))
    assert emptyings_of(np.arange(len(rises)) * 2 * HOUR_S, fills) == []


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
