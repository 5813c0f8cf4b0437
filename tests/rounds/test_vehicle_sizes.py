"""Each vehicle goes where it fits: a lane that is too narrow for a wide one is driven by a narrow one beside it."""

from dataclasses import replace

import numpy as np
import pytest
from planned_day import plan_day
from small_streets import square
from small_town import DAY, NIGHT, Town
from test_plan import made, order, street

from api.pages.words import Words
from api.round_words import why_not
from streets.network.access import USUAL, Size, blocks, fits
from streets.rounds.check import faults
from streets.rounds.problem import OUT_OF_REACH_S, Problem, Ways
from streets.store import rounds

NARROW = {"maxwidth": "2.2"}


@pytest.mark.parametrize(
    ("tags", "tipper", "lorry"),
    [
        ({"maxwidth": "2.2"}, True, False),
        ({"maxheight": "3.0"}, True, False),
        ({"maxweight": "3.5"}, True, False),
        ({"maxweight": "26"}, True, True),
        ({"maxheight": "2.0"}, False, False),
    ],
)
def test_a_street_s_limits_hold_for_a_vehicle_by_its_own_size(tags: dict[str, str], tipper: bool, lorry: bool) -> None:
    caged, large = Size(weight_t=3.5, width_m=2.1, height_m=2.4), Size(weight_t=26, width_m=2.55, height_m=3.7)
    assert (fits(tags, caged), fits(tags, large)) == (tipper, lorry)
    assert blocks({"barrier": "height_restrictor", "maxheight": "3"}, large)
    assert not blocks({"barrier": "height_restrictor", "maxheight": "3"}, caged)
    assert fits(tags) == fits(tags, USUAL)


def with_lane(problem: Problem, *shut: int) -> Problem:
    """The same street, of which the first vehicle cannot go to some bins, and the second can."""
    seconds, metres = problem.seconds.copy(), problem.metres.copy()
    for bin_ in shut:
        point = problem.candidates[bin_].point
        seconds[point, :], seconds[:, point] = OUT_OF_REACH_S, OUT_OF_REACH_S
        metres[point, :], metres[:, point] = 0, 0
    np.fill_diagonal(seconds, 0)
    first, second = problem.vans
    return replace(
        problem, seconds=seconds, metres=metres, vans=(first, replace(second, network=1)),
        others=(Ways(problem.seconds, problem.metres),),
    )  # fmt: skip


def test_only_the_vehicle_that_fits_visits_what_lies_in_a_lane() -> None:
    problem = with_lane(street([{"at_m": 300}, {"at_m": 600}], vans=2), 1)
    result = made(problem)
    assert "B1" in order(result, van=1)
    assert result.left_out == ()
    swapped = tuple(replace(one, vehicle_id=two.vehicle_id) for one, two in zip(result.rounds, result.rounds[::-1], strict=True))
    assert "V0: the leg to B1 is not the streets' own" in list(faults(problem, replace(result, rounds=swapped)))


def test_what_only_a_vehicle_without_time_could_visit_is_left_out_with_no_detour_for_the_other() -> None:
    problem = with_lane(street([{"at_m": 300}, {"at_m": 600}], vans=2), 1)
    first, second = problem.vans
    # The second vehicle's shift of 150 s is too short for the 200 s by the tip and home.
    result = made(replace(problem, vans=(first, replace(second, until_s=second.from_s + 150))))
    assert order(result) == ["B0", "T0"]
    assert [(left.bin_id, left.why) for left in result.left_out] == [("B1", "no_time")]


def test_a_bin_in_a_narrow_street_is_refused_by_name_until_a_narrow_vehicle_is_on_record(town: Town) -> None:
    town.conn.execute("UPDATE street_extract SET osm_pbf = %s", (square(south=NARROW),))
    lane, open_ = town.add_bin("lane", (200, -5)), town.add_bin("open", (200, 405))
    (planned,) = plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1).rounds
    assert [stop.bin_id for stop in rounds.stops(town.conn, planned.round_id) if stop.bin_id] == [open_]
    (left,) = rounds.left_out(town.conn, town.council, DAY)
    told = "cannot be reached by Van 1: no street where they fit and may drive leads to it"
    assert (left.bin_id, left.why, why_not(Words("en"), left)) == (lane, "unreachable", told)

    tipper = """INSERT INTO vehicle (vehicle_id, council, name, capacity_l, shift_from, shift_until, width_m)
        VALUES ('V2', %s, 'Tipper', 500, '06:00', '14:00', 2.1)"""
    town.conn.execute(tipper, (town.council,))
    wide, narrow = plan_day(town.conn, town.council, DAY, NIGHT, again=True, budget_s=1).rounds
    assert lane in [stop.bin_id for stop in rounds.stops(town.conn, narrow.round_id)]
    assert lane not in [stop.bin_id for stop in rounds.stops(town.conn, wide.round_id)]
    assert rounds.left_out(town.conn, town.council, DAY) == []
