"""What counts as saved, by itself: the schedule that rounds replace, and the sums that anybody can do."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.rounds.assumptions import Assumptions, Side, sensors_pence, worth
from streets.rounds.savings import BinDay, RoundTold, Work, counts, state_of
from streets.rounds.schedule import Schedule

FIRST = date(2026, 3, 1)

intervals = st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.5, 7.0, 14.0])
whole_days = st.integers(min_value=0, max_value=400)


DAILY = Schedule(1, FIRST)


def bin_day(schedule: Schedule = DAILY, **known: Any) -> BinDay:
    facts = {"ward_code": None, "work": None, "why": "not_worth_it", "told": None, "told_overflowing": False}
    return BinDay(bin_id="B1", schedule=schedule, **{**facts, "emptied_off_round_on": None, "overflowed": None, **known})


def due_days(schedule: Schedule, days: int) -> list[int]:
    return [n + 1 for n in range(days) if schedule.due(FIRST + timedelta(days=n))]


def test_a_weekly_schedule_comes_at_the_end_of_each_week() -> None:
    assert due_days(Schedule(7, FIRST), 31) == [7, 14, 21, 28]


def test_half_days_are_rounded_up_to_whole_ones() -> None:
    # Every 3.5 days: after 3.5, 7, 10.5 and 14 days.
    assert due_days(Schedule(3.5, FIRST), 14) == [4, 7, 11, 14]


def test_several_visits_a_day_count_once() -> None:
    assert due_days(Schedule(0.5, FIRST), 4) == [1, 2, 3, 4]


@given(every=intervals, days=whole_days)
def test_no_stretch_of_time_holds_more_than_its_share_of_visits(every: float, days: int) -> None:
    assert len(due_days(Schedule(every, FIRST), days)) == int(days / max(every, 1))


@given(before=intervals, after=intervals, days=st.integers(min_value=0, max_value=60))
def test_a_changed_schedule_goes_on_from_its_last_visit(before: float, after: float, days: int) -> None:
    schedule, change = Schedule(before, FIRST), FIRST + timedelta(days=days)
    changed = schedule.changed(after, change)
    last = max((n for n in due_days(schedule, days)), default=0)
    if after == before:
        assert changed == schedule
    else:
        assert changed == Schedule(after, FIRST + timedelta(days=last))


def test_a_visit_that_was_not_due_is_not_saved() -> None:
    assert not counts(bin_day(Schedule(7, FIRST)), FIRST)


@pytest.mark.parametrize("why", ["not_worth_it", "recently_emptied"])
def test_a_visit_that_a_forecast_said_can_wait_is_saved(why: str) -> None:
    assert counts(bin_day(why=why), FIRST)


@pytest.mark.parametrize("why", ["scheduled_not_due", "history_not_worth_it", "no_time", "outside_hours", "unreachable", None])
def test_a_visit_that_was_not_made_for_any_other_reason_is_not_saved(why: str | None) -> None:
    assert not counts(bin_day(why=why), FIRST)


def test_an_emptying_off_the_rounds_takes_the_place_of_the_visit_that_was_due() -> None:
    weekly, seventh = Schedule(7, FIRST), FIRST + timedelta(days=6)
    assert not counts(bin_day(weekly, emptied_off_round_on=FIRST), seventh)
    assert counts(bin_day(weekly, emptied_off_round_on=FIRST - timedelta(days=1)), seventh)


def test_a_round_is_driven_when_the_crew_told_of_half_of_it() -> None:
    assert not RoundTold(bins=5, told=2).driven
    assert RoundTold(bins=4, told=2).driven


def test_one_round_that_nobody_drove_spoils_the_day() -> None:
    assert state_of([RoundTold(4, 4), RoundTold(3, 0)]) == "not_driven"
    assert state_of([RoundTold(4, 4), RoundTold(0, 0)]) == "counted"
    assert state_of([RoundTold(0, 0)]) == "nothing_planned"
    assert state_of([]) == "no_plan"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: RoundTold(max(pair), min(pair)))))
def test_no_day_counts_without_a_driven_round(rounds: list[RoundTold]) -> None:
    if state_of(rounds) == "counted":
        assert all(2 * each.told >= each.bins for each in rounds)
        assert any(each.told for each in rounds)


facts = st.fixed_dictionaries(
    {
        "work": st.sampled_from([None, Work(100, 60)]),
        "why": st.sampled_from(["not_worth_it", "scheduled_not_due", "no_time", None]),
        "emptied_off_round_on": st.sampled_from([None, *(FIRST + timedelta(days=n) for n in range(10))]),
    }
)


@given(every=intervals, days=st.lists(facts, max_size=40))
def test_the_schedule_is_never_credited_with_more_than_it_would_have_made(every: float, days: list[dict[str, Any]]) -> None:
    schedule = Schedule(every, FIRST)
    credited = [counts(bin_day(schedule, **known), FIRST + timedelta(days=n)) for n, known in enumerate(days)]
    assert sum(credited) <= len(days) / max(every, 1)


def test_a_month_by_hand() -> None:
    # 100 km and 10 hours: 100 x 60p + 10 x £45 = £510; 20 litres; 20 x 2.57082 = 51.4164 kg.
    told = worth(Side(visits=40, metres=100_000, seconds=36_000), Assumptions())
    assert (told.km, told.hours, told.litres) == (100, 10, 20)
    assert told.pence == pytest.approx(51_000)
    assert told.kg_co2e == pytest.approx(51.4164)


def test_sensors_cost_every_day_that_they_hang() -> None:
    # £2.00 and £0.50 a month, and £120 over 60 months, £2.00: £4.50. Two sensors for 15 of 30 days: £4.50.
    assert sensors_pence(sensor_days=30, days_of_month=30, assumed=Assumptions()) == pytest.approx(450)


sides = st.builds(Side, st.integers(0, 10_000), st.integers(0, 10**7), st.integers(0, 10**7))


@given(schedule=sides, planned=sides)
def test_what_is_saved_is_the_difference_of_the_two_sides(schedule: Side, planned: Side) -> None:
    by_schedule, by_rounds, saved = (worth(side, Assumptions()) for side in (schedule, planned, schedule - planned))
    for name in ("visits", "km", "hours", "litres", "kg_co2e", "pence"):
        assert getattr(saved, name) == pytest.approx(getattr(by_schedule, name) - getattr(by_rounds, name), abs=1e-6)
