"""A town on one straight street, small enough to plan by hand: points are metres along it, and a vehicle drives 10 m/s.

    depot 0 ........ bins ........ tip

At 60 p/km and 36 GBP/h (1 p/s) a metre costs 0.06 p and 0.1 s = 0.1 p: 0.16 p/m, or 160 p/km there and 160 p/km back.
"""

from typing import Any

import numpy as np
import pytest

from streets.rounds.check import faults, verified
from streets.rounds.plan import NoPlanError, plan
from streets.rounds.problem import Break, Candidate, Plan, Prices, Problem, Tip, Van
from streets.rounds.watch import PlanCancelledError, Progress

DEPOT_M, TIP_M = 0, 1000
PRICES = Prices(pence_per_overflow=2000, pence_per_km=60, pence_per_hour=3600)
SHIFT_S = (6 * 3600, 14 * 3600)


def street(
    bins: list[dict],
    vans: int = 1,
    capacity_l: float = 10_000,
    shift_s: tuple[int, int] = SHIFT_S,
    tips: tuple = (TIP_M,),
    tip_windows_s: tuple = (),
    **van: Any,
) -> Problem:
    """Bins are {"at_m", "worth_pence", …}; they are named B0, B1, … in the order given."""
    at_m = np.array([DEPOT_M, *tips, *(bin_["at_m"] for bin_ in bins)])
    metres = np.abs(at_m[:, None] - at_m[None, :]).astype(np.int64)
    first_bin = 1 + len(tips)
    return Problem(
        seconds=metres // 10,
        metres=metres,
        candidates=tuple(
            Candidate(
                bin_id=f"B{i}",
                point=first_bin + i,
                worth_pence=bin_.get("worth_pence", 2000),
                load_l=bin_.get("load_l", 100),
                load_kg=bin_.get("load_kg", 0),
                must=bin_.get("must", False),
                service_s=bin_.get("service_s", 0),
                windows_s=bin_.get("windows_s", ()),
            )
            for i, bin_ in enumerate(bins)
        ),
        tips=tuple(Tip(base_id=f"T{i}", point=1 + i, service_s=0, windows_s=tip_windows_s) for i in range(len(tips))),
        vans=tuple(
            Van(vehicle_id=f"V{v}", point=0, capacity_l=capacity_l, from_s=shift_s[0], until_s=shift_s[1], **van)
            for v in range(vans)
        ),
        depot=0,
        prices=PRICES,
    )


def made(problem: Problem) -> Plan:
    return verified(problem, plan(problem, seed=1, budget_s=2))


def order(result: Plan, van: int = 0) -> list[str]:
    return [stop.ref for stop in result.rounds[van].stops if stop.kind in ("bin", "tip")]


def test_bins_are_visited_on_the_way_to_the_tip_which_comes_last() -> None:
    # 0 → 300 → 600 → 1000 → 0: 2,000 m in 200 s, which no other order undercuts.
    result = made(street([{"at_m": 600}, {"at_m": 300}]))
    assert order(result) == ["B1", "B0", "T0"]
    assert (result.rounds[0].distance_m, result.rounds[0].drive_s) == (2000, 200)
    assert result.left_out == ()


def test_the_timetable_adds_driving_and_work() -> None:
    # Leaves 06:00 (21,600 s), drives 300 m in 30 s, works 90 s, drives 700 m in 70 s to the tip and 1,000 m in 100 s home.
    stops = made(street([{"at_m": 300, "service_s": 90}])).rounds[0].stops
    assert [(stop.kind, stop.arrive_s, stop.leave_s) for stop in stops] == [
        ("start", 21_600, 21_600),
        ("bin", 21_630, 21_720),
        ("tip", 21_790, 21_790),
        ("end", 21_890, 21_890),
    ]


def test_a_short_shift_is_filled_where_every_visit_is_worth_much() -> None:
    # There and back by the tip takes 200 s of the 700 s; of the 500 s left each bin takes 90 s: five bins of the forty.
    bins = [{"at_m": 20 * k, "worth_pence": 20_000, "service_s": 90} for k in range(1, 41)]
    result = made(street(bins, vans=2, shift_s=(6 * 3600, 6 * 3600 + 700)))
    assert [len(order(result, van)) for van in (0, 1)] == [5 + 1, 5 + 1]


def test_a_far_full_bin_with_a_tiny_price_is_left_out_with_the_reason() -> None:
    # From the tip at 1,000 m out to 11,000 m and back: 20,000 m at 0.16 p = 3,200 p, for a visit worth 5 p.
    result = made(street([{"at_m": 300}, {"at_m": 11_000, "worth_pence": 5}]))
    assert order(result) == ["B0", "T0"]
    (left,) = result.left_out
    assert (left.bin_id, left.why, left.worth_pence) == ("B1", "not_worth_it", 5)
    assert left.detour_pence == 3200


