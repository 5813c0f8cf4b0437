"""Where vehicles stand for points: on the nearest link that can be reached and left, facing as they may drive there.

In a minor street a vehicle stands for either direction and may turn round. In a major road it stands on the point's own side, the
left of its direction, and drives on as it came: so no plan has a crew cross such a road or a vehicle turn in it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from streets.network.access import Hours
from streets.network.extract import LatLon
from streets.network.links import Link
from streets.network.placed import REACH_M
from streets.network.streets import Streets


@dataclass(frozen=True, slots=True)
class Kerb:
    """Where a vehicle stands for a point: `at_m` along the link as drawn, `off_m` from the point, facing along `arcs`."""

    link: int
    at_m: float
    off_m: float
    arcs: tuple[int, ...]
    hours: Hours | None

    def along_m(self, arc: int, link: Link) -> float:
        """Metres from the beginning of an arc of its link."""
        return float(link.line.length) - self.at_m if arc % 2 else self.at_m


def kerbs(streets: Streets, lines: shapely.STRtree, points: Sequence[LatLon]) -> list[Kerb | None]:
    """The kerb of each point; None where no street is within REACH_M. `lines` are those of the streets' links."""
    found: list[Kerb | None] = [None] * len(points)
    spots = shapely.points(np.array([streets.xy(lat, lon) for lat, lon in points]).reshape(-1, 2))
    (index, nearest), away = lines.query_nearest(spots, max_distance=REACH_M, return_distance=True, all_matches=False)
    at = shapely.line_locate_point(lines.geometries[nearest], spots[index])
    for i, k, at_m, off_m in zip(index.tolist(), nearest.tolist(), at.tolist(), away.tolist(), strict=True):
        link = streets.links[k]
        found[i] = Kerb(k, at_m, off_m, _facing(k, link, at_m, spots[i]), link.driving.hours)
    return found


def _facing(k: int, link: Link, at_m: float, spot: shapely.Point) -> tuple[int, ...]:
    ways = tuple(2 * k + backward for backward, may in enumerate((link.driving.forward, link.driving.backward)) if may)
    return (2 * k + (not _is_left(link.line, at_m, spot)),) if link.driving.major and len(ways) == 2 else ways


def _is_left(line: shapely.LineString, at_m: float, spot: shapely.Point) -> bool:
    """Whether a spot lies to the left of a line, or on it, as seen along it around `at_m`."""
    before, after = line.interpolate(max(0.0, at_m - 1)), line.interpolate(min(line.length, at_m + 1))
    east, north = after.x - before.x, after.y - before.y
    turn = east * (spot.y - before.y) - north * (spot.x - before.x)
    return bool(turn >= 0 or math.isclose(turn, 0, abs_tol=1e-6))


def lines_of(streets: Streets) -> shapely.STRtree:
    """The lines of all links, to look up what is near."""
    return shapely.STRtree(np.array([link.line for link in streets.links], dtype=object))
