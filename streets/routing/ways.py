"""Points set on a council's streets, with what is kept of the ways between those that stay."""

from collections.abc import Sequence
from datetime import datetime

from streets.network.access import USUAL, Size
from streets.network.extract import LatLon
from streets.network.placed import Placed
from streets.routing import shelf
from streets.routing.engines import chosen
from streets.routing.known import NOTHING, extended
from streets.store.database import Connection


def placed_on_streets(
    conn: Connection,
    council: str,
    osm_pbf: bytes,
    osrm_url: str | None,
    points: Sequence[LatLon],
    lasting: Sequence[LatLon],
    at: datetime,
    size: Size = USUAL,
) -> Placed:
    """Points on the council's streets, for a vehicle of a size. Raises StreetsError where the engine has no answer.

    The ways between lasting points (bins, tips, depots) are kept, and only those of points not kept before are worked out.
    """
    picked = chosen(osm_pbf, osrm_url, lasting[0], size)
    before = NOTHING if picked.basis is None else shelf.taken(conn, council, size, picked.basis)
    known = extended(picked.engine, before, lasting)
    if picked.basis is not None and set(known.points) != set(before.points):
        shelf.put(conn, council, size, picked.basis, known, at)
    return extended(picked.engine, known, points).of(picked.engine, points)
