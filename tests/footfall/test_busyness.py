from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.footfall.busyness import CounterNow, busyness, level_of
from tests.footfall.counted import NOON, counter, spells


def test_a_street_as_full_as_always_is_usual() -> None:
    now = busyness([counter(400, 400), counter(200, 200)], NOON)
    assert (now.level, now.count, now.usual_count, now.ratio) == ("usual", 600, 600, 1.0)
    assert (now.counters_reporting, now.counters_total, now.observed_to) == (2, 2, NOON)


def test_one_silent_camera_cannot_halve_the_figure() -> None:
    both = busyness([counter(400, 400), counter(400, 400)], NOON)
    one = busyness([counter(400, 400), counter(None, 400)], NOON)
    assert both.level == one.level == "usual"
    assert (one.ratio, one.counters_reporting, one.counters_total) == (1.0, 1, 2)


def test_dead_counters_never_read_as_quiet() -> None:
    zeros = busyness([counter(0, 400), counter(0, 300)], NOON)
    assert (zeros.level, zeros.reason, zeros.count) == ("not_known", "counters_doubtful", None)
    one_dead = busyness([counter(0, 400), counter(400, 400)], NOON)
    assert (one_dead.level, one_dead.counters_reporting) == ("usual", 1)


def test_all_counters_silent_is_not_known() -> None:
    now = busyness([counter(None, 400), counter(None, 300)], NOON)
    assert (now.level, now.reason, now.count, now.ratio) == ("not_known", "no_recent_readings", None, None)


def test_a_place_without_counters_is_not_known() -> None:
    assert busyness([], NOON).reason == "no_counters"


def test_fewer_than_half_of_the_counters_are_too_few() -> None:
    now = busyness([counter(400, 400), counter(None, 400), counter(None, 400)], NOON)
    assert (now.level, now.reason) == ("not_known", "too_few_counters")


def test_old_counts_are_not_told_as_now() -> None:
    # Fifteen-minute reports speak for their period and half an hour of grace: 45 minutes.
    assert busyness([counter(400, 400, until=NOON - timedelta(minutes=45))], NOON).level == "usual"
    late = busyness([counter(400, 400, until=NOON - timedelta(minutes=46))], NOON)
    assert (late.level, late.reason) == ("not_known", "no_recent_readings")


def test_without_a_usual_there_is_no_level() -> None:
    now = busyness([counter(400, None)], NOON)
    assert (now.level, now.reason) == ("not_known", "usual_not_known")


def test_a_counter_found_stuck_is_not_believed() -> None:
    assert busyness([counter(400, 400, doubted=True)], NOON).reason == "counters_doubtful"


def test_a_counter_with_one_of_its_two_devices_silent_does_not_report() -> None:
    half = CounterNow("C1", frozenset({"7", "8"}), spells(400, NOON), dict.fromkeys(range(168), 800.0))
    assert busyness([half], NOON).reason == "no_recent_readings"


def test_half_an_hour_of_reports_is_not_an_hour() -> None:
    half = CounterNow("C1", frozenset({"7"}), spells(400, NOON)[2:], dict.fromkeys(range(168), 400.0))
    assert busyness([half], NOON).reason == "no_recent_readings"


def test_the_last_sixty_minutes_are_compared_with_the_parts_of_the_hours_they_lie_in() -> None:
    # 11:30 to 12:30 on a Friday: half of the usual 100 of hour 11 and half of the usual 300 of hour 12 make 200.
    until = NOON + timedelta(minutes=30)
    friday = 4 * 24
    now = busyness([CounterNow("C1", frozenset({"7"}), spells(200, until), {friday + 11: 100, friday + 12: 300})], until)
    assert (now.usual_count, now.level) == (200, "usual")


@pytest.mark.parametrize(
    ("count", "level"),
    [
        (500, "very_quiet"),
        (501, "quiet"),
        (750, "quiet"),
        (751, "usual"),
        (1250, "usual"),
        (1251, "busy"),
        (1500, "busy"),
        (1501, "very_busy"),
    ],
)
def test_a_quarter_off_is_busy_or_quiet_and_a_half_very(count: int, level: str) -> None:
    assert level_of(count, 1000) == level


def test_a_handful_at_night_is_chance_not_a_crowd() -> None:
    # Four people usual: two standard deviations of a Poisson count are 4.
    assert level_of(8, 4) == "usual"
    assert level_of(9, 4) == "very_busy"
    assert level_of(0, 4) == "usual"


@given(st.lists(st.sampled_from([None, 0]), min_size=1, max_size=6), st.floats(20, 5000))
def test_silent_and_dead_counters_in_any_mix_are_not_known(told: list[int | None], usual: float) -> None:
    assert busyness([counter(people, usual) for people in told], NOON).level == "not_known"
