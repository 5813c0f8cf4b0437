"""Which ward a point is in."""

import json
from pathlib import Path

import pytest

from streets.wards.locate import BoundaryError, boundary_of, locate


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


WEST = boundary_of("E2", square(0, 50, 1, 51))
EAST = boundary_of("E1", square(1, 50, 2, 51))


def test_a_point_inside_a_ward_is_in_that_ward() -> None:
    assert locate(50.5, 0.5, [WEST, EAST]) == "E2"
    assert locate(50.5, 1.5, [WEST, EAST]) == "E1"


def test_a_point_on_the_line_between_wards_is_in_the_lowest_code_whatever_the_order() -> None:
    assert locate(50.5, 1.0, [WEST, EAST]) == locate(50.5, 1.0, [EAST, WEST]) == "E1"


def test_a_point_outside_every_ward_is_in_none() -> None:
    assert locate(49.0, 0.5, [WEST, EAST]) is None
    assert locate(50.5, 0.5, []) is None


def test_a_point_in_the_hole_of_a_ward_is_not_in_it() -> None:
    ring = square(0, 50, 1, 51)["coordinates"][0]  # type: ignore[index]
    hole = square(0.4, 50.4, 0.6, 50.6)["coordinates"][0]  # type: ignore[index]
    ward = boundary_of("E3", {"type": "Polygon", "coordinates": [ring, hole]})
    assert locate(50.5, 0.5, [ward]) is None


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        ({"type": "Point", "coordinates": [0, 50]}, "must be a Polygon"),
        ({"type": "Nonsense"}, "not a GeoJSON geometry"),
        (square(400_000, 300_000, 401_000, 301_000), "not in degrees"),
        ({"type": "Polygon", "coordinates": [[[0, 50], [1, 51], [1, 50], [0, 51], [0, 50]]]}, "Self-intersection"),
    ],
)
def test_a_boundary_that_cannot_be_used_is_refused_with_the_reason(geometry: dict[str, object], why: str) -> None:
    with pytest.raises(BoundaryError, match=why):
        boundary_of("E9", geometry)


@pytest.mark.shared_data
def test_greys_monument_stands_in_westgate_ward_of_newcastle(shared_data: Path) -> None:
    """Grey's Monument (54.9738, -1.6132) stood in Westgate ward under the boundaries of December 2013."""
    wards = json.loads((shared_data / "wards/wards_E08000021.geojson").read_text(encoding="utf-8"))["features"]
    names = {ward["properties"]["WD13CD"]: ward["properties"]["WD13NM"] for ward in wards}
    code = locate(54.9738, -1.6132, [boundary_of(ward["properties"]["WD13CD"], ward["geometry"]) for ward in wards])
    assert code is not None
    assert names[code] == "Westgate"
