"""Street extracts small enough to reckon by hand: points in metres east and north of one spot, written as a real .osm.pbf."""

import math
import tempfile
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

LAT0, LON0 = 52.0, -4.0
M_PER_DEGREE = 111_195.08


def lat_lon(east_m: float, north_m: float) -> tuple[float, float]:
    return LAT0 + north_m / M_PER_DEGREE, LON0 + east_m / (M_PER_DEGREE * math.cos(math.radians(LAT0)))


def extract(
    points: dict[int, tuple[float, float]],
    ways: list[tuple[list[int], dict[str, str]]],
    nodes: dict | None = None,
    restrictions: list[tuple[dict[str, str], list[tuple[str, int, str]]]] | None = None,
) -> bytes:
    """`points` are node → (east, north) in metres, `ways` lists of nodes with tags, `nodes` tags of nodes.

    Way k has the id 1000 + k. `restrictions` are tags and members: (n or w, id, role).
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streets.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for number, (east_m, north_m) in points.items():
                lat, lon = lat_lon(east_m, north_m)
                writer.add_node(Node(id=number, location=(lon, lat), tags=(nodes or {}).get(number, {}), version=1))
            for k, (refs, tags) in enumerate(ways):
                writer.add_way(Way(id=1000 + k, nodes=refs, tags=tags, version=1))
            for k, (tags, members) in enumerate(restrictions or []):
                writer.add_relation(Relation(id=1 + k, members=members, tags={"type": "restriction", **tags}, version=1))
        return path.read_bytes()


def square(**sides: dict[str, str]) -> bytes:
    """A block of 400 m by 400 m, with sides `south`, `east`, `north` and `west` (residential, 10 mph, unless told otherwise).

    9/10 of 10 mph is 4.0234 m/s: a side takes 99.4 s.
    """
    corners = {1: (0, 0), 2: (400, 0), 3: (400, 400), 4: (0, 400)}
    plain = {"highway": "residential", "maxspeed": "10 mph"}
    refs = {"south": [1, 2], "east": [2, 3], "north": [3, 4], "west": [4, 1]}
    return extract(corners, [(refs[side], {**plain, "name": side.title(), **sides.get(side, {})}) for side in refs])
