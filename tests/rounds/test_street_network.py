"""Seconds and metres on networks reckoned by hand; see small_streets.square for its sides of 400 m, 99.4 s each."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_streets import extract, lat_lon, square

from streets.network.access import blocks
from streets.network.driving import driving
from streets.network.placed import Placed
from streets.network.streets import StreetsError, read_streets
from streets.network.travel import place

SHARED_DATA = Path(os.environ.get("STREETS_SHARED_DATA", Path(__file__).parents[2] / "../shared/data"))
SOUTH, EAST, NORTH = (200, -5), (405, 200), (200, 405)


def placed(osm_pbf: bytes, *points_m: tuple[float, float]) -> Placed:
    return place(read_streets(osm_pbf), [lat_lon(*point) for point in points_m])


def test_the_quickest_way_is_found_in_seconds_and_metres() -> None:
    # From the middle of the south side round the corner to the middle of the east side: 200 m + 200 m at 4.0234 m/s is 99.4 s.
    found = placed(square(), SOUTH, EAST)
    assert found.metres[0, 1] == pytest.approx(400, abs=1)
    assert found.seconds[0, 1] == pytest.approx(99.4, abs=1)


def test_a_one_way_street_is_driven_one_way_only() -> None:
    # East to south against the one-way south side (drawn eastwards): round by north and west, 200+400+400+200 m = 1,200 m.
    found = placed(square(south={"oneway": "yes"}), SOUTH, EAST)
    assert found.metres[0, 1] == pytest.approx(400, abs=1)
    assert found.metres[1, 0] == pytest.approx(1200, abs=1)


def test_a_one_way_street_drawn_backwards_is_driven_backwards() -> None:
    found = placed(square(south={"oneway": "-1"}), SOUTH, EAST)
    assert found.metres[0, 1] == pytest.approx(1200, abs=1)
    assert found.metres[1, 0] == pytest.approx(400, abs=1)


def test_two_points_on_one_street_are_joined_along_it() -> None:
    assert placed(square(), (100, 0), (300, 0)).metres[0, 1] == pytest.approx(200, abs=1)


def test_against_a_one_way_street_two_points_on_it_are_a_block_apart() -> None:
    # From 300 m back to 100 m: on to the corner 100 m, three sides 1,200 m, and 100 m: 1,400 m.
    assert placed(square(south={"oneway": "yes"}), (100, 0), (300, 0)).metres[1, 0] == pytest.approx(1400, abs=2)


def test_a_river_is_crossed_at_its_bridge() -> None:
    # Two banks 100 m apart; the only bridge is 500 m to the east: 500 + 100 + 500 m.
    banks = {1: (0, 0), 2: (500, 0), 3: (500, 100), 4: (0, 100)}
    street = {"highway": "residential"}
    found = placed(extract(banks, [([1, 2], street), ([2, 3], {**street, "bridge": "yes"}), ([3, 4], street)]), (0, 0), (0, 100))
    assert found.metres[0, 1] == pytest.approx(1100, abs=1)


def test_a_way_with_bends_is_as_long_as_its_bends() -> None:
    # 300 m east and 400 m north, not 500 m as the crow flies.
    found = placed(
        extract({1: (0, 0), 2: (300, 0), 3: (300, 400)}, [([1, 2, 3], {"highway": "residential"})]), (0, 0), (300, 400)
    )
    assert found.metres[0, 1] == pytest.approx(700, abs=1)


def test_the_faster_of_two_streets_between_the_same_junctions_is_taken() -> None:
    # A detour of 600 m at 32 mph (14.3 m/s, 42 s) beats 400 m at 8 mph (3.6 m/s, 112 s).
    points = {1: (0, 0), 2: (400, 0), 3: (200, 223.6)}
    osm_pbf = extract(points, [([1, 2], {"highway": "service"}), ([1, 3, 2], {"highway": "secondary"})])
    assert placed(osm_pbf, (0, 0), (400, 0)).metres[0, 1] == pytest.approx(600, abs=2)


def test_a_bollard_closes_a_street_to_vehicles() -> None:
    # West and north of the bollard at (400, 200) on the east side: south middle to north middle goes by the west, 800 m, as does
    # the way from the south-east corner to the north-east corner: 3 x 400 m instead of 400 m.
    points = {1: (0, 0), 2: (400, 0), 3: (400, 400), 4: (0, 400), 5: (400, 200)}
    ways = [
        ([1, 2], {"highway": "residential"}),
        ([2, 5, 3], {"highway": "residential"}),
        ([3, 4, 1], {"highway": "residential"}),
    ]
    assert placed(extract(points, ways), (400, 0), (400, 400)).metres[0, 1] == pytest.approx(400, abs=1)
    closed = extract(points, ways, nodes={5: {"barrier": "bollard"}})
    assert placed(closed, (400, 0), (400, 400)).metres[0, 1] == pytest.approx(1200, abs=1)


def test_a_point_far_from_any_street_is_said_to_be_unreachable() -> None:
    found = placed(square(), SOUTH, (2000, 2000))
    assert found.reachable(0) and not found.reachable(1)
    assert (found.seconds[0, 1], found.metres[1, 0]) == (-1, -1)


def test_a_street_that_cannot_be_left_again_is_not_used() -> None:
    # A one-way spur from the south-east corner ends blind at (800, 0): a bin there is 400 m from any street that leads back.
    points = {1: (0, 0), 2: (400, 0), 3: (400, 400), 4: (800, 0)}
    ways = [([1, 2, 3, 1], {"highway": "residential"}), ([2, 4], {"highway": "residential", "oneway": "yes"})]
    assert not placed(extract(points, ways), (800, 0)).reachable(0)


def test_a_pedestrian_street_is_reached_in_its_hours_and_never_driven_through() -> None:
    hours = {"highway": "pedestrian", "motor_vehicle": "no", "motor_vehicle:conditional": "delivery @ (06:00-10:00)"}
    found = placed(square(east=hours), (400, 0), (400, 400), EAST)
    assert found.hours == (None, None, (6 * 3600, 10 * 3600))
    # Corner to corner goes round the three other sides; to the bin in the middle of the pedestrian street it is 200 m.
    assert found.metres[0, 1] == pytest.approx(1200, abs=1)
    assert found.metres[0, 2] == pytest.approx(200, abs=1)


def test_a_pedestrian_street_without_hours_is_closed() -> None:
    assert not placed(square(east={"highway": "pedestrian"}), (400, 200)).reachable(0)


def test_a_leg_names_its_streets_and_draws_its_line() -> None:
    found = placed(square(), SOUTH, NORTH)
    (leg,) = found.legs([0, 1])
    assert leg.streets in (("South", "East", "North"), ("South", "West", "North"))
    assert leg.metres == pytest.approx(800, abs=2)
    assert leg.line[0] == pytest.approx(lat_lon(200, 0), abs=1e-5)
    assert leg.line[-1] == pytest.approx(lat_lon(200, 400), abs=1e-5)


def test_who_goes_nowhere_has_no_legs() -> None:
    found = placed(square(), SOUTH)
    assert found.legs([]) == found.legs([0]) == []


@pytest.mark.parametrize("bad", [b"", b"not a map", b"\x00" * 400])
def test_bytes_that_are_no_extract_are_refused(bad: bytes) -> None:
    with pytest.raises(StreetsError):
        read_streets(bad)


def test_an_extract_without_streets_is_refused() -> None:
    with pytest.raises(StreetsError, match="no street"):
        read_streets(extract({1: (0, 0), 2: (100, 0)}, [([1, 2], {"waterway": "river"})]))


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        ({"highway": "footway"}, None),
        ({"highway": "residential", "access": "private"}, None),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, (True, True, None)),
        ({"highway": "residential", "hgv": "no"}, None),
        ({"highway": "service", "service": "driveway"}, None),
        ({"highway": "unclassified", "maxheight": "9'6\""}, None),
        ({"highway": "unclassified", "maxheight": "4.4"}, (True, True, None)),
        ({"highway": "tertiary", "junction": "roundabout"}, (True, False, None)),
        ({"highway": "pedestrian", "motor_vehicle:conditional": "yes @ nonsense"}, None),
        ({"highway": "residential", "motor_vehicle:conditional": "no @ (10:00-16:00)"}, (True, True, (0, 36_000))),
        ({"highway": "residential", "hgv:conditional": "no @ (weight>18)"}, (True, True, None)),
        ({"highway": "residential", "hgv:conditional": "no @ (weight>3.5)"}, None),
        ({"highway": "residential", "maxweight": "7.5"}, (True, True, None)),
        ({"highway": "residential", "maxweightrating": "3 t"}, None),
        ({"highway": "residential", "maxwidth": "6'6\""}, None),
        ({"highway": "residential", "oneway": "reversible"}, None),
        ({"highway": "residential", "motor_vehicle:backward": "no"}, (True, False, None)),
        ({"route": "ferry", "motor_vehicle": "yes", "duration": "00:20"}, (True, True, None)),
        ({"route": "ferry", "motor_vehicle": "yes"}, None),
        ({"route": "ferry", "foot": "yes", "duration": "20"}, None),
    ],
)
def test_tags_say_where_a_refuse_vehicle_may_drive(tags: dict[str, str], says: tuple | None) -> None:
    found = driving(tags, 100)
    assert (found and (found.forward, found.backward, found.hours)) == says


def test_a_ferry_takes_its_crossing_and_the_wait_for_it() -> None:
    # 20 minutes across and 15 of waiting: 2,100 s for 1,000 m.
    found = driving({"route": "ferry", "motor_vehicle": "yes", "duration": "PT20M"}, 1000)
    assert found and found.metres_per_s == pytest.approx(1000 / 2100)


def test_a_gate_is_opened_by_who_has_business_behind_it_but_not_a_private_one() -> None:
    assert not blocks({"barrier": "gate"})
    assert blocks({"barrier": "gate", "access": "private"})
    assert blocks({"barrier": "gate", "locked": "yes"})
    assert blocks({"barrier": "height_restrictor", "maxheight": "2.1"})


def test_a_bollard_that_drops_for_vehicles_does_not_block() -> None:
    assert blocks({"barrier": "bollard"})
    assert not blocks({"barrier": "bollard", "motor_vehicle": "yes"})


words = st.sampled_from(
    ["yes", "no", "private", "-1", "30 mph", "48", "0", "0 mph", "12'6\"", "default", "none", "delivery @ (06:00-10:00)", "@"]
)
keys = st.sampled_from(
    ["access", "hgv", "oneway", "maxspeed", "maxheight", "service", "motor_vehicle:conditional", "access:conditional"]
)


@given(tags=st.dictionaries(keys, words | st.text(alphabet="0123456789@:-()'\" mphyesno", max_size=12)))
def test_no_tags_of_a_map_stop_the_reading(tags: dict[str, str]) -> None:
    found = driving({"highway": "residential", **tags}, 100)
    assert found is None or found.metres_per_s > 0


@pytest.mark.shared_data
def test_a_whole_county_is_one_network() -> None:
    # Oakham station to Uppingham market place is about 6.5 miles (10.5 km) by the A6003.
    streets = read_streets(SHARED_DATA / "streets" / "rutland-2018.osm.pbf")
    found = place(streets, [(52.6722, -0.7340), (52.5879, -0.7225)])
    assert 9_500 < found.metres[0, 1] < 11_500
    assert "A6003" in " ".join(found.legs([0, 1])[0].streets) or found.seconds[0, 1] < 1_500
