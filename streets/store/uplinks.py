"""Frames, added to the store: each transmission once, whatever comes again (decision 22)."""

import logging
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from streets.frames.heard import COPIES_WITHIN
from streets.log import SPARING
from streets.store.copying import packed_rows, together
from streets.store.database import Connection, execute, sql, value
from streets.store.staging import add, stage


class UplinkRow(NamedTuple):
    """A frame as received: the columns of `uplink`; the first five are its identity."""

    device: str
    session: str
    f_cnt: int
    source: str
    occurrence: int
    kind: str
    f_port: int | None
    payload: bytes
    observed_at: datetime
    time_source: str
    received_at: datetime
    device_id: int | None
    readings: int
    note: str | None


# The types of the columns, in the order in which they are copied: the key comes first, so that packed rows sort by it.
TIME = "timestamptz"
UPLINK = ("text", "text", "int8", "text", "int8", "text", "int2", "bytea", TIME, "text", TIME, "int4", "int2", "text")

KEY = itemgetter(slice(0, 5))
SESSION = attrgetter("device", "session", "source")
TIME_OF = itemgetter(0)
Session = tuple[str, str, str]
Counted = tuple[datetime, int]
FRAMES = ("up", "mac")
# A device that repeats one counter for ever is not remembered for ever.
DOUBTFUL_AT_MOST = 10

log = logging.getLogger(__name__)


def packed_uplinks(frames: Sequence[UplinkRow]) -> list[bytes]:
    """Each frame as COPY takes it. Raises NotStorable."""
    return packed_rows(UPLINK, frames)


def add_uplinks(conn: Connection, frames: Sequence[UplinkRow], packed: Sequence[bytes]) -> list[bool]:
    """Store the frames (`packed`: each as COPY takes it) that are new; tell of each whether it was.

    A frame whose key is taken is a copy, unless it has other bytes, or the same at another time and the counter fell in between.
    """
    # Mostly all are new, and nothing needs to be asked of them one by one.
    if not frames or add(conn, "uplink", together(packed)):
        return [True] * len(frames)
    first = dict(zip(map(KEY, reversed(frames)), zip(reversed(frames), reversed(packed), strict=True), strict=True))
    stage(conn, "uplink", together(raw for _, raw in first.values()))
    stored = _keys(conn, "keep_staged_uplink")
    beside = [row for row in frames if not _is_copy(first[KEY(row)][0], row)]
    beside += [first[key][0] for key in _keys(conn, "staged_beside_kept", copies_within=COPIES_WITHIN)]
    new = {id(first[key][0]) for key in stored} | {id(row) for row in beside if _keep_beside(conn, row)}
    return [id(row) in new for row in frames]


def keep_restarted(conn: Connection, frames: Sequence[UplinkRow]) -> list[UplinkRow]:
    """Those copies in doubt that these frames, kept or not, show to be frames of their own: each is stored by this."""
    told = [row for row in frames if row.kind in FRAMES and row.source != "direct"]
    if not told or not value(conn, "any_doubtful_copy"):
        return []
    came: dict[Session, list[Counted]] = defaultdict(list)
    for row in told:
        came[SESSION(row)].append((row.observed_at, row.f_cnt))
    for counted in came.values():
        counted.sort()
    return [row for row in _doubtful_around(conn, came) if _keep_beside(conn, row)]


def _doubtful_around(conn: Connection, came: Mapping[Session, list[Counted]]) -> list[UplinkRow]:
    """The copies in doubt that have a frame of another counter between them and a kept one. Thousands meet thousands here."""
    devices, sessions, sources = zip(*came, strict=True)
    stretches = {
        "devices": list(devices),
        "sessions": list(sessions),
        "sources": list(sources),
        "firsts": [counted[0][0] for counted in came.values()],
        "lasts": [counted[-1][0] for counted in came.values()],
    }
    found = ((UplinkRow(*row), since, until) for *row, since, until in _keys(conn, "doubtful_copies_around", **stretches))
    between = (row for row, since, until in found if _has_other_between(came[SESSION(row)], row.f_cnt, since, until))
    return list(dict.fromkeys(between))


def _has_other_between(counted: list[Counted], f_cnt: int, since: datetime, until: datetime) -> bool:
    """Whether one of the frames, in order of time, lies between two times and has another counter."""
    first, end = bisect_right(counted, since, key=TIME_OF), bisect_left(counted, until, key=TIME_OF)
    return any(other != f_cnt for _, other in islice(counted, first, end))


def _is_copy(kept: UplinkRow, row: UplinkRow) -> bool:
    """Whether two frames of one key are one transmission, as far as the two alone can tell; the network's events always are."""
    same_bytes = (kept.f_port, kept.payload) == (row.f_port, row.payload)
    same_time = "received" in (kept.time_source, row.time_source) or abs(kept.observed_at - row.observed_at) <= COPIES_WITHIN
    return kept is row or row.kind not in FRAMES or (same_bytes and same_time)


def _keys(conn: Connection, query: str, **values: object) -> list[tuple[Any, ...]]:
    return conn.execute(sql(query), values).fetchall()


def _keep_beside(conn: Connection, row: UplinkRow) -> bool:
    """Keep one more frame of a counter that is taken, and note why there are several; whether it was new.

    A copy that has another time is remembered: a frame that comes later may show that it was none.
    """
    counter = {"device": row.device, "session": row.session, "f_cnt": row.f_cnt, "source": row.source}
    execute(conn, "lock_counter", **counter)
    if not execute(conn, "keep_beside", copies_within=COPIES_WITHIN, **row._asdict()):
        execute(conn, "doubt_copy", copies_within=COPIES_WITHIN, most=DOUBTFUL_AT_MOST, **row._asdict())
        return False
    execute(conn, "flag_counter", **counter)
    if SPARING.may_say("counter_conflict"):
        log.warning("a counter stands on several frames", extra=counter | {"reason": "counter_conflict"})
    return True
