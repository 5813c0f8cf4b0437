"""After how long without a word a device is silent."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streets.health.rhythm import rhythm_of

HOUR_S = 3600.0
PAUSES = st.lists(st.floats(61, 7 * 86_400), min_size=0, max_size=200)


def heard(pauses: list[float]) -> list[float]:
    return np.cumsum([1.8e9, *pauses]).tolist()


def test_an_hourly_device_is_silent_after_three_reports_and_half_an_hour() -> None:
    rhythm = rhythm_of(heard([HOUR_S] * 48), 7200)
    assert (rhythm.every_s, rhythm.silent_after_s) == (HOUR_S, 3.5 * HOUR_S)


def test_its_record_counts_until_its_own_rhythm_is_known_and_only_upwards() -> None:
    assert rhythm_of([], 7200).silent_after_s == 6.5 * HOUR_S
    assert rhythm_of(heard([600.0] * 5), 7200).silent_after_s == 6.5 * HOUR_S
    assert rhythm_of(heard([4 * HOUR_S] * 5), 7200).silent_after_s == 12.5 * HOUR_S


def test_a_burst_of_history_and_an_alarm_out_of_turn_change_nothing() -> None:
    steady = heard([HOUR_S] * 48)
    burst = [steady[20] + second for second in range(1, 50)]
    alarms = [steady[n] + 20 * 60 for n in (5, 17, 30)]
    assert rhythm_of(sorted(steady + burst + alarms), 3600) == rhythm_of(steady, 3600)


def test_a_patchy_device_is_given_twice_its_usual_longest_pause_and_never_more_than_a_day() -> None:
    """Two of a hundred pauses are of six hours, so six hours is its 99th percentile."""
    patchy = [HOUR_S] * 98 + [6 * HOUR_S] * 2
    assert rhythm_of(heard(patchy), 3600).silent_after_s == 12.5 * HOUR_S
    assert rhythm_of(heard([HOUR_S] * 98 + [60 * HOUR_S] * 2), 3600).silent_after_s == 24.5 * HOUR_S


def test_a_device_set_to_report_less_often_is_not_silent_between_its_reports() -> None:
    assert rhythm_of(heard([600.0] * 500 + [HOUR_S] * 6), 600).silent_after_s == 3.5 * HOUR_S


@given(pauses=PAUSES, report_every_s=st.integers(60, 86_400))
def test_a_device_is_never_silent_before_it_missed_three_of_its_own_reports(pauses: list[float], report_every_s: int) -> None:
    rhythm = rhythm_of(heard(pauses), report_every_s)
    assert rhythm.silent_after_s >= 3 * rhythm.every_s + 1800
    assert rhythm.silent_after_s <= max(3 * rhythm.every_s, 86_400) + 1800


@given(pauses=PAUSES, slower=st.floats(1, 5))
def test_a_slower_device_is_given_no_less_time(pauses: list[float], slower: float) -> None:
    slowed = [pause * slower for pause in pauses]
    assert rhythm_of(heard(slowed), 3600).silent_after_s >= rhythm_of(heard(pauses), 3600).silent_after_s - 1
