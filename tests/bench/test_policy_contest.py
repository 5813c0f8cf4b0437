"""The contest of policies: everybody meets the same litter, nobody sees more than a council has, and figures add up."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.contest.books import Books, is_report_day
from bench.contest.intervals import interval, resampled
from bench.contest.policies import Fixed, Prize, Threshold, day_of, planned
from bench.contest.town import ContestTown, build, midnight
from bench.contest.truth import Truth
from bench.contest.tuned import first_days, intervals, overflowing
from simulators.faults import Fault
from simulators.ground import distance_m

ROOT = Path(__file__).parent.parent.parent
SEED = 3


@pytest.fixture(scope="module")
def contest() -> ContestTown:
    """Twelve bins of a town whose sensors are all well."""
    return replace(build(SEED, 12), faults=())


def test_every_policy_has_its_figures_and_the_chosen_dial_differs_from_itself_by_nothing() -> None:
    command = [sys.executable, str(ROOT / "bench" / "policy.py")]
    asked = [*command, "--bins", "6", "--days", "1", "--seeds", "1", "--processes", "1", "--json"]
    told = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    assert len(told) == 11
    for its in told.values():
        assert 0 <= its["overflow_bin_days_pct"] <= 100
        assert its["empties_per_day_95"][0] <= its["empties_per_day"] <= its["empties_per_day_95"][1] <= 6
    assert told["prize at 2000p"]["chosen_fewer_km_95"] == [0, 0]
    assert told["every bin, every day"]["km_per_day"] is None, "nobody drives it"
    seldom, often = told["fixed, tuned at 500p"], told["fixed, tuned at 8000p"]
    assert often["chosen_fewer_empties"] - seldom["chosen_fewer_empties"] == pytest.approx(
        often["empties_per_day"] - seldom["empties_per_day"], abs=0.11
    )


def test_the_same_litter_and_the_same_noise_come_whoever_empties(contest: ContestTown) -> None:
    """Sensors in bins that neither side emptied say the very same."""
    left, some = Truth(contest, contest.bins), Truth(contest, contest.bins)
    emptied = contest.bins[0].bin_id
    for _ in range(3):
        without, with_one = left.pass_day({}), some.pass_day({emptied: 8.0})
        assert without.came_in_l == with_one.came_in_l
        others = {bin_id: heard for bin_id, heard in without.heard.items() if bin_id != emptied}
        assert others == {bin_id: heard for bin_id, heard in with_one.heard.items() if bin_id != emptied}


def test_a_bin_overflows_once_more_came_in_than_it_holds(contest: ContestTown) -> None:
    """Nobody empties: a bin overflows on a day if what lay in it at first and what came until 22:00 (21:00 UTC) fill it."""
    truth, litter = Truth(contest, contest.bins), Truth(contest, contest.bins).litter
    level_l = dict(litter.held)
    for number in range(12):
        told = truth.pass_day({}).overflowing
        for a_bin, day in zip(contest.bins, litter.next_day(number, midnight(number), {}).values(), strict=True):
            assert (a_bin.bin_id in told) == (level_l[a_bin.bin_id] + day.came_in[21] >= a_bin.capacity_l)
            level_l[a_bin.bin_id] += float(day.came_in[24])
    assert told


def test_bins_that_fill_slowly_never_overflow_where_a_crew_comes_every_day() -> None:
    town = build(SEED, 40)
    slow = tuple(a_bin for a_bin in town.bins if a_bin.daily_l < 0.15 * a_bin.capacity_l)
    truth = Truth(town, slow)
    overflowing = [truth.pass_day({a_bin.bin_id: 6.0 for a_bin in slow}).overflowing for _ in range(10)]
    assert len(slow) > 5
    assert not any(overflowing)


def test_an_interval_is_as_long_as_overflows_are_cheaper_than_visits() -> None:
    """100 l, 30 l a day: 10 by the visit, 28 by evening. Every third day it is found with 90.

    Every fourth it holds 20 + 30 + 30 + 28 = 108 on the third evening after the visit, and 120 at the next: full on two days of
    four. A visit costs 170 pence.
    """
    came, reached = np.tile([[[10.0, 28.0, 30.0]]], (120, 1, 1)), np.ones((120, 1), dtype=bool)
    capacity, residue = np.array([100.0]), np.array([0.0])
    shares = np.array([[overflowing(came, reached, capacity, residue, every, 0)[0] for every in range(1, 22)]])
    assert shares[0, :3].tolist() == [0, 0, 0]
    assert shares[0, 3] == pytest.approx(0.5, abs=0.02)
    bins = build(SEED, 1).bins
    assert list(intervals(bins, shares, pence_per_overflow=100).values()) == [3]
    assert 170 / 4 + 20 * 0.5 < 170 / 3
    assert next(iter(intervals(bins, shares, pence_per_overflow=20).values())) > 3


def test_bins_of_one_interval_are_shared_out_evenly_and_neighbours_go_together() -> None:
    bins = build(SEED, 60).bins
    first = first_days(bins, {a_bin.bin_id: 3 for a_bin in bins})
    days = [[a_bin.point for a_bin in bins if first[a_bin.bin_id] == day] for day in range(3)]
    assert [len(day) for day in days] == [20, 20, 20]
    within = np.mean([distance_m(a, b) for day in days for a in day for b in day])
    assert within < np.mean([distance_m(a.point, b.point) for a in bins for b in bins])


def test_policies_visit_whom_they_say(contest: ContestTown) -> None:
    """By what a council knows: 75 per cent measured is above two thresholds of three; a silent bin goes by its schedule."""
    at = midnight(28)
    known = Books(contest.bins).bins(at)
    bins = tuple(replace(each, state="measured", fill_pct=75.0 if number < 4 else 0.0) for number, each in enumerate(known))
    silent = replace(bins[11], state="silent", fill_pct=None, last_emptied_at=None)
    day = day_of(contest, (*bins[:11], silent), at)
    due = {bins[number].bin_id for number in range(4)} | {silent.bin_id}
    for fill_pct in (50.0, 70.0):
        assert {one.bin_id for one in Threshold(fill_pct).problem(day).candidates} == due
    assert {one.bin_id for one in Threshold(80.0).problem(day).candidates} == {silent.bin_id}
    every_day = Fixed({a_bin.bin_id: replace(a_bin, visit_every_days=1, first_visit_day=0) for a_bin in contest.bins})
    rounds = planned(every_day, day)
    assert sum(stop.kind == "bin" for each in rounds.rounds for stop in each.stops) == 12
    full = tuple(
        replace(each, state="measured", fill_pct=100.0 if number < 4 else 0.0, computed_at=at, overflow_24h=0.0)
        for number, each in enumerate(known)
    )
    worth = Prize(900.0).problem(day_of(contest, full, at)).candidates
    assert {one.bin_id: one.worth_pence for one in worth} == {bins[number].bin_id: 900.0 for number in range(4)}


def test_the_council_finds_out_which_sensor_is_silent_and_which_sees_only_the_liner(contest: ContestTown) -> None:
    """Three weeks of taps: the one loses its vote, the other is called silent; a bin whose sensor is well keeps both."""
    liner, silent, well = [a_bin for a_bin in contest.bins if a_bin.device and a_bin.land_use != "residential"][:3]
    assert liner.device and silent.device
    faults = (Fault("liner", liner.device.name, 0, None), Fault("silent", silent.device.name, 19, None))
    town = replace(contest, faults=faults)
    bins = tuple(replace(a_bin, visit_every_days=2, first_visit_day=0) for a_bin in (liner, silent, well))
    truth, books = Truth(town, bins), Books(bins)
    for _ in range(22):
        passed = truth.pass_day(None)
        books.write(passed, midnight(truth.number))
        if is_report_day(truth.number):
            books.judge(midnight(truth.number))
    books.settle(midnight(truth.number))
    books.learn(midnight(truth.number))
    states = {each.bin_id: (each.state, each.reason) for each in books.bins(midnight(truth.number))}
    assert states[liner.bin_id] == ("not_measurable", "unsuitable")
    assert states[silent.bin_id] == ("silent", None)
    assert states[well.bin_id] == ("measured", None)


def test_the_interval_of_a_difference_is_as_wide_as_towns_and_weeks_differ() -> None:
    """Two towns, two weeks: the second policy counts 1 more than the first on every day; all count 4 more in the second town."""
    less = np.repeat([[[0.0]], [[4.0]]], 14, axis=1)
    draws = resampled(np.concatenate((less, less + 1), axis=2))
    assert interval(draws[:, 1] - draws[:, 0]) == (1, 1, 1)
    assert interval(draws[:, 0]) == (2, 0, 4)
