"""The street network: an OpenStreetMap extract → seconds and metres between points, and the way and streets of a leg.

Ways are cut at junctions into links; points are set on the nearest link that a vehicle can both reach and leave (the largest
strongly connected part), which is split there. One exact Dijkstra pass gives seconds and metres together: the weight of a link
is `deciseconds * 2**24 + decimetres` in a float64, exact while a journey stays below 2**29 ds and 1,677 km.
Streets that are open only at certain hours are used to reach and leave points that stand on them, never to drive through,
because a plan may drive elsewhere at any hour. Turn restrictions are not read; a vehicle may turn round at a point.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import osmium
import shapely
import shapely.ops
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from streets.rounds.driving import Driving, blocks, driving

EARTH_M_PER_DEGREE = 111_195.08
SCALE = float(2**24)
REACH_M = 120.0
ROWS_AT_ONCE = 64

LatLon = tuple[float, float]


class StreetsError(ValueError):
    """The extract cannot be used as a street network; the message says why."""


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of street between two junctions. `line` is in local metres (x east, y north)."""

    start: int
    end: int
    line: shapely.LineString
    name: str
    driving: Driving

    @property
    def weight(self) -> float:
        """Deciseconds and decimetres in one number (see the module)."""
        metres = float(self.line.length)
        return max(1.0, round(10 * metres / self.driving.metres_per_s)) * SCALE + round(10 * metres)


