"""What a bin needs that is not measured: by the chances of its history where it has one, else by its turn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from streets.rounds.demand import Need, need
from streets.rounds.outlook import BinToday

DAY = date(2026, 3, 10)
NIGHT = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)
NOON = NIGHT + timedelta(hours=12)

SILENT = BinToday(
    bin_id="B1", name="Quay", lat=52, lon=-4, capacity_l=120, visit_every_days=7, state="silent", reason=None, fill_pct=None,
    observed_at=NIGHT - timedelta(days=3), last_emptied_at=NIGHT - timedelta(days=2), rise_pct_per_h=1,
    full_at=None, full_at_early=None, full_at_late=None, overflow_24h=0.2, computed_at=NIGHT,
    expected_low_pct=40, expected_high_pct=75,
    full_by=(0.1, 0.1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
)  # fmt: skip


def asked(bin_: BinToday) -> Need:
    return need(bin_, DAY, date(2026, 3, 8), NOON, NIGHT)


def test_a_silent_bin_needs_a_visit_as_likely_as_its_history_has_it_full_before_the_next() -> None:
    """The next visit would be at noon tomorrow, 36 hours after it was told of: 0.4. By noon today it holds 75 + 12 % at most."""
    wanted = asked(SILENT)
    assert (wanted.wanted, wanted.why, wanted.overflow, wanted.load_l) == (True, "history_silent", 0.4, 120 * 0.87)


def test_between_two_hours_that_were_told_the_chance_is_between_theirs() -> None:
    """33 hours on: three quarters of the way from 0.2 to 0.4."""
    earlier = need(SILENT, DAY, None, NOON - timedelta(hours=3), NIGHT)
    assert earlier.overflow == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("state", "reason", "why"),
    [
        ("not_measurable", "no_echo", "history_not_measurable"),
        ("not_measurable", "unsuitable", "history_unsuitable"),
        ("no_sensor", None, "history_no_sensor"),
    ],
)
def test_the_reason_says_why_its_history_is_asked(state: str, reason: str | None, why: str) -> None:
    assert asked(replace(SILENT, state=state, reason=reason)).why == why


def test_a_bin_that_is_surely_not_full_by_its_history_waits() -> None:
    assert asked(replace(SILENT, full_by=(0.0,) * 9)).wanted is False


def test_without_a_history_or_with_one_told_too_long_ago_the_schedule_decides() -> None:
    """Two days since its emptying of the seven that its schedule allows."""
    for silent in (replace(SILENT, full_by=None), replace(SILENT, computed_at=NIGHT - timedelta(days=3))):
        assert (asked(silent).wanted, asked(silent).why, asked(silent).overflow) == (False, "not_due", None)
    due = need(replace(SILENT, full_by=None), DAY, date(2026, 3, 3), NOON, NIGHT)
    assert (due.wanted, due.why, due.load_l) == (True, "scheduled_silent", 120)
