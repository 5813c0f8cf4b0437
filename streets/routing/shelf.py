"""Matrices kept in the store from plan to plan. They count only as long as what they rest on is the same.

An int32 matrix is kept byte plane by byte plane and deflated: neighbours differ in their low bytes only, which makes it a tenth
of the work of deflating it as it is, and a smaller result.
"""

import math
import zlib
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from streets.network.access import Size
from streets.network.placed import Stand
from streets.routing.known import NOTHING, Known
from streets.store import street_travel
from streets.store.database import Connection
from streets.store.street_travel import KeptTravel


def taken(conn: Connection, council: str, size: Size, basis: str) -> Known:
    """What is kept of a council for vehicles of a size, nothing where it rests on anything but `basis`."""
    kept = street_travel.kept(conn, council, _words(size), basis)
    if kept is None:
        return NOTHING
    n = len(kept.lats)
    spans = zip(kept.open_from_s, kept.open_until_s, strict=True)
    hours = [None if start is None or end is None else (start, end) for start, end in spans]
    off_m = [math.inf if off is None else off for off in kept.off_m]
    stands = tuple(Stand(*each) for each in zip(off_m, hours, strict=True))
    return Known(tuple(zip(kept.lats, kept.lons, strict=True)), stands, _unpacked(kept.seconds, n), _unpacked(kept.metres, n))


def put(conn: Connection, council: str, size: Size, basis: str, known: Known, at: datetime) -> None:
    """Keep what is known in place of what was kept."""
    hours = [stand.hours or (None, None) for stand in known.stands]
    kept = KeptTravel(
        lats=[lat for lat, _ in known.points],
        lons=[lon for _, lon in known.points],
        off_m=[stand.off_m if math.isfinite(stand.off_m) else None for stand in known.stands],
        open_from_s=[start for start, _ in hours],
        open_until_s=[end for _, end in hours],
        seconds=_packed(known.seconds),
        metres=_packed(known.metres),
    )
    street_travel.keep(conn, council, _words(size), basis, kept, at)


def _words(size: Size) -> str:
    return f"{size.weight_t:g} t, {size.width_m:g} m wide, {size.height_m:g} m high"


def _packed(matrix: NDArray[np.int32]) -> bytes:
    planes = np.ascontiguousarray(matrix, dtype="<i4").view(np.uint8).reshape(-1, 4).T
    return zlib.compress(planes.tobytes(), level=1)


def _unpacked(told: bytes, n: int) -> NDArray[np.int32]:
    planes = np.frombuffer(zlib.decompress(told), dtype=np.uint8).reshape(4, -1).T
    return np.ascontiguousarray(planes).view("<i4").reshape(n, n)
