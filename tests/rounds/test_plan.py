"""A town on one straight street, small enough to plan by hand: points are metres along it, and a vehicle drives 10 m/s.

    depot 0 ........ bins ........ tip

At 60 p/km and 36 GBP/h (1 p/s) a metre costs 0.06 p and 0.1 s = 0.1 p: 0.16 p/m, or 160 p/km there and 160 p/km back.
"""

import numpy as np
import pytest

from streets.rounds.check import faults, verified
from streets.rounds.plan import NoPlanError, plan
from streets.rounds.problem import Candidate, Plan, Prices, Problem, Tip, Van

DEPOT_M, TIP_M = 0, 1000
PRICES = Prices(pence_per_overflow=2000, pence_per_km=60, pence_per_hour=3600)
SHIFT_S = (6 * 3600, 14 * 3600)


def street(
    bins: list[dict], vans: int = 1, capacity_l: float = 10_000, shift_s: tuple[int, int] = SHIFT_S, tips: tuple = (TIP_M,)
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
        tips=tuple(Tip(base_id=f"T{i}", point=1 + i, service_s=0) for i in range(len(tips))),
        vans=tuple(
            Van(vehicle_id=f"V{v}", point=0, capacity_l=capacity_l, from_s=shift_s[0], until_s=shift_s[1]) for v in range(vans)
        ),
        depot=0,
        prices=PRICES,
    )


def made(problem: Problem) -> Plan:
    return verified(problem, plan(problem, seed=1, budget_s=5))


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
    assert plan(problem, seed=7, budget_s=30) == plan(problem, seed=7, budget_s=30)


def test_no_plan_of_a_street_has_a_fault() -> None:
    problem = street([{"at_m": m, "load_l": 90, "service_s": 45} for m in range(50, 1500, 70)], vans=2, capacity_l=500)
    assert list(faults(problem, plan(problem, seed=3, budget_s=5))) == []


def test_a_bin_that_no_vehicle_has_space_for_is_left_out_for_want_of_it() -> None:
    result = made(street([{"at_m": 300, "load_l": 300}], capacity_l=200))
    assert [(left.why, left.detour_pence) for left in result.left_out] == [("no_time", None)]
