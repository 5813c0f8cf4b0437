"""The frame counters of what is refused: kept within bounds of their own, so that no storm makes what came look lost."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC

from ingest.outcome import Refused
from ingest.refused.bounds import FrameRoom, frames_at_most
from streets.settings import reject_budget_bytes_of
from streets.store import refused_frames
from streets.store.copying import microseconds
from streets.store.database import Connection
from streets.store.ledger import Line
from streets.store.refused_frames import FrameKey, RefusedFrame, Told

NO_TIME = 0
Came = dict[FrameKey, tuple[Line, RefusedFrame]]


def keep_counters(conn: Connection, refused: Iterable[Refused], nameless: Collection[Line]) -> None:
    """Keep the numbers of refused frames; messages of `nameless` lines, or for which there is no room, are counted as untold."""
    came: Came = {}
    times: Counter[FrameKey] = Counter()
    untold: Counter[Line] = Counter()
    for each in refused:
        if each.session is None or each.f_cnt is None or not each.device:
            continue
        line = Line(each.message.received_at.astimezone(UTC).date(), each.source, each.device)
        if line in nameless:
            untold[line._replace(device="")] += 1
        else:
            frame = _frame(each, each.session, each.f_cnt)
            came.setdefault(frame.key, (line, frame))
            times[frame.key] += 1
    fresh = _fresh(conn, came)
    kept = _within_room(conn, fresh)
    told = Counter(line for line, _ in kept.values())
    for key in fresh.keys() - kept.keys():
        untold[fresh[key][0]] += times[key]
    lines = {line: Told(told[line], untold[line]) for line in told.keys() | untold.keys()}
    if lines:
        refused_frames.keep(conn, [frame for _, frame in kept.values()], lines)


def _frame(refused: Refused, session: str, f_cnt: int) -> RefusedFrame:
    received_at = refused.message.received_at
    occurrence = NO_TIME if refused.observed_at is None else microseconds(refused.observed_at)
    key = FrameKey(refused.device, session, f_cnt, refused.source, occurrence)
    return RefusedFrame(key, refused.observed_at or received_at, received_at)


def _fresh(conn: Connection, came: Came) -> Came:
    """What of it is not kept yet."""
    known = refused_frames.kept(conn, came) if came else set()
    return {key: frame for key, frame in came.items() if key not in known}


def _within_room(conn: Connection, fresh: Came) -> Came:
    if not fresh:
        return {}
    rooms = refused_frames.rooms(conn, {line for line, _ in fresh.values()})
    days = {(day, source): told for day, source, told in refused_frames.told_by_day(conn)}
    used = FrameRoom({line: room.told for line, room in rooms.items()}, days, frames_at_most(reject_budget_bytes_of()))
    return {key: (line, frame) for key, (line, frame) in fresh.items() if used.take(line, rooms[line].registered)}
