"""An OSRM server as the engine: what it says is taken over, and on a bad day nothing is made up and no other engine asked."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from osrm_server import OsrmServer
from planned_day import plan_day
from small_streets import lat_lon, square
from small_town import DAY, NIGHT, Town

from bench.travel import scattered
from streets.network.placed import placed
from streets.network.streets import read_streets
from streets.network.travel import place
from streets.planning.rounds import REFUSALS
from streets.routing.known import NOTHING, extended
from streets.routing.osrm import Osrm
from streets.routing.osrm_line import OsrmFault, OsrmLine
from streets.settings import SettingsError, osrm_url_of
from streets.store import rounds

SOUTH, EAST, NORTH, FAR = lat_lon(200, -5), lat_lon(405, 200), lat_lon(200, 405), lat_lon(3000, 3000)


@pytest.fixture
def server() -> Iterator[OsrmServer]:
    with OsrmServer(square()).running() as running:
        yield running


def osrm(server: OsrmServer, patience_s: float = 60) -> Osrm:
    return Osrm(OsrmLine(server.url, httpx.Timeout(patience_s)))


def test_seconds_metres_lines_and_names_are_those_that_the_server_tells(server: OsrmServer) -> None:
    points = [SOUTH, EAST, NORTH, FAR]
    found, ours = placed(osrm(server), points), place(read_streets(square()), points)
    assert found.reachable(0) and not found.reachable(3)
    assert (found.seconds[:3, :3] == ours.seconds[:3, :3]).all() and (found.metres[:3, :3] == ours.metres[:3, :3]).all()
    for told, made in zip(found.legs([0, 1, 2]), ours.legs([0, 1, 2]), strict=True):
        assert (told.seconds, told.metres, told.streets) == (made.seconds, made.metres, made.streets)
        assert told.line[0] == pytest.approx(made.line[0], abs=2e-6) and told.line[-1] == pytest.approx(made.line[-1], abs=2e-6)


def test_no_table_is_larger_than_servers_allow(server: OsrmServer) -> None:
    points = [lat_lon(9 * k % 400, 400 * (9 * k // 400 % 2)) for k in range(250)]
    found = osrm(server).between(points, points)
    assert (found.metres == place(read_streets(square()), points).metres).all()
    assert sorted(server.tables) == sorted((a, b) for a in (100, 100, 50) for b in (100, 100, 50))


def test_a_route_of_many_stops_is_asked_in_parts_that_join(server: OsrmServer) -> None:
    points = [lat_lon(9 * k % 400, 400 * (9 * k // 400 % 2)) for k in range(250)]
    stretches = osrm(server).stretches(points)
    assert len(stretches) == 249
    assert all(a.line[-1] == pytest.approx(b.line[0], abs=2e-6) for a, b in zip(stretches, stretches[1:], strict=False))


def test_points_that_are_not_joined_to_most_others_are_out_of_reach() -> None:
    # Two streets that do not meet, one with two points and one with one: OSRM knows both, and tells null between them.
    class Islands(OsrmServer):
        def table(self, found: Any, asked: dict[str, str]) -> dict:
            apart = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
            rows, columns = ([int(k) for k in asked[side].split(";")] for side in ("sources", "destinations"))
            table = [[5.0 if apart[i % 3, j % 3] else None for j in columns] for i in rows]
            return {"durations": table, "distances": table}

    with Islands(square()).running() as server:
        known = extended(osrm(server), NOTHING, [SOUTH, EAST, NORTH])
    assert [stand.off_m < 120 for stand in known.stands] == [True, True, False]
    assert known.seconds.tolist() == [[5, 5, -1], [5, 5, -1], [-1, -1, -1]]


@pytest.mark.parametrize(
    ("service", "trouble", "says"),
    [
        ("table", (429, b'{"message": "slow down"}'), "too much to do"),
        ("table", (400, b'{"code": "TooBig", "message": "Too many table coordinates"}'), "--max-table-size"),
        ("table", (400, b'{"code": "InvalidQuery", "message": "no annotations"}'), "InvalidQuery: no annotations"),
        ("table", (200, b"<html>welcome</html>"), "no JSON"),
        ("table", (200, b"[]"), "no JSON object"),
        ("table", (200, b'{"code": "Ok", "data_version": "one"}'), "otherwise than its API says"),
        ("table", (200, b'{"code": "Ok", "data_version": "one", "durations": [[1]], "distances": [[1]]}'), "otherwise than"),
        ("table", (200, b'{"code": "Ok", "data_version": "two", "durations": []}'), "changed its data"),
        ("table", (502, b'{"message": "bad gateway"}'), "502: bad gateway"),
        ("table", None, "did not answer in time"),
        ("nearest", (200, b'{"code": "Ok", "data_version": "one", "waypoints": []}'), "otherwise than its API says"),
        ("route", (400, b'{"code": "NoRoute", "message": "Impossible route"}'), "knows no way"),
    ],
)
def test_trouble_with_the_server_is_told_in_words(server: OsrmServer, service: str, trouble: Any, says: str) -> None:
    server.trouble[service] = trouble
    with pytest.raises(OsrmFault, match=says):
        placed(osrm(server, patience_s=60 if trouble else 0.5), [SOUTH, NORTH]).legs([0, 1])


def test_a_line_that_the_server_hangs_up_is_taken_up_again(server: OsrmServer) -> None:
    server.questions_a_line = 4
    assert len(osrm(server).stands([SOUTH, EAST, NORTH] * 4)) == 12


def test_some_decimetres_less_than_nothing_are_nothing(server: OsrmServer) -> None:
    # As osrm-routed 26.10 told them of two points side by side in Rutland.
    server.trouble["table"] = (200, b'{"code": "Ok", "data_version": "one", "durations": [[0.0]], "distances": [[-0.3]]}')
    assert osrm(server).between([SOUTH], [SOUTH]).metres.tolist() == [[0]]
    server.trouble["table"] = (200, b'{"code": "Ok", "data_version": "one", "durations": [[0.0]], "distances": [[-30]]}')
    with pytest.raises(OsrmFault, match="otherwise than its API says"):
        osrm(server).between([SOUTH], [SOUTH])


@pytest.mark.osrm
@pytest.mark.shared_data
def test_both_engines_agree_on_the_streets_of_a_county(shared_data: Path) -> None:
    streets = read_streets(shared_data / "streets" / "rutland-2018.osm.pbf")
    points = scattered(streets, 150, seed=1, major=False)
    theirs, ours = placed(Osrm(OsrmLine(os.environ["STREETS_TEST_OSRM_URL"])), points), place(streets, points)
    far = ours.metres > 500
    # Sides of major roads are ours alone, so only minor streets are compared; half of all pairs within a fiftieth, and 98 in a
    # hundred within a twentieth (OSRM slows down for bad surfaces and rounds speeds to whole km/h).
    for told, made in ((theirs.seconds, ours.seconds), (theirs.metres, ours.metres)):
        ratio = told[far] / made[far]
        assert np.median(ratio) == pytest.approx(1, abs=0.02)
        assert np.quantile(np.abs(ratio - 1), 0.98) < 0.05
    assert [leg.streets[-1:] for leg in theirs.legs(range(20))] == [leg.streets[-1:] for leg in ours.legs(range(20))]


def test_where_no_pair_of_a_table_is_joined_all_are_out_of_reach(server: OsrmServer) -> None:
    server.trouble["table"] = (400, b'{"code": "NoTable", "message": "No table found"}')
    assert (osrm(server).between([SOUTH], [NORTH]).seconds == -1).all()


def test_a_server_that_is_not_there_is_told(server: OsrmServer) -> None:
    with pytest.raises(OsrmFault, match="cannot be reached"):
        Osrm(OsrmLine("http://127.0.0.1:9")).stands([SOUTH])


def test_a_day_is_planned_by_the_server_that_the_settings_name_and_by_no_other(
    town: Town, server: OsrmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREETS_OSRM_URL", server.url)
    town.add_bin("full", (200, -5))
    town.tell("full", "measured", fill_pct=91, full_in_h=10)
    stops = rounds.stops(town.conn, plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1).rounds[0].round_id)
    assert [(stop.kind, stop.leg_s) for stop in stops][:2] == [("start", 0), ("bin", 99)]
    assert server.tables
    server.trouble["nearest"] = (429, b"{}")
    with pytest.raises(REFUSALS, match="too much to do"):
        plan_day(town.conn, town.council, DAY, NIGHT, again=True, budget_s=1)


def test_what_a_server_says_is_kept_for_as_long_as_its_data_have_the_same_name(
    town: Town, server: OsrmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREETS_OSRM_URL", server.url)
    asked = []
    for data_version in ("one", "one", "two", "", ""):
        server.data_version = data_version
        server.tables.clear()
        plan_day(town.conn, town.council, DAY, NIGHT, again=True, budget_s=1)
        asked.append(bool(server.tables))
    # Data without a name may change unseen: nothing of them is kept.
    assert asked == [True, False, True, True, True]


@pytest.mark.parametrize("url", ["osrm:5000", "ftp://osrm", "http://me:secret@osrm:5000", "http://osrm:port"])
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="STREETS_OSRM_URL"):
        osrm_url_of({"STREETS_OSRM_URL": url})
    assert osrm_url_of({}) is None
