"""The check of plans knows nothing of how they were made: each kind of wrong plan is caught, with words that name it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import street

from streets.rounds.check import PlanFaultError, faults, verified
from streets.rounds.plan import plan
from streets.rounds.problem import Break, LeftOut, Plan, Problem, Round, Stop

# Two bins of 100 l at 300 m and 600 m with 60 s of work; B1 only until 06:10; the tip at 1,000 m; a vehicle of 250 l.
PROBLEM = street(
    [{"at_m": 300, "service_s": 60}, {"at_m": 600, "service_s": 60, "windows_s": ((21_600, 22_200),)}], capacity_l=250
)
GOOD = plan(PROBLEM, seed=1, budget_s=2)
START, B0, B1, TIP, END = GOOD.rounds[0].stops


def with_stops(*stops: Stop) -> Plan:
    return replace(GOOD, rounds=(Round("V0", stops),))


def late(stop: Stop, seconds: int) -> Stop:
    return replace(stop, arrive_s=stop.arrive_s + seconds, begin_s=stop.begin_s + seconds, leave_s=stop.leave_s + seconds)


WRONG: dict[str, tuple[Callable[[], Plan], str]] = {
    "a bin twice": (lambda: with_stops(START, B0, B1, replace(B0), TIP, END), "B0 is told of 2 times"),
    "a bin forgotten": (lambda: with_stops(START, B0, TIP, END), "B1 is forgotten"),
    "a bin planned and left out": (lambda: replace(GOOD, left_out=(LeftOut("B0", "no_time", 1, 1),)), "B0 is told of 2 times"),
    "a bin nobody asked for": (lambda: with_stops(START, B0, B1, replace(B1, ref="B9"), TIP, END), "B9 was not asked for"),
    "too early to be true": (lambda: with_stops(START, replace(B0, arrive_s=B0.arrive_s - 1), B1, TIP, END), "before it can be"),
    "work cut short": (lambda: with_stops(START, replace(B0, leave_s=B0.leave_s - 30), B1, TIP, END), "before the work is done"),
    "outside a window": (lambda: with_stops(START, B0, late(B1, 3600), late(TIP, 3600), late(END, 3600)), "outside its window"),
    "a leg too short": (lambda: with_stops(START, replace(B0, leg_m=1), B1, TIP, END), "not the streets' own"),
    "beyond the shift": (lambda: with_stops(START, B0, B1, TIP, late(END, 9 * 3600)), "outside its shift"),
    "before the shift": (lambda: with_stops(late(START, -60), B0, B1, TIP, END), "outside its shift"),
    "home without tipping": (lambda: with_stops(START, B0, B1, END), "comes home with 200 l"),
    "another end": (lambda: with_stops(START, B0, B1, TIP), "one start and one end"),
    "another start": (lambda: with_stops(replace(START, point=1), B0, B1, TIP, END), "does not start where it stands"),
    "not home": (lambda: with_stops(START, B0, B1, TIP, replace(END, point=1)), "does not end at the depot"),
    "a tip that is none": (lambda: with_stops(START, B0, B1, replace(TIP, ref="T7"), END), "is no tip"),
    "a bin in the wrong place": (lambda: with_stops(START, replace(B0, point=B1.point), B1, TIP, END), "wrong place"),
    "one vehicle twice": (lambda: replace(GOOD, rounds=GOOD.rounds * 2), "drives 2 rounds"),
    "a strange vehicle": (lambda: replace(GOOD, rounds=(replace(GOOD.rounds[0], vehicle_id="V9"),)), "no vehicle of this day"),
}


# A bin that must be visited and cannot be, in a shift of 100 s; and a vehicle with 50 l aboard, which nobody asks to go anywhere.
HURRIED = street([{"at_m": 900, "must": True, "worth_pence": 7}], shift_s=(21_600, 21_700))
MISSED = plan(HURRIED, seed=1, budget_s=1)
(LEFT,) = MISSED.left_out
LADEN = street([], load_l=50)

WRONG_WORDS: dict[str, tuple[Problem, Plan, str]] = {
    "a must played down": (HURRIED, replace(MISSED, left_out=(replace(LEFT, must=False),)), "B0 is left out as another"),
    "another worth": (HURRIED, replace(MISSED, left_out=(replace(LEFT, worth_pence=6),)), "B0 is left out as another"),
    "a must not worth it": (HURRIED, replace(MISSED, left_out=(replace(LEFT, why="not_worth_it"),)), "B0 must be visited"),
    "no reason": (HURRIED, replace(MISSED, left_out=(replace(LEFT, why=""),)), "B0 is left out for no reason"),
    "a vehicle forgotten": (LADEN, replace(plan(LADEN, seed=1, budget_s=1), rounds=()), "V0 has no round"),
    "a drive before the start": (PROBLEM, with_stops(replace(START, leg_m=9), B0, B1, TIP, END), "before its start"),
}


@pytest.mark.parametrize("name", WRONG_WORDS)
def test_a_plan_that_says_what_is_not_so_is_caught(name: str) -> None:
    problem, wrong, words = WRONG_WORDS[name]
    with pytest.raises(PlanFaultError, match=words):
        verified(problem, wrong)


def test_the_plan_as_made_has_no_fault() -> None:
    assert verified(PROBLEM, GOOD) is GOOD


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_plan_is_caught(name: str) -> None:
    make, words = WRONG[name]
    with pytest.raises(PlanFaultError, match=words):
        verified(PROBLEM, make())


def test_a_vehicle_filled_over_its_brim_is_caught() -> None:
    small = replace(PROBLEM, vans=(replace(PROBLEM.vans[0], capacity_l=199),))
    with pytest.raises(PlanFaultError, match="over its capacity of 199 l at B1"):
        verified(small, GOOD)


# The same day for a vehicle with a break due from 06:01 to 06:03 (taken at B0, from 06:01:30 on) and a tip open until 06:20.
TIRED = street(
    [{"at_m": 300, "service_s": 60, "load_kg": 20}, {"at_m": 600, "service_s": 60, "load_kg": 20}],
    capacity_l=250,
    capacity_kg=50,
    breaks=(Break(21_660, 21_780, 300),),
    tip_windows_s=((21_600, 22_800),),
)
RESTED = plan(TIRED, seed=1, budget_s=2)
REST = next(stop for stop in RESTED.rounds[0].stops if stop.kind == "break")


def among(*changes: tuple[Stop, Stop | None]) -> Plan:
    """The plan with a break with stops exchanged for others, or taken out."""
    (round_,) = RESTED.rounds
    changed = {stop.kind + stop.ref: other for stop, other in changes}
    stops = (changed.get(stop.kind + stop.ref, stop) for stop in round_.stops)
    return replace(RESTED, rounds=(Round("V0", tuple(stop for stop in stops if stop is not None)),))


WRONG_RESTS: dict[str, tuple[Callable[[], Plan], str]] = {
    "no break": (lambda: among((REST, None)), "V0 has no break"),
    "a short break": (lambda: among((REST, replace(REST, leave_s=REST.leave_s - 1))), "cuts its break short"),
    "a break too late": (lambda: among((REST, late(REST, 600))), "break at the wrong time"),
    "a break elsewhere": (lambda: among((REST, replace(REST, point=0))), "drives to its break"),
    "a shut tip": (lambda: replace(RESTED, rounds=(_late_at_the_tip(),)), "at T0 outside its window"),
}


def _late_at_the_tip() -> Round:
    *others, tip, end = RESTED.rounds[0].stops
    return Round("V0", (*others, late(tip, 3_600), late(end, 3_600)))


@pytest.mark.parametrize("name", WRONG_RESTS)
def test_a_plan_that_wrongs_crew_or_tip_is_caught(name: str) -> None:
    make, words = WRONG_RESTS[name]
    assert verified(TIRED, RESTED) is RESTED
    with pytest.raises(PlanFaultError, match=words):
        verified(TIRED, make())


def test_a_vehicle_that_is_too_heavy_is_caught() -> None:
    light = replace(TIRED, vans=(replace(TIRED.vans[0], capacity_kg=39),))
    with pytest.raises(PlanFaultError, match="over its capacity of 39 kg at B"):
        verified(light, RESTED)


bins = st.fixed_dictionaries(
    {
        "at_m": st.integers(0, 5_000),
        "worth_pence": st.integers(0, 5_000),
        "load_l": st.integers(1, 240),
        "service_s": st.integers(0, 300),
        "windows_s": st.lists(
            st.tuples(st.integers(20_000, 40_000), st.integers(20_000, 60_000)).map(lambda pair: tuple(sorted(pair))), max_size=2
        ).map(tuple),
    }
)


@given(bins=st.lists(bins, max_size=8), vans=st.integers(1, 3), capacity_l=st.integers(100, 600))
def test_whatever_the_day_every_plan_made_holds(bins: list[dict], vans: int, capacity_l: int) -> None:
    problem: Problem = street(bins, vans=vans, capacity_l=capacity_l)
    assert list(faults(problem, plan(problem, seed=1, budget_s=0.02))) == []
