"""A street network with OpenStreetMap's tags: ways over nodes, and the extract that a council would import."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from simulators.ground import Point, distance_m, lat_lon


@dataclass(frozen=True, slots=True)
class Street:
    """One OSM way: the nodes it passes, its tags, and its USRN (0 for a river or an unnamed lane)."""

    way_id: int
    nodes: tuple[int, ...]
    tags: dict[str, str]
    usrn: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A street between two neighbouring nodes, in the direction in which the way was drawn."""

    street: Street
    start: int
    end: int
    length_m: float


@dataclass(frozen=True)
class Streets:
    """The network: nodes in metres, ways over them, and the nodes where the depot and the two tips stand."""

    nodes: dict[int, Point]
    ways: tuple[Street, ...]
    depot: int
    tips: tuple[int, int]

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Every street piece (no river), in a fixed order."""
        return tuple(
            Piece(way, a, b, distance_m(self.nodes[a], self.nodes[b]))
            for way in self.ways
            if "highway" in way.tags
            for a, b in zip(way.nodes, way.nodes[1:], strict=False)
        )

    @cached_property
    def onward(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """From each node: (piece index, node reached) a car may take at any hour; one-way streets are kept."""
        ways_on: dict[int, list[tuple[int, int]]] = {}
        for index, piece in enumerate(self.pieces):
            if piece.street.tags["highway"] == "pedestrian":
                continue
            ways_on.setdefault(piece.start, []).append((index, piece.end))
            if piece.street.tags.get("oneway") != "yes":
                ways_on.setdefault(piece.end, []).append((index, piece.start))
        return {node: tuple(found) for node, found in ways_on.items()}

    def write_pbf(self, path: Path) -> None:
        """Write the network as an OpenStreetMap extract, `.osm.pbf`."""
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for node_id, point in self.nodes.items():
                lat, lon = lat_lon(point)
                writer.add_node(Node(id=node_id, location=(lon, lat), version=1))
            for way in self.ways:
                writer.add_way(Way(id=way.way_id, nodes=list(way.nodes), tags=way.tags, version=1))
