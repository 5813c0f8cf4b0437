"""Rounds of the days to come rank bins by what they will hold then, and by what the rounds before them will have emptied."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from planned_day import plan_day
from small_town import DAY, NIGHT, Town

from api.pages.words import Words
from api.round_words import ahead, why, why_not
from streets.accounts import emptyings
from streets.bins.forecast import FULL_BY_H, Level, look_ahead
from streets.bins.habits import Habit
from streets.rounds.demand import need
from streets.rounds.outcome import Told
from streets.rounds.outlook import BinToday
from streets.store import rounds

EVENING = datetime(2026, 3, 6, 21, 5, tzinfo=UTC)
"""A Friday."""
MONDAY, SATURDAY = date(2026, 3, 9), date(2026, 3, 7)
MONDAY_NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)

# Forty per cent full on Friday evening, and 1 per cent more in each hour: full after 60 hours, on Monday at 9:05 am.
STEADY = BinToday(
    bin_id="B1", name="Quay", lat=52, lon=-4, capacity_l=120, visit_every_days=7, state="measured", reason=None, fill_pct=40,
    observed_at=EVENING, last_emptied_at=EVENING - timedelta(days=2), rise_pct_per_h=1,
    full_at=EVENING + timedelta(hours=60), full_at_early=EVENING + timedelta(hours=50),
    full_at_late=EVENING + timedelta(hours=70), overflow_24h=0.0, computed_at=EVENING, spread_pct=4, left_pct=2,
    low_by_pct=[max(0.0, 40.0 + 0.8 * h) for h in FULL_BY_H],
    middle_by_pct=[min(100.0, 40.0 + h) for h in FULL_BY_H],
    high_by_pct=[min(100.0, 40.0 + 1.2 * h) for h in FULL_BY_H],
)  # fmt: skip


def test_a_round_planned_on_friday_for_monday_goes_by_what_the_bin_holds_on_monday() -> None:
    # Saturday noon is 15 hours on: 55 %. Sunday noon is 21 hours before it is full, twice and more the tenth percentile's ten.
    saturday = need(STEADY, SATURDAY, date(2026, 3, 4), EVENING + timedelta(hours=15), EVENING)
    assert (saturday.wanted, saturday.why, saturday.load_l) == (False, "not_worth_it", pytest.approx(120 * 0.55))
    # The visit after Monday noon would be on Tuesday noon, 87 hours on: later than the late bound.
    monday = need(STEADY, MONDAY, date(2026, 3, 4), MONDAY_NOON, EVENING)
    assert (monday.wanted, monday.why) == (True, "likely_full")
    assert monday.overflow == pytest.approx(1, abs=0.01)
    assert monday.load_l == pytest.approx(120 * 1.0)


def test_the_fill_of_a_day_to_come_is_told_with_its_interval_and_that_of_today_is_not() -> None:
    # 48 hours on, between 40 + 0.8 x 48 and 40 + 1.2 x 48.
    sunday = need(STEADY, date(2026, 3, 8), date(2026, 3, 4), EVENING + timedelta(hours=48), EVENING)
    assert sunday.then_pct == pytest.approx((78.4, 97.6))
    assert need(STEADY, EVENING.date(), date(2026, 3, 4), EVENING, EVENING).then_pct is None


def test_beyond_the_eight_days_that_are_forecast_the_schedule_decides() -> None:
    week_on = need(STEADY, date(2026, 3, 14), date(2026, 3, 4), EVENING + timedelta(days=7, hours=1), EVENING)
    assert (week_on.why, week_on.overflow) == ("scheduled_no_forecast", None)


def test_a_bin_that_a_round_empties_before_fills_anew_from_then_on() -> None:
    # Emptied on Saturday at 10:05 am, 2 % left: by noon on Tuesday 74 hours at 1 %, so that 98 points are 24 more than expected.
    # The variance is 4 x 74 + (74 / 5)^2 + 2^2 = 519, its root 22.8: 1.05 of them, about one in seven.
    empties = replace(STEADY, visit_before=EVENING + timedelta(hours=13))
    monday = need(empties, MONDAY, SATURDAY, EVENING + timedelta(hours=63), EVENING)
    assert monday.overflow == pytest.approx(0.15, abs=0.02)
    assert monday.load_l == pytest.approx(120 * 0.52)
    assert need(empties, date(2026, 3, 8), SATURDAY, EVENING + timedelta(hours=36), EVENING).why == "visited_before"


def test_the_interval_of_a_forecast_widens_with_its_horizon() -> None:
    habit = Habit("B1", np.full(168, 0.4), 3.0, None)
    for emptied_every_h in (None, 72.0):
        fills = look_ahead(habit, Level(10, EVENING.timestamp()), EVENING.timestamp() + 3600, emptied_every_h).fill_by_pct
        assert fills is not None
        assert len(fills) == len(FULL_BY_H)
        widths = [high - low for low, _, high in fills[:12]]
        assert widths == sorted(widths)
        assert all(low <= middle <= high for low, middle, high in fills)


def test_of_a_bin_that_a_round_empties_before_nothing_of_its_fill_now_is_said() -> None:
    detail = {"fill_pct": 100, "full_at": EVENING.isoformat(), "visit_before": (EVENING + timedelta(hours=13)).isoformat()}
    stop = SimpleNamespace(why="on_the_way", why_detail=detail, eta=MONDAY_NOON)
    assert why(Words("en"), stop) == "a round visits it before, on Saturday 7 March, on the way"  # type: ignore[arg-type]
    stop.why = "likely_full"
    assert why(Words("en"), stop) == "a round visits it before, on Saturday 7 March, likely full again by then"  # type: ignore[arg-type]


def test_the_round_of_tomorrow_leaves_out_what_todays_empties_until_its_crew_says_otherwise(town: Town) -> None:
    bin_id = town.add_bin("one", (200, -5))
    town.tell("one", "measured", fill_pct=95, full_in_h=3)
    town.conn.execute("UPDATE bin_status SET rise_pct_per_h = 0.5")
    habit = "INSERT INTO bin_habit (bin_id, rise_pct_per_h, spread_pct, learned_at) VALUES (%s, %s, 2, %s)"
    town.conn.execute(habit, (bin_id, [0.5] * 168, NIGHT))
    tomorrow, words = DAY + timedelta(days=1), Words("en")
    (today,) = plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1).rounds
    stop = next(stop for stop in rounds.stops(town.conn, today.round_id) if stop.bin_id)
    assert "forecast_at" not in today.settings
    (planned,) = plan_day(town.conn, town.council, tomorrow, NIGHT, budget_s=1).rounds
    (left,) = rounds.left_out(town.conn, town.council, tomorrow)
    assert (left.why, why_not(words, left)) == ("visited_before", "a round visits it before, on Tuesday 10 March")
    assert ahead(words, planned) == "Forecast from 4:30am on Tuesday 10 March; planned again at 4am"
    told = Told(
        event_id=stop.stop_id, stop_id=stop.stop_id, bin_id=bin_id, at=NIGHT, event="cannot_reach", observed_fill=None, note=None,
        received_at=NIGHT, told_by="Jo",
    )  # fmt: skip
    emptyings.tell(town.conn, DAY, told, NIGHT)
    (again,) = plan_day(town.conn, town.council, tomorrow, NIGHT, again=True, budget_s=1).rounds
    assert [why(words, stop) for stop in rounds.stops(town.conn, again.round_id) if stop.bin_id] == [
        "about 95% full, full by about 7am on Tuesday 10 March"
    ]
