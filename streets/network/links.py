"""Stretches of street between junctions, and the two directions, called arcs, in which each may be driven.

Arc 2k drives link k as it is drawn, arc 2k + 1 against it. The weight of a way holds seconds and metres together:
`deciseconds * 2**24 + decimetres` in a float64, exact while a journey stays below 2**29 ds and 1,677 km.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import shapely

from streets.network.driving import Driving
from streets.network.extract import Extract

SCALE = float(2**24)


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of street between two junctions. `line` is in local metres (x east, y north)."""

    start: int
    end: int
    line: shapely.LineString
    name: str
    driving: Driving
    way_id: int

    def weight(self, metres: float) -> float:
        """Deciseconds and decimetres of so many metres of it, in one number; a tenth of a second at least."""
        return max(1.0, round(10 * metres / self.driving.metres_per_s)) * SCALE + round(10 * metres)


def seconds_and_metres(weight: float) -> tuple[float, float]:
    """What a weight holds."""
    return weight // SCALE / 10, weight % SCALE / 10


def arcs(links: Sequence[Link], through_hours: bool = True) -> Iterator[int]:
    """The arcs that may be driven: all of them, or those open all day."""
    for k, link in enumerate(links):
        if through_hours or link.driving.hours is None:
            if link.driving.forward:
                yield 2 * k
            if link.driving.backward:
                yield 2 * k + 1


def tails(links: Sequence[Link]) -> list[int]:
    """The node where each arc begins, by the arc. It ends where its other direction, arc ^ 1, begins."""
    return [node for link in links for node in (link.start, link.end)]


def cut(found: Extract, xy: Mapping[int, tuple[float, float]]) -> tuple[list[Link], dict[object, int]]:
    """Cut ways where they meet or turns are restricted; with the number of each of OpenStreetMap's nodes where they were cut.

    A blocked node ends each link that runs into it in a dead end of its own. `xy` are the places of nodes in local metres.
    """
    uses = Counter(node for way in found.ways for node in (*way.nodes, way.nodes[0], way.nodes[-1]))
    uses.update(each.via_node for each in found.restrictions if each.via_node is not None)
    numbers: dict[object, int] = {}

    def number(node: int, link: int, side: str) -> int:
        return numbers.setdefault((node, link, side) if node in found.blocked else node, len(numbers))

    links: list[Link] = []
    for way in found.ways:
        begin = 0
        for k in range(1, len(way.nodes)):
            if uses[way.nodes[k]] > 1 or way.nodes[k] in found.blocked:
                line = shapely.LineString([xy[node] for node in way.nodes[begin : k + 1]])
                start, end = number(way.nodes[begin], len(links), "from"), number(way.nodes[k], len(links), "to")
                links.append(Link(start, end, line, way.name, way.driving, way.way_id))
                begin = k
    return links, numbers
