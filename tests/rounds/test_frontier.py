"""The frontier keeps, for each price of an overflow, the best of all plans that were found for any."""

from dataclasses import replace

import numpy as np
import pytest

from api.pages.frontier_chart import HEIGHT, WIDTH, chart
from streets.rounds.dial import Setting
from streets.rounds.frontier import frontier
from streets.rounds.problem import Candidate, LeftOut, Plan, Prices, Problem, Round, Stop, Tip, Van

CHANCES = {"near": 0.5, "far": 0.4, "dark": None}
PRICES = Prices(pence_per_overflow=1000, pence_per_km=100, pence_per_hour=0)


def problem(price: float, must: str = "") -> Problem:
    """Two bins on a line, 1 and 3 km from the depot, which is also the tip."""
    candidates = tuple(
        Candidate(bin_id=name, point=k, worth_pence=price * chance, load_l=1, service_s=0, must=name == must)
        for k, (name, chance) in enumerate((("near", 0.5), ("far", 0.4)), 1)
    )
    metres = np.array([[0, 1000, 3000], [1000, 0, 2000], [3000, 2000, 0]])
    van = Van(vehicle_id="V", point=0, capacity_l=9, from_s=0, until_s=9)
    prices = replace(PRICES, pence_per_overflow=price)
    return Problem(
        seconds=metres * 0, metres=metres, candidates=candidates, vans=(van,), depot=0, prices=prices,
        tips=(Tip(base_id="T", point=0, service_s=0),),
    )  # fmt: skip


def stop(kind: str, ref: str, leg_m: int) -> Stop:
    return Stop(kind=kind, ref=ref, point=0, leg_s=0, leg_m=leg_m, arrive_s=0, begin_s=0, leave_s=0)


def plan(price: float, visited: dict[str, int], home_m: int, must: str = "") -> Plan:
    """A plan that drives so many metres to each bin, and home."""
    stops = [stop("start", "V", 0), *(stop("bin", name, leg_m) for name, leg_m in visited.items()), stop("end", "V", home_m)]
    left = [bin_ for bin_ in problem(price, must).candidates if bin_.bin_id not in visited]
    left_out = tuple(LeftOut(bin_.bin_id, "not_worth_it", None, bin_.worth_pence, bin_.must) for bin_ in left)
    return Plan((Round("V", tuple(stops)),), left_out, replace(PRICES, pence_per_overflow=price))


def test_a_plan_found_for_one_price_serves_another_for_which_the_search_did_worse() -> None:
    """Nothing costs 0 and leaves 0.9 overflows; near alone 2 km and 0.4; both 6 km and 0. At a pound a kilometre, near pays from
    2.00 / 0.5 = £4 on, far from 4.00 / 0.4 = £10 on. The search for £20 found nothing at all, and £5's is better for it."""
    plans = {
        100.0: plan(100, {}, 0),
        500.0: plan(500, {"near": 1000}, 1000),
        2000.0: plan(2000, {}, 0),
        5000.0: plan(5000, {"near": 1000, "far": 2000}, 3000),
    }
    points = frontier({price: problem(price) for price in plans}, plans, CHANCES)
    assert [(one.pence_per_overflow, one.found_for_pence) for one in points] == [
        (100, 100),
        (500, 500),
        (2000, 5000),
        (5000, 5000),
    ]
    assert [one.driving_pence for one in points] == [0, 200, 600, 600]
    assert [one.expected_overflows for one in points] == pytest.approx([0.9, 0.4, 0, 0])
    assert [(one.visits, one.km, one.not_known) for one in points[:3]] == [(0, 0, 1), (1, 2, 1), (2, 6, 1)]


def test_a_plan_that_visits_what_must_be_is_better_than_any_that_does_not() -> None:
    plans = {100.0: plan(100, {}, 0, must="far"), 200.0: plan(200, {"far": 3000}, 3000, must="far")}
    points = frontier({price: problem(price, must="far") for price in plans}, plans, CHANCES)
    assert [(one.found_for_pence, one.musts_left) for one in points] == [(200, 0), (200, 0)]


def test_the_drawing_stays_in_its_box_and_marks_the_price_in_force() -> None:
    points = [
        {"pence_per_overflow": price, "driving_pence": pence, "expected_overflows": overflows}
        for price, pence, overflows in ((100, 0, 19.0), (200, 0, 19.0), (400, 3750, 5.5), (800, 6041, 1.4), (1600, 6100, 1.3))
    ]
    drawn = chart(points, 800)
    assert [mark.prices_pence for mark in drawn.marks] == [(100, 200), (400,), (800,), (1600,)]
    assert [(mark.in_force, mark.labelled) for mark in drawn.marks] == [
        (False, True),
        (False, True),
        (True, True),
        (False, False),
    ]
    assert all(0 < mark.x < WIDTH and 0 < mark.y < HEIGHT for mark in drawn.marks)
    assert [value for _, value in drawn.across] == [0, 20, 40, 60, 80]
    nothing = chart([{"pence_per_overflow": 100, "driving_pence": 0, "expected_overflows": 0}], 100)
    assert len(nothing.marks) == 1


def test_two_labels_never_touch_on_a_phone_however_many_prices_they_hold() -> None:
    # "£1, £2, £4" takes ten letters of 13.5 there: from 64 + 12 until 211, three before the label of the second mark begins.
    points = [
        {"pence_per_overflow": price, "driving_pence": pence, "expected_overflows": 1.0}
        for price, pence in ((100, 0), (200, 0), (400, 0), (800, 2000), (1600, 4000), (12_800, 8000))
    ]
    drawn = chart(points, 1600)
    assert [round(mark.x) for mark in drawn.marks] == [64, 202, 340, 616]
    assert [mark.labelled for mark in drawn.marks] == [True, False, True, True]
    closer = chart([{**point, "driving_pence": point["driving_pence"] / 4} for point in points[:4]] + points[5:], 100)
    assert [mark.labelled for mark in closer.marks] == [True, False, True]


def test_the_worked_example_is_arithmetic() -> None:
    """£20 x 0.5 is £10; 90 s of £45 an hour are £1.125; a minute costs 75p of crew and 20p of 333 m: 8.875 / 0.95 = 9.342."""
    assert Setting().visit_pence == 112.5
    assert Setting().detour_min(0.5) == pytest.approx(9.342, abs=0.001)
    assert Setting().detour_min(0.05) == 0
