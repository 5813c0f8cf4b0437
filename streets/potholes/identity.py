"""A site keeps its name while new bumps move it a little, so that a link to it still finds it."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np
from scipy.spatial import cKDTree

from streets.potholes.cluster import metres

MOVES_AT_MOST_M = 15.0


def keep_names(council: str, found: Sequence[tuple[float, float]], known: Mapping[str, tuple[float, float]]) -> list[str]:
    """A name for each site found at (lat, lon): that of the nearest known site, nearest pair first, or a new one.

    A known name is given once; a new name comes from the council and the position, so that the same input names the same.
    """
    names: dict[int, str] = {}
    free = dict(known)
    for index, name in _pairs(found, known):
        if index not in names and name in free:
            names[index] = name
            del free[name]
    taken = set(known)
    for index, point in enumerate(found):
        if index not in names:
            names[index] = _new_name(council, point, taken)
            taken.add(names[index])
    return [names[index] for index in range(len(found))]


def _pairs(found: Sequence[tuple[float, float]], known: Mapping[str, tuple[float, float]]) -> list[tuple[int, str]]:
    """Every pair of a found and a known site that may be the same, the nearest first."""
    if not found or not known:
        return []
    lat = float(np.mean([point[0] for point in found]))
    names, here, there = list(known), metres(found, lat), metres(list(known.values()), lat)
    near = cKDTree(there).query_ball_point(here, MOVES_AT_MOST_M)
    pairs = [(float(np.linalg.norm(here[i] - there[j])), i, names[j]) for i, within in enumerate(near) for j in within]
    return [(index, name) for _, index, name in sorted(pairs)]


def _new_name(council: str, point: tuple[float, float], taken: set[str]) -> str:
    """`P` and eight hexadecimal digits that no other site has."""
    attempt = 0
    while True:
        name = "P" + sha256(f"{council}/{point[0]:.6f}/{point[1]:.6f}/{attempt}".encode()).hexdigest()[:8]
        if name not in taken:
            return name
        attempt += 1