def test_the_same_far_bin_is_visited_when_overflowing_costs_more() -> None:
    result = made(street([{"at_m": 300}, {"at_m": 11_000, "worth_pence": 4000}]))
    assert "B1" in order(result)


def test_nobody_leaves_the_depot_when_no_visit_pays() -> None:
    # The shortest tour is 0 → 500 → 1000 → 0: 2,000 m at 0.16 p = 320 p.
    result = made(street([{"at_m": 500, "worth_pence": 319}]))
    assert order(result) == []
    assert result.rounds[0].distance_m == 0
    assert [(left.why, left.detour_pence) for left in result.left_out] == [("not_worth_it", 320)]


def test_a_full_vehicle_tips_before_it_goes_on() -> None:
    # Four bins of 100 l and a vehicle of 200 l: it must come by the tip twice.
    result = made(street([{"at_m": m, "load_l": 100} for m in (900, 950, 1050, 1100)], capacity_l=200))
    assert order(result).count("T0") == 2
    assert result.left_out == ()


def test_the_nearer_of_two_tips_ends_the_round() -> None:
    # A tip at 400 m: 0 → 300 → 400 → 0 is 800 m; by the tip at 1,000 m it would be 2,000 m.
    assert order(made(street([{"at_m": 300}], tips=(1000, 400)))) == ["B0", "T1"]


def test_a_bin_with_a_window_is_reached_within_it_even_if_that_means_a_detour() -> None:
    # B0 at 900 m may only be reached until 06:01:40 (100 s after the start); B1 at 100 m takes 600 s of work.
    result = made(street([{"at_m": 900, "windows_s": ((21_600, 21_700),)}, {"at_m": 100, "service_s": 600}]))
    assert order(result)[0] == "B0"


def test_a_vehicle_waits_for_a_window_to_open() -> None:
    stop = made(street([{"at_m": 300, "windows_s": ((25_200, 28_800),)}])).rounds[0].stops[1]
    assert stop.begin_s == 25_200


def test_what_does_not_fit_into_the_shift_is_left_out_for_want_of_time() -> None:
    # A shift of 300 s; each bin takes 60 s of work and the tour 0 → 1000 → 0 takes 200 s: one bin fits, two do not.
    result = made(street([{"at_m": 400, "service_s": 60}, {"at_m": 600, "service_s": 60}], shift_s=(21_600, 21_900)))
    assert [left.why for left in result.left_out] == ["no_time"]


def test_two_vehicles_share_what_one_cannot_do_in_its_shift() -> None:
    result = made(street([{"at_m": 400, "service_s": 60}, {"at_m": 600, "service_s": 60}], vans=2, shift_s=(21_600, 21_900)))
    assert len(result.rounds) == 2
    assert result.left_out == ()


def test_a_vehicle_on_its_round_brings_what_it_holds_to_the_tip() -> None:
    problem = street([])
    (van,) = problem.vans
    aboard = Problem(
        seconds=problem.seconds, metres=problem.metres, candidates=(), tips=problem.tips, depot=0,
        vans=(Van(vehicle_id="V0", point=0, capacity_l=van.capacity_l, from_s=van.from_s, until_s=van.until_s, load_l=50),),
    )  # fmt: skip
    assert order(made(aboard)) == ["T0"]


def test_a_council_without_a_tip_is_told_so() -> None:
    with pytest.raises(NoPlanError, match="no tip"):
        plan(street([{"at_m": 300}], tips=()), seed=1, budget_s=1)


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = street([{"at_m": m, "worth_pence": 50 + m % 170} for m in range(50, 1500, 180)])
    assert plan(problem, seed=7, budget_s=90) == plan(problem, seed=7, budget_s=90)


def test_no_plan_of_a_street_has_a_fault() -> None:
    problem = street([{"at_m": m, "load_l": 90, "service_s": 45} for m in range(50, 1500, 70)], vans=2, capacity_l=500)
    assert list(faults(problem, plan(problem, seed=3, budget_s=2))) == []


def test_a_bin_that_no_vehicle_has_space_for_is_left_out_for_want_of_it() -> None:
    result = made(street([{"at_m": 300, "load_l": 300}], capacity_l=200))
    assert [(left.why, left.detour_pence) for left in result.left_out] == [("no_time", None)]


def test_two_full_bins_and_a_van_that_holds_one_are_both_emptied() -> None:
    # Each visit is worth 2,000 p and the whole way, out to the tip twice and back, 4,000 m at 0.16 p = 640 p.
    result = made(street([{"at_m": 300, "load_l": 120}, {"at_m": 600, "load_l": 120}], capacity_l=150))
    assert result.left_out == ()
    assert order(result).count("T0") == 2


def test_a_vehicle_that_is_full_already_tips_before_its_first_bin() -> None:
    result = made(street([{"at_m": 300, "load_l": 120}], capacity_l=150, load_l=140))
    assert order(result) == ["T0", "B0", "T0"]


