"""Bumps that lie within GPS error of one another are one site.

Densest first: the bump with the most neighbours takes them all, then the next of those left. Unlike DBSCAN this cannot
chain a rough street into one long site, and the answer does not depend on the order of the bumps. Phones' positions
scatter with a standard deviation of 3.3 m (Pothole Patrol, MobiSys 2008), so nearly all of a site's lie within 10 m.
"""

from collections.abc import Sequence
from math import cos, radians

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

SAME_SITE_M = 10.0
METRES_PER_DEGREE = 111_195.0


def metres(points: Sequence[tuple[float, float]], lat: float) -> npt.NDArray[np.float64]:
    """Positions (lat, lon) in degrees as metres east and north on a plane that is true around latitude `lat`."""
    degrees = np.asarray(points, dtype=float).reshape(-1, 2)
    east = degrees[:, 1] * METRES_PER_DEGREE * cos(radians(lat))
    return np.column_stack((east, degrees[:, 0] * METRES_PER_DEGREE))


def clusters(points: Sequence[tuple[float, float]], within_m: float = SAME_SITE_M) -> list[list[int]]:
    """The indexes of the points (lat, lon) of each site, the densest site first."""
    if not points:
        return []
    plane = metres(points, float(np.mean([lat for lat, _ in points])))
    near = cKDTree(plane).query_ball_point(plane, within_m)
    order = sorted(range(len(points)), key=lambda index: (-len(near[index]), points[index], index))
    free = set(order)
    sites = []
    for index in order:
        if index in free:
            members = sorted(free.intersection(near[index]))
            free.difference_update(members)
            sites.append(members)
    return sites


def centre(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of a site (lat, lon): the median each way, which one stray position cannot move far."""
    lat, lon = np.median(np.asarray(points, dtype=float), axis=0)
    return float(lat), float(lon)


def nearest(point: tuple[float, float], others: Sequence[tuple[float, float]], within_m: float) -> int | None:
    """The index of the nearest of `others` to `point`, or None when none lies within `within_m`."""
    if not others:
        return None
    gap = metres(others, point[0]) - metres([point], point[0])
    distance = np.hypot(gap[:, 0], gap[:, 1])
    index = int(np.argmin(distance))
    return index if distance[index] <= within_m else None
