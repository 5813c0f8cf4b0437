from datetime import UTC, datetime, timedelta

from streets.footfall.counts import CountedHour
from streets.footfall.health import fit_hours, unfit_stretches
from tests.footfall.counted import HOUR, hour

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def lively(days: int) -> list[CountedHour]:
    """Days by an uneven rhythm that never repeats its shares: 100 people and more an hour by day, a few at night."""
    return [
        hour(MONDAY + n * HOUR, (100 + (n * 37) % 61 + n % 24) if 7 <= n % 24 < 22 else (n * 7) % 5) for n in range(days * 24)
    ]


def with_zeros(hours: list[CountedHour], first: int, last: int) -> list[CountedHour]:
    return [hour(one.hour_start, 0) if first <= n < last else one for n, one in enumerate(hours)]


def test_a_living_counter_is_fit() -> None:
    assert unfit_stretches(lively(21)) == []


def test_zeros_through_a_busy_morning_are_a_dead_counter() -> None:
    dead = unfit_stretches(with_zeros(lively(21), 14 * 24 + 9, 14 * 24 + 14))
    assert [(found.kind, found.since, found.until) for found in dead] == [
        ("dead", MONDAY + timedelta(days=14, hours=9), MONDAY + timedelta(days=14, hours=14))
    ]


def test_a_night_without_anybody_is_not_a_dead_counter() -> None:
    assert unfit_stretches(with_zeros(lively(21), 14 * 24, 14 * 24 + 7)) == []


def test_a_counter_that_never_counted_anybody_is_dead() -> None:
    zeros = [hour(MONDAY + n * HOUR, 0) for n in range(72)]
    assert [found.kind for found in unfit_stretches(zeros)] == ["dead"]


def test_the_same_count_for_six_hours_is_stuck() -> None:
    stuck = [hour(one.hour_start, 55) if 200 <= n < 206 else one for n, one in enumerate(lively(14))]
    assert [(found.kind, found.until - found.since) for found in unfit_stretches(stuck)] == [("stuck", 6 * HOUR)]


def test_a_day_filled_in_by_a_scaled_profile_is_found() -> None:
    profile = [0.0] * 7 + [0.05] * 5 + [0.08] * 5 + [0.07] * 5 + [0.0] * 2
    days = lively(14)
    for day, total in ((9, 2100), (11, 3300)):
        for n in range(24):
            days[day * 24 + n] = hour(days[day * 24 + n].hour_start, round(total * profile[n]))
    imputed = [found for found in unfit_stretches(days) if found.kind == "imputed"]
    assert [found.since for found in imputed] == [MONDAY + timedelta(days=9), MONDAY + timedelta(days=11)]
    assert len(fit_hours(days, imputed)) == len(days) - 48
