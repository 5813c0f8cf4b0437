"""The street network: an OpenStreetMap extract → the links that a refuse vehicle can both reach and leave.

Only the largest part is kept in which every street can be reached from every other without a forbidden turn.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from streets.network.access import USUAL, Size
from streets.network.extract import EARTH_M_PER_DEGREE, LatLon, StreetsError, read_extract
from streets.network.graph import Network
from streets.network.links import Link, cut
from streets.network.turns import Course, restricted, turning_round

__all__ = ["LatLon", "Streets", "StreetsError", "read_streets"]


@dataclass(frozen=True, slots=True)
class Streets:
    """The links of an extract that a vehicle can reach and leave again, around the point (lat0, lon0).

    `turns` are the courses over them that nobody may take (streets.network.turns).
    """

    links: tuple[Link, ...]
    nodes: int
    turns: frozenset[Course]
    lat0: float
    lon0: float

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Local metres of a point: an equirectangular projection, within 0.1 per cent over a county."""
        return (lon - self.lon0) * EARTH_M_PER_DEGREE * math.cos(math.radians(self.lat0)), (lat - self.lat0) * EARTH_M_PER_DEGREE

    def lat_lon(self, x: float, y: float) -> LatLon:
        """The inverse of `xy`."""
        return self.lat0 + y / EARTH_M_PER_DEGREE, self.lon0 + x / (EARTH_M_PER_DEGREE * math.cos(math.radians(self.lat0)))


def read_streets(extract: bytes | Path, size: Size = USUAL) -> Streets:
    """Read an .osm.pbf, given as its bytes or its path, for a vehicle of a size.

    Raises StreetsError where it holds no streets or is not a PBF.
    """
    found = read_extract(extract, size)
    lat0, lon0 = np.mean(list(found.places.values()), axis=0)
    empty = Streets((), 0, frozenset(), float(lat0), float(lon0))
    links, numbers = cut(found, {node: empty.xy(*at) for node, at in found.places.items()})
    nodes = len(numbers)
    links, turns = _reachable(links, nodes, restricted(links, numbers, found.restrictions))
    # Only now is it known where a major road ends: a street that leads nowhere is no way out of it.
    made_for_it = [numbers[node] for node in found.turning if node in numbers]
    links, turns = _reachable(links, nodes, turns | turning_round(links, made_for_it))
    if not links:
        raise StreetsError("no_streets", "no street of the extract can be both reached and left")
    return replace(empty, links=tuple(links), nodes=nodes, turns=turns)


def _reachable(links: list[Link], nodes: int, turns: frozenset[Course]) -> tuple[list[Link], frozenset[Course]]:
    """The links that the largest part in which everything reaches everything leads into, and that lead into it; and their turns.

    Of streets with hours, those joined to it. Where nobody turns round, the same direction has to do both.
    """
    parts = {by_hours: Network(links, nodes, turns, by_hours).largest_part() for by_hours in _open_at(links)}
    kept: list[Link] = []
    became: dict[int, int] = {}
    for k, link in enumerate(links):
        forward, backward = _directions(link, (2 * k, 2 * k + 1), *parts[link.driving.hours is not None])
        if forward or backward:
            became[k] = len(kept)
            same = (forward, backward) == (link.driving.forward, link.driving.backward)
            kept.append(link if same else replace(link, driving=replace(link.driving, forward=forward, backward=backward)))
    known = (turn for turn in turns if all(arc // 2 in became for arc in turn))
    return kept, frozenset(tuple(2 * became[arc // 2] + arc % 2 for arc in turn) for turn in known)


def _open_at(links: Iterable[Link]) -> set[bool]:
    """Which networks there are: that of all day, and with streets that have hours the one that holds them, too."""
    return {False} | {True for link in links if link.driving.hours is not None}


def _directions(link: Link, ways: tuple[int, int], reached: set[int], left: set[int]) -> tuple[bool, bool]:
    """Whether a link may be driven forward and backward, when these arcs can be reached and those be left by."""
    if not link.driving.major and reached.intersection(ways) and left.intersection(ways):
        return link.driving.forward, link.driving.backward
    return ways[0] in reached and ways[0] in left, ways[1] in reached and ways[1] in left
