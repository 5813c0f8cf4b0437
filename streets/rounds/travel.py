"""Points set on the streets: seconds and metres between them, and the way and the streets of a leg.

A point is set on the nearest link that a vehicle can both reach and leave, which is split there. One exact Dijkstra pass gives
seconds and metres together, by the weight of a link (streets.Link.weight).
Streets that are open only at certain hours are used to reach and leave points that stand on them, never to drive through,
because a plan may drive elsewhere at any hour. Turn restrictions are not read; a vehicle may turn round at a point.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from streets.rounds.streets import SCALE, Ends, LatLon, Link, Streets, StreetsError, graph_of

REACH_M = 120.0
ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one point to another: its line as (lat, lon), and the streets in order."""

    seconds: int
    metres: int
    line: tuple[LatLon, ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Points set on the streets. Index i is the i-th point given.

    `node[i]` is -1 and `off_m[i]` infinite where no reachable street lies within REACH_M: such a point is unreachable.
    `hours[i]` is set where the point's street is open only then. `seconds` and `metres` are int64 (n, n), and -1 from and to
    unreachable points.
    """

    streets: Streets
    links: tuple[Link, ...]
    node: tuple[int, ...]
    off_m: tuple[float, ...]
    hours: tuple[tuple[int, int] | None, ...]
    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]

    def reachable(self, i: int) -> bool:
        """Whether a vehicle can reach point i."""
        return self.node[i] >= 0

    def legs(self, order: Sequence[int]) -> list[Leg]:
        """The legs between consecutive points of `order`, all of them reachable."""
        graphs: dict[bool, tuple[csr_array, Ends]] = {}
        legs = []
        for i, j in zip(order, order[1:], strict=False):
            through_hours = self.hours[i] is not None or self.hours[j] is not None
            if through_hours not in graphs:
                graphs[through_hours] = graph_of(self.links, self.streets.nodes + len(self.node), through_hours)
            legs.append(self._leg(i, j, *graphs[through_hours]))
        return legs

    def _leg(self, i: int, j: int, graph: csr_array, by_ends: Ends) -> Leg:
        _, before = dijkstra(graph, indices=self.node[i], return_predecessors=True)
        steps, at = [], self.node[j]
        while at != self.node[i]:
            steps.append(by_ends[int(before[at]), at])
            at = int(before[at])
        line: list[LatLon] = []
        names: list[str] = []
        for link, backward in reversed(steps):
            corners = list(link.line.coords)
            line.extend(self.streets.lat_lon(*xy) for xy in (reversed(corners) if backward else corners))
            if link.name and link.name not in names[-1:]:
                names.append(link.name)
        kept = tuple(point for k, point in enumerate(line) if k == 0 or point != line[k - 1])
        return Leg(int(self.seconds[i, j]), int(self.metres[i, j]), kept, tuple(names))


def place(streets: Streets, points: Sequence[LatLon]) -> Placed:
    """Set points (lat, lon) on the streets and work out seconds and metres between all of them."""
    tree = shapely.STRtree([link.line for link in streets.links])
    on: dict[int, list[tuple[float, int]]] = {}
    off_m = [math.inf] * len(points)
    for i, (lat, lon) in enumerate(points):
        spot = shapely.Point(streets.xy(lat, lon))
        nearest, away = tree.query_nearest(spot, max_distance=REACH_M, return_distance=True, all_matches=False)
        if len(nearest):
            off_m[i] = float(away[0])
            on.setdefault(int(nearest[0]), []).append((streets.links[nearest[0]].line.project(spot), i))
    links: list[Link] = []
    node = [-1] * len(points)
    hours: list[tuple[int, int] | None] = [None] * len(points)
    for index, link in enumerate(streets.links):
        stands = sorted(on.get(index, []))
        for _, i in stands:
            node[i], hours[i] = streets.nodes + i, link.driving.hours
        links.extend(_split(link, [(at, streets.nodes + i) for at, i in stands]))
    seconds, metres = _matrices(links, streets.nodes + len(points), node, hours)
    return Placed(streets, tuple(links), tuple(node), tuple(off_m), tuple(hours), seconds, metres)


def _split(link: Link, stands: list[tuple[float, int]]) -> list[Link]:
    """The link as a chain of links through `stands` (metres along it, node), in order."""
    pieces, start, begin = [], link.start, 0.0
    for end, node in [*stands, (link.line.length, link.end)]:
        piece = shapely.ops.substring(link.line, begin, end)
        line = piece if piece.geom_type == "LineString" else shapely.LineString([piece.coords[0]] * 2)
        pieces.append(replace(link, start=start, end=node, line=line))
        start, begin = node, end
    return pieces


def _matrices(
    links: list[Link], nodes: int, node: list[int], hours: list[tuple[int, int] | None]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = len(node)
    seconds, metres = np.full((n, n), -1, dtype=np.int64), np.full((n, n), -1, dtype=np.int64)
    known = np.array([i for i in range(n) if node[i] >= 0], dtype=np.int64)
    if not len(known):
        return seconds, metres
    kerb = np.array(node)[known]
    with_hours = np.array([hours[i] is not None for i in known])
    all_day = ~with_hours
    weight = np.zeros((len(kerb), len(kerb)))
    weight[np.ix_(all_day, all_day)] = _weights(graph_of(links, nodes, through_hours=False)[0], kerb[all_day], kerb[all_day])
    if with_hours.any():
        open_graph = graph_of(links, nodes, through_hours=True)[0]
        weight[with_hours, :] = _weights(open_graph, kerb[with_hours], kerb)
        weight[:, with_hours] = _weights(open_graph, kerb, kerb[with_hours])
    deciseconds, decimetres = np.floor(weight / SCALE), np.mod(weight, SCALE)
    seconds[np.ix_(known, known)] = np.rint(deciseconds / 10).astype(np.int64)
    metres[np.ix_(known, known)] = np.rint(decimetres / 10).astype(np.int64)
    return seconds, metres


def _weights(graph: csr_array, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Least weights from sources to targets, few rows at a time to keep memory small."""
    found = np.zeros((len(sources), len(targets)))
    for k in range(0, len(sources), ROWS_AT_ONCE):
        found[k : k + ROWS_AT_ONCE] = dijkstra(graph, indices=sources[k : k + ROWS_AT_ONCE])[:, targets]
    if not np.isfinite(found).all():
        raise StreetsError("two reachable points have no way between them: the network was cut wrongly")
    return found
