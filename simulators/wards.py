"""The six wards of Rivermouth: they tile the town, three on either bank of the river."""

from dataclasses import dataclass

from simulators.ground import Point, lat_lon

WEST_M, RIVER_M, EAST_M = -2150, 5, 1750
BORDERS_M = (-1300, -510, 385, 1400)
BENDS_M = ((-960, 30), (690, -25))
"""Ward borders bend at these points east, by so many metres north: on the west and on the east bank."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward; `corners` is its closed ring, counter-clockwise, in metres."""

    code: str
    name: str
    name_cy: str
    corners: tuple[Point, ...]

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside (even-odd rule, Shimrat 1962)."""
        inside = False
        for (ax, ay), (bx, by) in zip(self.corners, self.corners[1:], strict=False):
            if (ay > point[1]) != (by > point[1]) and point[0] < (bx - ax) * (point[1] - ay) / (by - ay) + ax:
                inside = not inside
        return inside

    def feature(self) -> dict[str, object]:
        """The ward as a GeoJSON feature (RFC 7946) with the properties of ONS's ward files."""
        ring = [[lat_lon(corner)[1], lat_lon(corner)[0]] for corner in self.corners]
        return {
            "type": "Feature",
            "properties": {"WD13CD": self.code, "WD13NM": self.name, "WD13NMW": self.name_cy, "name_cy": self.name_cy},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }


NAMES = (
    ("Seafront", "Glan y Môr"), ("Old Town", "Yr Hen Dref"), ("Castle", "Y Castell"),
    ("Harbour", "Yr Harbwr"), ("Maes Gwyn", "Maes Gwyn"), ("Northfield", "Maes y Gogledd"),
)  # fmt: skip


def build_wards() -> tuple[Ward, ...]:
    """The wards, from south to north on the west bank, then on the east bank."""
    found = []
    for side, (left, right) in enumerate(((WEST_M, RIVER_M), (RIVER_M, EAST_M))):
        for band in range(3):
            lower, upper = _border(band, side, left, right), _border(band + 1, side, left, right)
            name, name_cy = NAMES[side * 3 + band]
            corners = (*lower, *reversed(upper), lower[0])
            found.append(Ward(f"RVM{side * 3 + band + 1:03d}", name, name_cy, corners))
    return tuple(found)


def ward_at(wards: tuple[Ward, ...], point: Point) -> Ward:
    """The ward that holds the point. Raises ValueError outside the town."""
    for ward in wards:
        if ward.holds(point):
            return ward
    raise ValueError(f"No ward of Rivermouth holds {point}")


def _border(number: int, side: int, left: float, right: float) -> tuple[Point, ...]:
    north = BORDERS_M[number]
    if number in (0, len(BORDERS_M) - 1):
        return (left, north), (right, north)
    bend_east, bend_north = BENDS_M[side]
    return (left, north), (bend_east, north + bend_north), (right, north)