def test_a_heavy_bin_fills_a_vehicle_that_has_litres_to_spare() -> None:
    # Two bins of glass, 100 l and 30 kg each, and a vehicle that may carry 50 kg: it tips between them.
    bins = [{"at_m": m, "load_l": 100, "load_kg": 30} for m in (300, 600)]
    assert order(made(street(bins, capacity_kg=50))).count("T0") == 2
    assert order(made(street(bins, capacity_kg=60))).count("T0") == 1


def test_a_bin_may_be_reached_in_any_of_its_windows() -> None:
    # The first window closes before the shift begins, the second opens at 07:00.
    stop = made(street([{"at_m": 300, "windows_s": ((10_000, 11_000), (25_200, 25_300))}])).rounds[0].stops[1]
    assert stop.begin_s == 25_200


def test_the_tip_that_is_still_open_ends_the_round() -> None:
    # Work at the bin ends at 07:00:30 (25,230 s): both tips are then shut if they shut at 06:30.
    late = {"at_m": 300, "service_s": 3_600, "worth_pence": 9_000}
    assert order(made(street([late], tips=(1000, 400), tip_windows_s=((21_600, 23_400),)))) == []
    assert order(made(street([late], tips=(1000, 400), tip_windows_s=((21_600, 26_000),)))) == ["B0", "T1"]


def test_the_crew_rests_where_it_is_by_then() -> None:
    # A bin of two hours' work from 06:00:30 on, another behind it: the break, due from 07:00 to 09:00, comes between.
    bins = [{"at_m": m, "service_s": 7_200, "worth_pence": 9_000} for m in (300, 600)]
    (round_,) = made(street(bins, breaks=(Break(25_200, 32_400, 1_800),))).rounds
    rest = next(stop for stop in round_.stops if stop.kind == "break")
    assert rest.leave_s - rest.begin_s == 1_800
    assert round_.stops[-1].arrive_s == 21_600 + 200 + 14_400 + 1_800


def test_a_vehicle_that_is_home_before_its_break_is_due_takes_none() -> None:
    (round_,) = made(street([{"at_m": 300}], breaks=(Break(25_200, 32_400, 1_800),))).rounds
    assert [stop.kind for stop in round_.stops] == ["start", "bin", "tip", "end"]


def test_a_break_leaves_a_bin_its_window() -> None:
    # 400 s of work at B0 and a break due by 06:05 would make B1, open until 06:08:20, too late: it comes first.
    bins = [{"at_m": 300, "service_s": 400}, {"at_m": 600, "windows_s": ((21_600, 22_100),)}]
    result = made(street(bins, breaks=(Break(21_700, 21_900, 600),)))
    assert [stop.ref for stop in result.rounds[0].stops if stop.kind == "bin"] == ["B1", "B0"]


def test_what_must_be_visited_goes_before_what_is_worth_more() -> None:
    # A shift of 300 s has time for one bin of 60 s (see above); the one that must is worth nothing.
    bins = [{"at_m": 400, "service_s": 60, "worth_pence": 9_000}, {"at_m": 600, "service_s": 60, "worth_pence": 0, "must": True}]
    result = made(street(bins, shift_s=(21_600, 21_900)))
    assert order(result) == ["B1", "T0"]


def test_what_must_be_visited_and_cannot_is_told_first_and_leaves_the_rest_of_the_day() -> None:
    bins = [{"at_m": 300}, {"at_m": 11_000, "worth_pence": 5}, {"at_m": 90_000_000, "must": True}]
    result = made(street(bins))
    assert order(result) == ["B0", "T0"]
    assert [(left.bin_id, left.why, left.must) for left in result.left_out] == [
        ("B2", "no_time", True),
        ("B1", "not_worth_it", False),
    ]


def test_a_plan_tells_what_it_costs_and_what_will_overflow() -> None:
    # B0 by the tip and home is 2,000 m in 200 s: 120 p and 200 p. B1 is left: worth 5 p, 5/2,000 of an overflow.
    result = made(street([{"at_m": 300}, {"at_m": 11_000, "worth_pence": 5}]))
    assert (result.driving_pence, result.left_pence, result.expected_overflows) == (320, 5, 0.0025)
    assert result.pence == 325


def test_whoever_looks_on_is_told_how_far_it_is_and_may_end_it() -> None:
    problem = street([{"at_m": m, "worth_pence": 50 + m % 170} for m in range(50, 9_000, 100)])
    told: list[Progress] = []

    def look(progress: Progress) -> bool:
        told.append(progress)
        return progress.visits == 0

    with pytest.raises(PlanCancelledError):
        plan(problem, seed=1, budget_s=60, watch=look)
    assert {one.budget_s for one in told} == {60}
    assert 0 < told[-1].elapsed_s < 60
    assert told[-1].pence < sum(bin_.worth_pence for bin_ in problem.candidates)