@dataclass(frozen=True, slots=True)
class Streets:
    """The links of an extract that a vehicle can reach and leave again, around the point (lat0, lon0)."""

    links: tuple[Link, ...]
    nodes: int
    lat0: float
    lon0: float

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Local metres of a point: an equirectangular projection, within 0.1 per cent over a county."""
        return (lon - self.lon0) * EARTH_M_PER_DEGREE * math.cos(math.radians(self.lat0)), (lat - self.lat0) * EARTH_M_PER_DEGREE

    def lat_lon(self, x: float, y: float) -> LatLon:
        """The inverse of `xy`."""
        return self.lat0 + y / EARTH_M_PER_DEGREE, self.lon0 + x / (EARTH_M_PER_DEGREE * math.cos(math.radians(self.lat0)))


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
        graphs: dict[bool, tuple[csr_array, dict[tuple[int, int], tuple[Link, bool]]]] = {}
        legs = []
        for i, j in zip(order, order[1:], strict=False):
            through_hours = self.hours[i] is not None or self.hours[j] is not None
            if through_hours not in graphs:
                graphs[through_hours] = _graph(self.links, self.streets.nodes + len(self.node), through_hours)
            legs.append(self._leg(i, j, *graphs[through_hours]))
        return legs

    def _leg(self, i: int, j: int, graph: csr_array, by_ends: dict[tuple[int, int], tuple[Link, bool]]) -> Leg:
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


def read_streets(extract: bytes | Path) -> Streets:
    """Read an .osm.pbf, given as its bytes or its path. Raises StreetsError where it holds no streets or is not a PBF."""
    source = osmium.io.FileBuffer(extract, "pbf") if isinstance(extract, bytes) else str(extract)
    try:
        ways, places, blocked = _read(source)
    except (RuntimeError, OSError) as error:
        raise StreetsError(f"not an OpenStreetMap extract: {error}") from error
    if not ways:
        raise StreetsError("the extract holds no street that a vehicle may drive")
    lat0 = float(np.mean([lat for lat, _ in places.values()]))
    lon0 = float(np.mean([lon for _, lon in places.values()]))
    empty = Streets((), 0, lat0, lon0)
    xy = {node: empty.xy(*at) for node, at in places.items()}
    links, nodes = _cut(ways, xy, blocked)
    kept = _reachable(links, nodes)
    if not kept:
        raise StreetsError("no street of the extract can be both reached and left")
    return Streets(tuple(kept), nodes, lat0, lon0)


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


_Way = tuple[list[int], str, Driving]


def _read(source: str | osmium.io.FileBuffer) -> tuple[list[_Way], dict[int, LatLon], set[int]]:
    ways: list[_Way] = []
    places: dict[int, LatLon] = {}
    blocked: set[int] = set()
    for item in osmium.FileProcessor(source).with_locations().with_filter(osmium.filter.KeyFilter("highway", "barrier")):
        if isinstance(item, osmium.osm.Node) and blocks(dict(item.tags)):
            blocked.add(item.id)
        if not isinstance(item, osmium.osm.Way) or (how := driving(tags := dict(item.tags))) is None:
            continue
        corners = {n.ref: (n.location.lat, n.location.lon) for n in item.nodes if n.location.valid()}
        places.update(corners)
        refs = [n.ref for n in item.nodes if n.ref in corners]
        if len(refs) > 1:
            ways.append((refs, tags.get("name", tags.get("ref", "")), how))
    return ways, places, blocked


def _cut(ways: list[_Way], xy: dict[int, tuple[float, float]], blocked: set[int]) -> tuple[list[Link], int]:
    """Cut ways where they meet; a blocked node ends each link that runs into it in a dead end of its own."""
    uses = Counter(ref for refs, _, _ in ways for ref in refs)
    uses.update(ref for refs, _, _ in ways for ref in (refs[0], refs[-1]))
    numbers: dict[object, int] = {}

    def number(ref: int, link: int, side: str) -> int:
        return numbers.setdefault((ref, link, side) if ref in blocked else ref, len(numbers))

    links: list[Link] = []
    for refs, name, how in ways:
        begin = 0
        for k in range(1, len(refs)):
            if uses[refs[k]] > 1 or refs[k] in blocked:
                corners = [xy[ref] for ref in refs[begin : k + 1]]
                start, end = number(refs[begin], len(links), "from"), number(refs[k], len(links), "to")
                links.append(Link(start, end, shapely.LineString(corners), name, how))
                begin = k
    return links, len(numbers)


def _reachable(links: list[Link], nodes: int) -> list[Link]:
    """The links of the largest part in which every point reaches every other; of streets with hours, those joined to it."""
    all_day = _largest_part([link for link in links if link.driving.hours is None], nodes)
    with_hours = _largest_part(links, nodes)
    if not (all_day & with_hours):
        return []
    return [link for link in links if {link.start, link.end} <= (all_day if link.driving.hours is None else with_hours)]


def _largest_part(links: list[Link], nodes: int) -> set[int]:
    if not links:
        return set()
    graph, _ = _graph(links, nodes, through_hours=True)
    _, part = connected_components(graph, connection="strong")
    sizes = np.bincount(part)
    return {int(node) for node in np.flatnonzero(part == sizes.argmax())} if sizes.max() > 1 else set()


def _split(link: Link, stands: list[tuple[float, int]]) -> list[Link]:
    """The link as a chain of links through `stands` (metres along it, node), in order."""
    pieces, start, begin = [], link.start, 0.0
    for end, node in [*stands, (link.line.length, link.end)]:
        piece = shapely.ops.substring(link.line, begin, end)
        line = piece if piece.geom_type == "LineString" else shapely.LineString([piece.coords[0]] * 2)
        pieces.append(replace(link, start=start, end=node, line=line))
        start, begin = node, end
    return pieces


def _graph(links: Sequence[Link], nodes: int, through_hours: bool) -> tuple[csr_array, dict[tuple[int, int], tuple[Link, bool]]]:
    """Directed weights as a sparse array, and the link (and whether backward) behind each; of parallel links, the quickest."""
    by_ends: dict[tuple[int, int], tuple[Link, bool]] = {}
    weights: dict[tuple[int, int], float] = {}
    for link in links:
        if link.driving.hours is not None and not through_hours:
            continue
        for start, end, backward in ((link.start, link.end, False), (link.end, link.start, True)):
            allowed = link.driving.backward if backward else link.driving.forward
            if allowed and start != end and link.weight < weights.get((start, end), math.inf):
                weights[start, end] = link.weight
                by_ends[start, end] = link, backward
    ends = np.array(list(weights), dtype=np.int64).reshape(-1, 2)
    return csr_array((np.array(list(weights.values())), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes)), by_ends


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
    weight[np.ix_(all_day, all_day)] = _weights(_graph(links, nodes, through_hours=False)[0], kerb[all_day], kerb[all_day])
    if with_hours.any():
        open_graph = _graph(links, nodes, through_hours=True)[0]
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
