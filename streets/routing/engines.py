"""Which engine knows a council's streets: ours, on its own extract, or an OSRM server; never one in place of the other."""

import inspect
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from streets.network import (
    access,
    conditions,
    driving,
    extract,
    graph,
    joined,
    kerbs,
    links,
    placed,
    restrictions,
    streets,
    travel,
    turns,
)
from streets.network.access import Size
from streets.network.extract import LatLon
from streets.network.placed import Engine
from streets.routing.osrm import Osrm
from streets.routing.osrm_line import OsrmLine

OURS = (access, conditions, driving, extract, graph, joined, kerbs, links, placed, restrictions, streets, travel, turns)
RULES = sha256("".join(inspect.getsource(module) for module in OURS).encode()).hexdigest()[:16]
"""The rules that our engine goes by, as a digest of its code: who changes one need not think of what was kept under it. It is
read with the code: a process goes on with the old rules when newer files are put in their place."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An engine, and what its answers rest on; None where they may change without anybody being told, so that none are kept."""

    engine: Engine
    basis: str | None


def chosen(osm_pbf: bytes, osrm_url: str | None, near: LatLon, size: Size) -> Chosen:
    """The engine for a council's streets and vehicles of a size; an OSRM server has its own size in its data.

    `near` is a point that such a server can be asked of. Raises StreetsError.
    """
    if osrm_url is None:
        return Chosen(_ours(osm_pbf, size), f"ours {RULES} {sha256(osm_pbf).hexdigest()}")
    line = OsrmLine(osrm_url)
    line.asked("nearest", [near], number="1")
    return Chosen(Osrm(line), f"osrm {osrm_url} {line.version}" if line.version else None)


@lru_cache(maxsize=3)
def _ours(osm_pbf: bytes, size: Size) -> Engine:
    """Our engine on an extract; the last ones are held, as vehicles, days, prices and runs of one council follow each other."""
    return travel.Travel(streets.read_streets(osm_pbf, size))
