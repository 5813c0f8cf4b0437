"""What stands in Rivermouth, read back from the files that a council would import."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import osmium
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from simulators.ground import lat_lon
from simulators.town import Town, build_town, write_town

STARTS_AT = datetime(2026, 5, 18, tzinfo=UTC)
FILES = (
    "bases.csv", "bins.csv", "council.json", "counters.csv", "devices.csv", "gazetteer.csv", "installations.csv", "ironwork.csv",
    "streets.osm.pbf", "vehicles.csv", "wards.geojson",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder, 7, STARTS_AT)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ways(path: Path) -> list[tuple[list[int], dict[str, str]]]:
    return [([node.ref for node in way.nodes], dict(way.tags)) for way in osmium.FileProcessor(str(path), osmium.osm.WAY)]


def islands(streets: list[tuple[list[int], dict[str, str]]], directed: bool = False) -> int:
    """How many parts the streets fall into that cannot reach one another."""
    links = []
    for nodes, tags in streets:
        links += list(zip(nodes, nodes[1:], strict=False))
        if tags.get("oneway") != "yes" or not directed:
            links += list(zip(nodes[1:], nodes, strict=False))
    number = {node: index for index, node in enumerate({node for link in links for node in link})}
    ends = [[number[link[side]] for link in links] for side in (0, 1)]
    graph = coo_array(([1] * len(links), (ends[0], ends[1])), shape=(len(number), len(number)))
    return int(connected_components(graph, directed=directed, connection="strong")[0])


def test_the_same_seed_writes_the_same_bytes_and_another_seed_another_town(folder: Path, tmp_path: Path) -> None:
    write_town(tmp_path / "again", 7, STARTS_AT)
    write_town(tmp_path / "other", 8, STARTS_AT)
    assert sorted(path.name for path in folder.iterdir()) == list(FILES)
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in FILES)
    assert (folder / "bins.csv").read_bytes() != (tmp_path / "other" / "bins.csv").read_bytes()


def test_the_river_is_crossed_by_two_bridges_only(folder: Path) -> None:
    streets = [way for way in ways(folder / "streets.osm.pbf") if "highway" in way[1]]
    bridges = [way for way in streets if way[1].get("bridge") == "yes"]
    assert {tags["name"] for _, tags in bridges} == {"Old Bridge", "King's Bridge"}
    for closed in bridges:
        assert islands([way for way in streets if way is not closed]) == 1
    assert islands([way for way in streets if way not in bridges]) == 2


def test_a_vehicle_can_reach_and_leave_every_street_despite_one_way_streets(folder: Path) -> None:
    streets = [way for way in ways(folder / "streets.osm.pbf") if "highway" in way[1]]
    assert any(tags.get("oneway") == "yes" for _, tags in streets)
    assert islands(streets, directed=True) == 1


def test_the_high_street_is_for_people_on_foot_and_for_vehicles_until_ten(folder: Path) -> None:
    tags = next(tags for _, tags in ways(folder / "streets.osm.pbf") if tags.get("name") == "High Street")
    assert tags["highway"] == "pedestrian"
    assert tags["motor_vehicle:conditional"] == "destination @ (00:00-10:00)"
    assert {row["reach_until"] for row in rows(folder / "bins.csv") if row["name"].startswith("High Street,")} == {"10:00"}


def test_the_wards_tile_the_town(folder: Path, town: Town) -> None:
    features = json.loads((folder / "wards.geojson").read_text(encoding="utf-8"))["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert len(shapes) == 6
    whole = shapely.union_all(shapes)
    assert whole.area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-9)  # none overlaps another
    assert whole.area == pytest.approx(shapely.box(*whole.bounds).area, rel=1e-9)  # and no gap is left
    for point in (*(a_bin.point for a_bin in town.bins), *(counter.point for counter in town.counters)):
        lat, lon = lat_lon(point)
        assert sum(shape.contains(shapely.Point(lon, lat)) for shape in shapes) == 1


def test_the_town_has_what_the_house_needs(folder: Path) -> None:
    bins, counters = rows(folder / "bins.csv"), rows(folder / "counters.csv")
    assert len(bins) >= 250
    assert {50, 240} <= {int(row["capacity_l"]) for row in bins} and all(50 <= int(row["capacity_l"]) <= 240 for row in bins)
    assert len(counters) >= 12 and len({row["place_id"] for row in counters}) == 5
    assert [row["kind"] for row in rows(folder / "bases.csv")] == ["depot", "tip", "tip"]
    assert {row["kind"] for row in rows(folder / "ironwork.csv")} == {"manhole", "speed_bump"}
    assert json.loads((folder / "council.json").read_text(encoding="utf-8"))["council"] == "rivermouth"


def test_every_sensor_is_installed_on_something_that_stands_there(folder: Path) -> None:
    bins = {row["bin_id"] for row in rows(folder / "bins.csv")}
    counters = {row["counter_id"] for row in rows(folder / "counters.csv")}
    installations = rows(folder / "installations.csv")
    on_bins = [row for row in installations if row["bin_id"]]
    assert {row["bin_id"] for row in on_bins} < bins  # some bins have no sensor
    assert {row["counter_id"] for row in installations if row["counter_id"]} == counters
    for row in on_bins:
        assert int(row["blind_zone_mm"]) < int(row["full_mm"]) < int(row["empty_mm"]) <= int(row["max_range_mm"])


def test_no_file_says_where_the_potholes_are(folder: Path, town: Town) -> None:
    assert len(town.potholes) == 18
    for pothole in town.potholes:
        lat, lon = lat_lon(pothole.point)
        for path in folder.iterdir():
            assert pothole.obstacle_id.encode() not in path.read_bytes()
            assert f"{lat},{lon}".encode() not in path.read_bytes()


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        build_town(7, datetime(2026, 5, 18))  # noqa: DTZ001


def test_passwords_follow_from_the_secret_and_not_from_the_seed(town: Town) -> None:
    first, again, other = town.logins(b"a"), town.logins(b"a"), town.logins(b"b")
    assert first == again
    assert {login.password for login in first}.isdisjoint(login.password for login in other)
    assert len({login.password for login in first}) == len(first)
    direct = [device for device in town.devices if device.network == "direct"]
    assert {f"rivermouth/{device.name}" for device in direct} < {login.username for login in first}
