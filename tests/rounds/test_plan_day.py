"""From stored bins to a kept round, on the square of small_streets: the depot stands in the west, the tip in the east."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from planned_day import plan_day
from small_town import DAY, NIGHT, Town

from api.round_sheet import sheets_of
from streets.accounts import emptyings
from streets.planning.day import CannotPlanError
from streets.rounds.outcome import Told
from streets.store import rounds, stop_events
from streets.store.rounds import NotToday, PlannedStop

SOUTH, NORTH = (200, -5), (200, 405)


def stops(town: Town, at: datetime = NIGHT, again: bool = False, dial: float | None = None) -> list[PlannedStop]:
    planned = plan_day(town.conn, town.council, DAY, at, again=again, pence_per_overflow=dial, budget_s=2)
    return rounds.stops(town.conn, planned.rounds[0].round_id)


def reasons(town: Town) -> dict[str, NotToday]:
    return {left.bin_id: left for left in rounds.left_out(town.conn, town.council, DAY)}


def tell(town: Town, stop: PlannedStop, event: str, at: datetime) -> None:
    told = Told(
        event_id=uuid4(), stop_id=stop.stop_id, bin_id=stop.bin_id, at=at, event=event,
        observed_fill=None, note=None, received_at=at, told_by="crew",
    )  # fmt: skip
    of_day = stop_events.stop(town.conn, town.council, stop.stop_id)
    assert of_day is not None
    emptyings.tell(town.conn, of_day.service_date, told, told.received_at)


def test_a_bin_that_will_be_full_is_visited_and_says_why(town: Town) -> None:
    full = town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=91, full_in_h=10)
    made = stops(town)
    assert [(stop.kind, stop.why) for stop in made] == [
        ("start", "start"),
        ("bin", "likely_full"),
        ("tip", "tip"),
        ("end", "end"),
    ]
    assert made[1].bin_id == full
    assert made[1].why_detail["fill_pct"] == 91
    assert made[1].why_detail["overflow"] == 1.0


def test_etas_are_times_of_the_shift(town: Town) -> None:
    # 10 March 2026 is GMT. Leaves 06:00; 200 + 200 m at 4.0234 m/s is 99 s; 90 s at the bin; 400 m more to the tip.
    town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=91, full_in_h=10)
    start, bin_, tip, _ = stops(town)
    assert start.eta == datetime(2026, 3, 10, 6, tzinfo=UTC)
    assert bin_.eta == start.eta + timedelta(seconds=99)
    assert tip.eta == pytest.approx(bin_.eta + timedelta(seconds=90 + 99), abs=timedelta(seconds=1))


def test_in_summer_the_shift_begins_an_hour_earlier_by_the_sun(town: Town) -> None:
    at = datetime(2026, 7, 1, 3, 30, tzinfo=UTC)
    planned = plan_day(town.conn, town.council, date(2026, 7, 1), at, budget_s=1)
    assert planned.rounds[0].starts_at == datetime(2026, 7, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("state", ["silent", "not_measurable", "no_sensor"])
def test_a_bin_without_a_figure_falls_back_to_its_schedule(town: Town, state: str) -> None:
    town.add_bin("dark", SOUTH, visit_every_days=1)
    town.tell("dark", state, emptied_h=22)
    assert stops(town)[1].why == f"scheduled_{state}"


def test_a_bin_without_a_figure_whose_turn_has_not_come_waits(town: Town) -> None:
    # Emptied on 9 March, to be visited every three days: its turn is 12 March.
    dark = town.add_bin("dark", SOUTH, visit_every_days=3)
    town.tell("dark", "silent", emptied_h=22)
    assert [stop.kind for stop in stops(town)] == ["start", "end"]
    assert reasons(town)[dark].why == "not_due"


def test_a_bin_never_known_to_be_emptied_is_due(town: Town) -> None:
    town.add_bin("dark", SOUTH, visit_every_days=7)
    town.tell("dark", "silent", emptied_h=None)
    assert stops(town)[1].why == "scheduled_silent"


def test_a_bin_that_nobody_ever_looked_at_is_visited_by_schedule(town: Town) -> None:
    town.add_bin("new", SOUTH)
    assert stops(town)[1].why == "scheduled_no_forecast"


def test_a_forecast_of_three_days_ago_is_no_forecast(town: Town) -> None:
    town.add_bin("old", SOUTH)
    town.tell("old", "measured", fill_pct=5, full_in_h=500)
    made = plan_day(town.conn, town.council, date(2026, 3, 13), NIGHT + timedelta(days=3), budget_s=1)
    assert rounds.stops(town.conn, made.rounds[0].round_id)[1].why == "scheduled_no_forecast"


def test_every_bin_is_on_the_round_or_has_a_reason(town: Town) -> None:
    town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=95, full_in_h=5)
    fresh = town.add_bin("fresh", NORTH)
    town.tell("fresh", "measured", fill_pct=3, full_in_h=300, emptied_h=10)
    slow = town.add_bin("slow", NORTH)
    town.tell("slow", "measured", fill_pct=30, full_in_h=300, emptied_h=100)
    lost = town.add_bin("lost", (5000, 5000))
    town.tell("lost", "measured", fill_pct=95, full_in_h=5)
    made = stops(town)
    assert {left: each.why for left, each in reasons(town).items()} == {
        fresh: "recently_emptied",
        slow: "not_worth_it",
        lost: "unreachable",
    }
    assert len([stop for stop in made if stop.kind == "bin"]) == 1


def test_when_overflowing_costs_next_to_nothing_a_full_bin_is_left_out_with_the_sums(town: Town) -> None:
    full = town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=95, full_in_h=5)
    stops(town, dial=1)
    left = reasons(town)[full]
    assert left.why == "not_worth_it"
    assert left.why_detail["worth_pence"] == 1
    assert left.why_detail["detour_pence"] > 1


def test_a_bin_is_reached_in_its_hours(town: Town) -> None:
    shut = town.add_bin("shut", SOUTH)
    early = town.add_bin("early", NORTH)
    for word in ("shut", "early"):
        town.tell(word, "measured", fill_pct=95, full_in_h=5)
    town.conn.execute("UPDATE bin SET reach_until = '05:00' WHERE bin_id = %s", (shut,))
    town.conn.execute("UPDATE bin SET reach_from = '07:00', reach_until = '10:00' WHERE bin_id = %s", (early,))
    made = [stop for stop in stops(town) if stop.kind == "bin"]
    assert [(stop.bin_id, stop.window_from) for stop in made] == [(early, datetime(2026, 3, 10, 7, tzinfo=UTC))]
    assert reasons(town)[shut].why == "outside_hours"


def test_planning_a_day_twice_keeps_the_first_plan(town: Town) -> None:
    town.add_bin("full", SOUTH)
    first = plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1)
    second = plan_day(town.conn, town.council, DAY, NIGHT + timedelta(hours=1), budget_s=1)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.rounds == first.rounds


def test_planning_again_keeps_done_stops_in_place_and_plans_the_rest_from_there(town: Town) -> None:
    for word, at_m in (("one", SOUTH), ("two", NORTH)):
        town.add_bin(word, at_m)
        town.tell(word, "measured", fill_pct=95, full_in_h=5)
    before = stops(town)
    tell(town, before[1], "emptied", before[1].eta)
    late = town.add_bin("late", (405, 100))
    town.tell("late", "measured", fill_pct=100)
    after = stops(town, at=before[1].eta + timedelta(minutes=5), again=True)
    assert [stop.stop_id for stop in after[:2]] == [before[0].stop_id, before[1].stop_id]
    assert {stop.bin_id for stop in after[2:] if stop.bin_id} == {before[2].bin_id, late}
    assert [stop.position for stop in after] == list(range(len(after)))
    assert after[2].eta >= before[1].eta + timedelta(minutes=5)
    assert after[-2].kind == "tip"


def test_an_old_link_finds_the_new_plan(town: Town) -> None:
    town.add_bin("full", SOUTH)
    (first,) = plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1).rounds
    (second,) = plan_day(town.conn, town.council, DAY, NIGHT, again=True, budget_s=1).rounds
    assert (first.version, second.version) == (1, 2)
    assert rounds.in_force(town.conn, town.council, first.round_id) == second


def test_a_vehicle_with_much_aboard_tips_before_it_goes_on(town: Town) -> None:
    # Each silent bin is taken as full: 120 l. With 120 of 200 l aboard a second and third do not fit without tipping.
    town.conn.execute("UPDATE vehicle SET capacity_l = 200")
    for word in ("one", "two", "three"):
        town.add_bin(word, SOUTH)
    before = stops(town)
    tell(town, before[1], "emptied", before[1].eta)
    after = stops(town, at=before[1].eta, again=True)
    assert after[2].kind == "tip"
    assert len([stop for stop in after if stop.kind == "bin"]) == 3


def test_a_vehicle_that_tipped_on_an_older_plan_is_empty_on_the_newest(town: Town) -> None:
    """A phone without signal tells of the tip of the plan that it has, when the office has planned again."""
    for word, at_m in (("one", SOUTH), ("two", NORTH)):
        town.add_bin(word, at_m)
    _, one, two, tip, _ = stops(town)
    tell(town, one, "emptied", one.eta)
    stops(town, at=one.eta, again=True)
    tell(town, two, "emptied", two.eta)
    tell(town, tip, "emptied", tip.eta)
    # The tip of the plan in force is done with it, and nothing is left to bring there.
    assert [stop.kind for stop in stops(town, at=tip.eta, again=True)] == ["start", "bin", "bin", "tip", "end"]


def test_a_vehicle_that_could_not_reach_the_tip_is_not_taken_for_empty(town: Town) -> None:
    town.add_bin("one", SOUTH)
    _, one, tip, _ = stops(town)
    tell(town, one, "emptied", one.eta)
    tell(town, tip, "cannot_reach", tip.eta)
    assert [stop.kind for stop in stops(town, at=tip.eta, again=True)] == ["start", "bin", "tip", "tip", "end"]


def test_a_day_whose_shift_is_over_is_not_planned(town: Town) -> None:
    with pytest.raises(CannotPlanError, match="are over"):
        plan_day(town.conn, town.council, DAY, NIGHT + timedelta(hours=12))


def test_a_council_is_told_what_it_lacks(town: Town) -> None:
    town.conn.execute("DELETE FROM round_base WHERE kind = 'tip'")
    town.conn.execute("DELETE FROM street_extract")
    with pytest.raises(CannotPlanError, match="lacks a tip, streets"):
        plan_day(town.conn, town.council, DAY, NIGHT)


def test_one_council_is_planned_without_the_bins_of_another(town: Town, found_another: Callable[[str], Town]) -> None:
    other = found_another("othertown")
    other.add_bin("full", SOUTH)
    town.add_bin("full", NORTH)
    assert [stop.bin_id for stop in stops(town) if stop.bin_id] == ["smalltown-full"]


def test_what_was_told_of_a_bin_holds_on_the_new_plan_too(town: Town) -> None:
    # A phone without signal still has the old plan when the office plans again, and sends its tap late.
    town.add_bin("full", SOUTH)
    old = stops(town)[1]
    new = stops(town, again=True)[1]
    assert old.stop_id != new.stop_id
    tell(town, old, "emptied", old.eta)
    (seen,) = sheets_of(town.conn, rounds.of_day(town.conn, town.council, DAY))
    assert [stop.state for stop in seen.work if stop.plan.bin_id] == ["emptied"]


def test_a_vehicle_whose_shift_is_over_keeps_what_it_did_and_leaves_the_rest_to_others(town: Town) -> None:
    town.conn.execute("INSERT INTO vehicle VALUES ('V2', %s, 'Van 2', 2000, '12:00', '18:00')", (town.council,))
    town.conn.execute("UPDATE vehicle SET shift_until = '08:00' WHERE vehicle_id = 'V1'")
    for word, at_m in (("one", SOUTH), ("two", NORTH)):
        bin_id = town.add_bin(word, at_m)
        town.conn.execute("UPDATE bin SET reach_until = '08:00' WHERE bin_id = %s", (bin_id,))
    before = stops(town)
    tell(town, before[1], "emptied", before[1].eta)
    town.conn.execute("UPDATE bin SET reach_until = NULL")
    plan_day(town.conn, town.council, DAY, NIGHT + timedelta(hours=6), again=True, budget_s=1)
    home, out = sheets_of(town.conn, rounds.of_day(town.conn, town.council, DAY))
    assert [stop.plan.bin_id for stop in home.work] == [before[1].bin_id]
    assert [stop.plan.bin_id for stop in out.work if stop.plan.bin_id] == [before[2].bin_id]


def test_a_crew_that_cannot_be_home_in_time_tips_and_comes_home_late_and_the_others_take_over(town: Town) -> None:
    """With 12 minutes of tipping and driving left a shift of 10 does not end in time; what is not done yet goes to the other."""
    town.conn.execute("INSERT INTO vehicle VALUES ('V2', %s, 'Van 2', 2000, '07:00', '18:00')", (town.council,))
    for word, at_m in (("one", SOUTH), ("two", NORTH)):
        bin_id = town.add_bin(word, at_m)
        town.conn.execute("UPDATE bin SET reach_until = '06:30' WHERE bin_id = %s", (bin_id,))
    before = stops(town)
    tell(town, before[1], "emptied", before[1].eta)
    town.conn.execute("UPDATE bin SET reach_until = NULL")
    town.conn.execute("UPDATE vehicle SET shift_until = '06:10' WHERE vehicle_id = 'V1'")
    plan_day(town.conn, town.council, DAY, before[1].eta, again=True, budget_s=1)
    late, other = sheets_of(town.conn, rounds.of_day(town.conn, town.council, DAY))
    assert [stop.plan.kind for stop in late.stops] == ["start", "bin", "tip", "end"]
    assert [stop.plan.bin_id for stop in other.work if stop.plan.bin_id] == [before[2].bin_id]


def test_a_crew_rests_in_the_hours_that_its_council_set_and_once(town: Town) -> None:
    # The break is due between 06:01 and 06:05, which comes while the round is driven: 99 s to the bin, 90 s of work there.
    town.conn.execute("UPDATE vehicle SET break_min = 20, break_from = '06:01', break_until = '06:05'")
    for word, at_m in (("one", SOUTH), ("two", NORTH)):
        town.add_bin(word, at_m)
        town.tell(word, "measured", fill_pct=95, full_in_h=5)
    before = stops(town)
    (rest,) = [stop for stop in before if stop.kind == "break"]
    assert (rest.service_s, rest.bin_id, rest.base_id, rest.leg_m) == (1_200, None, None, 0)
    assert datetime(2026, 3, 10, 6, 1, tzinfo=UTC) <= rest.eta <= datetime(2026, 3, 10, 6, 5, tzinfo=UTC)
    first = next(stop for stop in before if stop.kind == "bin")
    tell(town, first, "emptied", first.eta)
    after = stops(town, at=rest.eta + timedelta(minutes=20), again=True)
    assert [stop.stop_id for stop in after if stop.kind == "break"] == [rest.stop_id]


def test_a_bin_of_glass_weighs_more_than_one_of_litter(town: Town) -> None:
    # Two full bins of 120 l: 48 kg of litter at 0.2 kg a litre, or 72 kg of glass at 0.3, for a vehicle that carries 50 kg.
    town.conn.execute("UPDATE vehicle SET capacity_kg = 50")
    for word, at_m in (("one", SOUTH), ("two", NORTH)):
        town.add_bin(word, at_m)
        town.tell(word, "measured", fill_pct=100)
    assert len([stop for stop in stops(town) if stop.kind == "tip"]) == 1
    town.conn.execute("UPDATE bin SET kg_per_l = 0.3")
    assert len([stop for stop in stops(town, again=True) if stop.kind == "tip"]) == 2


def test_a_round_is_at_the_tip_in_its_hours(town: Town) -> None:
    # Tipping takes ten minutes and must be over by 06:15; from 13:00 on the tip is shut for good.
    town.conn.execute("UPDATE round_base SET open_from = '06:00', open_until = '06:15' WHERE kind = 'tip'")
    town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=95, full_in_h=5)
    (tip,) = [stop for stop in stops(town) if stop.kind == "tip"]
    assert tip.eta <= datetime(2026, 3, 10, 6, 5, tzinfo=UTC)
    town.conn.execute("UPDATE round_base SET open_until = '06:12' WHERE kind = 'tip'")
    assert [stop.kind for stop in stops(town, again=True)] == ["start", "end"]


def test_a_due_visit_that_nothing_is_known_of_does_not_outrank_a_full_bin(town: Town) -> None:
    # 15 minutes for a round with ten minutes' tipping and 90 s at a bin: one bin fits.
    town.conn.execute("UPDATE vehicle SET shift_until = '06:18:30'")
    town.add_bin("dark", NORTH)
    full = town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=100)
    assert [stop.bin_id for stop in stops(town) if stop.kind == "bin"] == [full]


def test_a_shift_that_passes_midnight_is_refused_with_whose_it_is(town: Town) -> None:
    town.conn.execute("UPDATE vehicle SET shift_from = '22:00', shift_until = '06:00'")
    with pytest.raises(CannotPlanError, match="Van 1 ends at 06:00, before it begins at 22:00"):
        plan_day(town.conn, town.council, DAY, NIGHT)
