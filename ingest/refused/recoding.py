"""Kept frames decoded again by a decoder that was mended: their old readings are replaced, never doubled.

A reading has no name of its frame, but the moment at which its message came, to the microsecond: a device's readings of that
moment are what its frames of that moment said. What they say now is compared with it; what differs is taken away or put in.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ingest.journey import decoded_again
from ingest.outcome import Kept, Outcome
from ingest.registry import Post
from ingest.rows import device_restarts, device_words, kept_uplink
from streets.store import raw_frames
from streets.store.database import Connection
from streets.store.device_words import keep_words
from streets.store.intervals import keep_restarts
from streets.store.raw_frames import DeviceReading
from streets.store.readings import REVISABLE, CountRow, LevelRow, add_readings, last_told
from streets.store.uplinks import UplinkRow

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Recoded:
    """What came of some frames, the last of them received at `last`: readings taken away and put in.

    `mute` are those frames that say nothing now that can be kept.
    """

    last: datetime
    frames: int
    removed: int
    added: int
    mute: int


def recode(conn: Connection, device: str, post: Post, since: datetime | None, after: datetime | None) -> Recoded | None:
    """Decode the next kept frames of a device again: received `since` then, and `after` that. None: there are no more."""
    frames = raw_frames.frames(conn, device, since, after, CHUNK)
    begins = raw_frames.begin(conn, device, since)
    if not frames or begins is None:
        return None
    outcomes = [decoded_again(kept_uplink(row), row.received_at, post) for row in frames]
    removed, added = _replace(conn, post.device_id, {row.received_at for row in frames}, _told(outcomes), begins)
    keep_words(conn, device_words(outcomes))
    keep_restarts(conn, device_restarts(outcomes))
    noted = [_noted(row, outcome) for row, outcome in zip(frames, outcomes, strict=True)]
    raw_frames.note_decoded(conn, [new for row, new in zip(frames, noted, strict=True) if new != row])
    return Recoded(frames[-1].received_at, len(frames), removed, added, sum(not row.readings for row in noted))


def _told(outcomes: Iterable[Outcome]) -> list[DeviceReading]:
    kept = (outcome.readings for outcome in outcomes if isinstance(outcome, Kept))
    return [reading for readings in kept for reading in readings if isinstance(reading, LevelRow | CountRow)]


def _replace(
    conn: Connection, device_id: int, received_at: set[datetime], told: list[DeviceReading], begins: datetime
) -> tuple[int, int]:
    """Take away what these moments' frames do not say and put in what they do; how many of each."""
    new = {_identity(reading): reading for reading in reversed(told)} | {
        _identity(reading): reading
        for reading in last_told(each for each in told if isinstance(each, CountRow) and each.content == REVISABLE)
    }
    standing = raw_frames.readings(conn, device_id, received_at, {_moment(reading) for reading in told})
    wrong = [old for old in standing if old.received_at in received_at and not _same(old, new.get(_identity(old)))]
    wrong += _outweighed(standing, told, begins)
    right = {_identity(old) for old in standing} - {_identity(old) for old in wrong}
    missing = [reading for identity, reading in new.items() if identity not in right]
    raw_frames.remove_readings(conn, device_id, wrong)
    add_readings(conn, missing)
    if wrong or missing:
        raw_frames.touch_recoded(conn, device_id, min(map(_moment, [*wrong, *missing])))
    return len(wrong), len(missing)


def _outweighed(standing: Iterable[DeviceReading], told: Iterable[DeviceReading], begins: datetime) -> list[DeviceReading]:
    """Counts of a period that came before the frames that are decoded, which tell it otherwise from the device's memory.

    They were the first to tell it, so the frame that repeated it has no reading of its own: both would be summed.
    """
    new = {(each.period_start, each.line): each.content for each in told if isinstance(each, CountRow) and each.period_s}
    return [
        old
        for old in standing
        if isinstance(old, CountRow)
        and old.period_s
        and old.received_at < begins
        and new.get((old.period_start, old.line), old.content) != old.content
    ]


def _identity(reading: DeviceReading) -> tuple[object, ...]:
    return reading[:3] if isinstance(reading, LevelRow) else reading[:4]


def _moment(reading: DeviceReading) -> datetime:
    return reading.observed_at if isinstance(reading, LevelRow) else reading.period_start


def _same(old: DeviceReading, new: DeviceReading | None) -> bool:
    """Whether two readings say the same."""
    return new is not None and all(map(_equal, old, new))


def _equal(old: object, new: object) -> bool:
    """Whether two values are the same in the precision in which the store keeps them: of fractions, single."""
    if isinstance(old, float) and isinstance(new, int | float):
        return struct.pack("f", old) == struct.pack("f", new)
    return old == new


def _noted(row: UplinkRow, outcome: Outcome) -> UplinkRow:
    """The frame with what is to be noted of it now; what its network or its counter gave cause to note stays."""
    lasting = [note for note in (row.note or "").split("; ") if note in ("simulated", "revised") or note.startswith("counter_")]
    if isinstance(outcome, Kept):
        said, readings = outcome.uplink.note, len(outcome.readings)
    else:
        said, readings = outcome.reject.reason, 0
    return row._replace(readings=readings, note="; ".join([*([said] if said else []), *lasting]) or None)
