"""What of an OpenStreetMap extract concerns driving: ways and where their nodes are, what stops a vehicle, turn restrictions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import osmium

from streets.network.access import USUAL, Size, blocks
from streets.network.driving import Driving, driving
from streets.network.restrictions import Restriction, restriction
from streets.reasons import ReasonedError

EARTH_M_PER_DEGREE = 111_195.08
MADE_FOR_TURNING = {"mini_roundabout", "turning_circle", "turning_loop"}

LatLon = tuple[float, float]


class StreetsError(ReasonedError):
    """The extract cannot be used as a street network; the message says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way that a vehicle may drive, by the ids of its nodes."""

    way_id: int
    nodes: tuple[int, ...]
    name: str
    driving: Driving


@dataclass(frozen=True, slots=True)
class Extract:
    """Drivable ways, (lat, lon) of their nodes, nodes that block vehicles, nodes made for turning round, and restrictions."""

    ways: list[Way]
    places: dict[int, LatLon]
    blocked: set[int]
    turning: set[int]
    restrictions: list[Restriction]


def read_extract(source: bytes | Path, size: Size = USUAL) -> Extract:
    """Read an .osm.pbf, given as its bytes or its path, for a vehicle of a size.

    Raises StreetsError where it holds no streets or is not a PBF.
    """
    opened = osmium.io.FileBuffer(source, "pbf") if isinstance(source, bytes) else str(source)
    found = Extract([], {}, set(), set(), [])
    try:
        for item in osmium.FileProcessor(opened).with_locations().with_filter(_OF_DRIVING):
            _take(item, found, size)
    except (RuntimeError, OSError) as error:
        raise StreetsError("streets_unreadable", f"not an OpenStreetMap extract: {error}") from error
    if not found.ways:
        raise StreetsError("no_streets", "the extract holds no street that a vehicle may drive")
    return found


_OF_DRIVING = osmium.filter.KeyFilter("highway", "barrier", "route", "type")


def _take(item: object, found: Extract, size: Size) -> None:
    if isinstance(item, osmium.osm.Node):
        tags = dict(item.tags)
        if blocks(tags, size):
            found.blocked.add(item.id)
        if tags.get("highway") in MADE_FOR_TURNING:
            found.turning.add(item.id)
    elif isinstance(item, osmium.osm.Way):
        corners = [(each.ref, (each.location.lat, each.location.lon)) for each in item.nodes if each.location.valid()]
        tags = dict(item.tags)
        how = driving(tags, metres_along([at for _, at in corners]), size)
        if how is not None and len(corners) > 1:
            found.places.update(corners)
            found.ways.append(Way(item.id, tuple(ref for ref, _ in corners), tags.get("name", tags.get("ref", "")), how))
    elif isinstance(item, osmium.osm.Relation) and item.tags.get("type") == "restriction":
        told = restriction(dict(item.tags), ((each.type, each.ref, each.role) for each in item.members), size)
        if told is not None:
            found.restrictions.append(told)


def metres_along(line: Sequence[LatLon]) -> float:
    """The length of a line of points, each step on a plane of its own latitude."""
    steps = zip(line, line[1:], strict=False)
    return sum(
        EARTH_M_PER_DEGREE * math.hypot(lat - lat0, (lon - lon0) * math.cos(math.radians(lat0)))
        for (lat0, lon0), (lat, lon) in steps
    )
