"""A crew waits before it sets out, not on the way: times on the street of test_plan, where a vehicle drives 10 m/s."""

from dataclasses import replace

from test_plan import made, street

from streets.rounds.check import faults
from streets.rounds.problem import Break, Problem, Round

SEVEN, EIGHT, NINE = 25_200, 28_800, 32_400


def only(problem: Problem) -> Round:
    (round_,) = made(problem).rounds
    return round_


def test_a_vehicle_sets_out_so_late_that_it_does_not_wait_at_its_second_bin() -> None:
    # B0 at 300 m at any time, B1 at 600 m from 07:00 on: 60 s of driving before it. Paid are the 200 s by the tip and home.
    round_ = only(street([{"at_m": 300}, {"at_m": 600, "windows_s": ((SEVEN, NINE),)}]))
    assert round_.stops[0].leave_s == SEVEN - 60
    assert [stop.begin_s - stop.arrive_s for stop in round_.stops] == [0, 0, 0, 0, 0]
    assert round_.paid_s == 200


def test_waiting_for_a_tip_that_opens_late_is_not_paid() -> None:
    # The tip at 1,000 m opens at 08:00: the vehicle leaves 100 s before, and is home 100 s after it.
    round_ = only(street([{"at_m": 300}], tip_windows_s=((EIGHT, NINE),)))
    assert (round_.stops[0].leave_s, round_.stops[-1].arrive_s, round_.paid_s) == (EIGHT - 100, EIGHT + 100, 200)


def test_a_bin_that_closes_early_holds_the_start_and_the_rest_of_the_wait_is_paid() -> None:
    # B0 at 300 m until 06:10 (22,200 s): left 30 s before. B1 opens at 07:00, 140 s from there by the tip and home.
    windows = (((21_600, 22_200),), ((SEVEN, NINE),))
    bins = [{"at_m": m, "windows_s": open_, "worth_pence": 9_000} for m, open_ in zip((300, 600), windows, strict=True)]
    round_ = only(street(bins))
    assert round_.stops[0].leave_s == 22_170
    assert round_.paid_s == SEVEN + 140 - 22_170


def test_the_break_is_taken_where_the_crew_waits_in_any_case() -> None:
    # B0 at any time, B1 from 07:00 to 07:05, B2 from 08:00 on, and half an hour's break between 06:30 and 07:45. Before B1 it
    # would only let the crew begin half an hour earlier; after it, it is taken out of the wait for B2. B1 is left at 07:05,
    # so that of the 55 minutes less 20 s of driving there are 25 left to wait.
    bins = [
        {"at_m": 200, "worth_pence": 9_000},
        {"at_m": 400, "windows_s": ((SEVEN, SEVEN + 300),), "worth_pence": 9_000},
        {"at_m": 600, "windows_s": ((EIGHT, NINE),), "worth_pence": 9_000},
    ]
    round_ = only(street(bins, breaks=(Break(SEVEN - 1_800, SEVEN + 2_700, 1_800),)))
    assert [stop.ref for stop in round_.stops] == ["V0", "B0", "B1", "V0", "B2", "T0", "V0"]
    assert round_.stops[0].leave_s == SEVEN + 300 - 40
    assert round_.paid_s == 200 + 55 * 60 - 20 - 30 * 60


def test_a_crew_on_its_round_is_paid_while_it_waits() -> None:
    # From 06:00 on, where it stands, until 07:00; then 140 s by the tip and home.
    round_ = only(street([{"at_m": 600, "windows_s": ((SEVEN, NINE),), "worth_pence": 9_000}], under_way=True))
    assert (round_.stops[0].leave_s, round_.paid_s) == (21_600, SEVEN + 140 - 21_600)


def test_the_check_finds_a_crew_that_waits_for_nothing() -> None:
    problem = street([{"at_m": 300}, {"at_m": 600, "windows_s": ((SEVEN, NINE),)}])
    plan = made(problem)
    start, first, second, *others = plan.rounds[0].stops
    sooner = [replace(stop, arrive_s=at, begin_s=at, leave_s=at) for stop, at in ((start, 21_600), (first, 21_630))]
    hasty = Round("V0", (*sooner, replace(second, arrive_s=21_660), *others))
    assert list(faults(problem, replace(plan, rounds=(hasty,)))) == ["V0 waits at B1 and could have left later"]
