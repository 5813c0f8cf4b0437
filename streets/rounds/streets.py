"""The street network: an OpenStreetMap extract → the links that a refuse vehicle can both reach and leave.

Ways are cut at junctions into links; only the largest strongly connected part is kept. The weight of a link holds seconds
and metres together: `deciseconds * 2**24 + decimetres` in a float64, exact while a journey stays below 2**29 ds and 1,677 km.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely
import shapely.ops
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from streets.rounds.driving import Driving, blocks, driving

EARTH_M_PER_DEGREE = 111_195.08
SCALE = float(2**24)

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


Ends = dict[tuple[int, int], tuple[Link, bool]]
"""The link between two nodes, and whether it is driven backward."""


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
    graph, _ = graph_of(links, nodes, through_hours=True)
    _, part = connected_components(graph, connection="strong")
    sizes = np.bincount(part)
    return {int(node) for node in np.flatnonzero(part == sizes.argmax())} if sizes.max() > 1 else set()


def graph_of(
    links: Sequence[Link], nodes: int, through_hours: bool
) -> tuple[csr_array, dict[tuple[int, int], tuple[Link, bool]]]:
    """Directed weights as a sparse array, and the link (and whether backward) behind each; of parallel links, the quickest."""
    by_ends: Ends = {}
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
