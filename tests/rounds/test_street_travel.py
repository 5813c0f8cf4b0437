"""What is kept of seconds and metres from plan to plan, and what is worked out anew."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned_day import plan_day
from small_streets import lat_lon, square
from small_town import DAY, NIGHT, Town, found_town

from streets.network.access import USUAL
from streets.network.extract import LatLon
from streets.network.placed import Matrices, Stand, Stretch
from streets.network.streets import read_streets
from streets.network.travel import Travel
from streets.routing import engines, shelf
from streets.routing.known import NOTHING, extended
from streets.routing.ways import placed_on_streets

HOURS = {"highway": "pedestrian", "motor_vehicle": "no", "motor_vehicle:conditional": "delivery @ (06:00-10:00)"}
OSM_PBF = square(east=HOURS)
SPOTS = [lat_lon(*at) for at in [(20, 0), (200, -5), (405, 200), (350, 400), (0, 300), (3000, 3000), (200, 405)]]


@dataclass
class Listened:
    """Our engine, with the pairs that it was asked for."""

    engine: Travel
    pairs: list[tuple[LatLon, LatLon]] = field(default_factory=list)

    def stands(self, points: Sequence[LatLon]) -> list[Stand]:
        return self.engine.stands(points)

    def between(self, sources: Sequence[LatLon], targets: Sequence[LatLon]) -> Matrices:
        self.pairs += [(source, target) for source in sources for target in targets]
        return self.engine.between(sources, targets)

    def stretches(self, points: Sequence[LatLon]) -> list[Stretch]:
        return self.engine.stretches(points)


TRAVEL = Travel(read_streets(OSM_PBF))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SPOTS), min_size=1, max_size=7), min_size=1, max_size=4))
def test_what_is_known_grows_and_shrinks_to_what_all_at_once_would_be(days: list[list[LatLon]]) -> None:
    known, engine = NOTHING, Listened(TRAVEL)
    for points in days:
        before = set(known.points)
        engine.pairs.clear()
        known = extended(engine, known, points)
        fresh = extended(TRAVEL, NOTHING, points)
        assert known.points == fresh.points and known.stands == fresh.stands
        assert (known.seconds == fresh.seconds).all() and (known.metres == fresh.metres).all()
        # Each pair with a new point is asked for once, and no other.
        asked = [(a, b) for a in known.points for b in known.points if not {a, b} <= before]
        assert sorted(engine.pairs) == sorted(asked)


def test_points_may_come_in_any_order_and_twice() -> None:
    known = extended(TRAVEL, NOTHING, SPOTS)
    found = known.of(TRAVEL, [SPOTS[2], SPOTS[0], SPOTS[2]])
    assert found.seconds[0, 2] == 0 and found.hours == (TRAVEL.stands(SPOTS)[2].hours, None, TRAVEL.stands(SPOTS)[2].hours)
    assert found.metres[1, 0] == TRAVEL.between([SPOTS[0]], [SPOTS[2]]).metres[0, 0]


@pytest.mark.parametrize("role", ["streets_jobs", "streets_api", "streets_officer"])
def test_everyone_who_plans_finds_what_was_kept_as_it_was(town: Town, role: str) -> None:
    known = extended(TRAVEL, NOTHING, SPOTS)
    town.conn.execute(f"SET LOCAL ROLE {role}")
    for at in (NIGHT, NIGHT + timedelta(days=1)):
        shelf.put(town.conn, town.council, USUAL, "streets of May", known, at)
    found = shelf.taken(town.conn, town.council, USUAL, "streets of May")
    assert found.points == known.points and found.stands == known.stands
    assert np.array_equal(found.seconds, known.seconds) and np.array_equal(found.metres, known.metres)
    assert shelf.taken(town.conn, town.council, USUAL, "streets of June") is NOTHING
    assert shelf.taken(town.conn, "elsewhere", USUAL, "streets of May") is NOTHING


def test_a_plan_uses_what_was_kept_and_a_new_bin_joins_it(town: Town) -> None:
    def kept() -> tuple[int, object]:
        asked = "SELECT cardinality(lats), computed_at FROM street_travel WHERE council = %s"
        found = town.conn.execute(asked, (town.council,)).fetchone()
        assert found is not None
        return found

    town.add_bin("one", (200, -5))
    plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1)
    assert kept() == (3, NIGHT)  # depot, tip and the bin
    plan_day(town.conn, town.council, DAY, NIGHT + timedelta(hours=1), again=True, budget_s=1)
    assert kept() == (3, NIGHT)
    town.add_bin("two", (200, 405))
    plan_day(town.conn, town.council, DAY, NIGHT + timedelta(hours=2), again=True, budget_s=1)
    assert kept() == (4, NIGHT + timedelta(hours=2))


def test_new_streets_are_measured_anew(town: Town) -> None:
    points = [SPOTS[1], SPOTS[0]]

    def metres(osm_pbf: bytes) -> int:
        return int(placed_on_streets(town.conn, town.council, osm_pbf, None, points, points, NIGHT).metres[0, 1])

    # 180 m back along the south side; against a one-way street round the block: 200 + 3 x 400 + 20 m.
    assert metres(square()) == pytest.approx(180, abs=1)
    assert metres(square(south={"oneway": "yes"})) == pytest.approx(1420, abs=2)
    assert metres(square()) == pytest.approx(180, abs=1)


def test_a_vehicle_on_its_way_is_measured_and_not_kept(town: Town) -> None:
    found = placed_on_streets(town.conn, town.council, OSM_PBF, None, [*SPOTS[:2], SPOTS[3]], SPOTS[:2], NIGHT)
    assert found.metres[2, 0] == TRAVEL.between([SPOTS[3]], [SPOTS[0]]).metres[0, 0]
    assert town.conn.execute("SELECT cardinality(lats) FROM street_travel").fetchone() == (2,)


def test_two_planners_of_one_council_do_not_wait_for_each_other(databases: Any) -> None:
    # A plan keeps what it found until its search is over, in one transaction; whoever plans beside it has found the same.
    known = extended(TRAVEL, NOTHING, SPOTS)
    with databases.copy() as url, psycopg.connect(url) as first, psycopg.connect(url) as second:
        found_town(first, "busytown")
        first.commit()
        shelf.put(first, "busytown", USUAL, "streets of May", known, NIGHT)
        second.execute("SET lock_timeout = '100ms'")
        shelf.put(second, "busytown", USUAL, "streets of May", known, NIGHT + timedelta(hours=1))
        first.commit()
        second.commit()
        assert first.execute("SELECT computed_at FROM street_travel").fetchall() == [(NIGHT,)]


def test_a_process_keeps_to_its_own_rules_when_newer_files_are_put_in_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(module: object) -> str:
        raise OSError(f"{module} has gone")

    monkeypatch.setattr(inspect, "getsource", gone)
    assert engines.chosen(OSM_PBF, None, SPOTS[0], USUAL).basis == engines.chosen(OSM_PBF, None, SPOTS[1], USUAL).basis
