"""Frames sent and missing, counted from the raw frames and kept: what is counted stays when the raw frames have gone."""

from collections.abc import Iterator
from datetime import UTC, date
from itertools import groupby
from operator import itemgetter

from streets.frames.days import days
from streets.frames.heard import Heard, each_once
from streets.frames.runs import Frame
from streets.store import frames
from streets.store.database import Connection
from streets.store.frames import FrameDay, HeardFrame, Stretch

# Who names sessions in which LoRaWAN counts from 0. LORIOT names none, and direct devices begin where they like; so do Xovis'.
SESSIONS_BEGIN_AT_0 = frozenset({"tts", "chirpstack", "thingpark"})

# Whose numbers may begin again at any time, so that their own time is what tells frames apart.
NUMBERS_AGAIN_AT_ANY_TIME = frozenset({"direct"})

DEVICES_AT_ONCE = 200


def count_frames(conn: Connection) -> int:
    """Count the frames of every device that something came from since the last time; return how many devices that were."""
    lines = frames.changed_lines(conn)
    stretches = frames.stretches(conn, lines)
    frames.keep_frame_days(conn, stretches, _counted(conn, stretches))
    frames.mark_counted(conn, lines)
    return len(stretches)


def frame_days(conn: Connection, first: date, last: date) -> list[FrameDay]:
    """Frames sent and missing on the days from `first` to `last`, with what came since they were last counted."""
    # What is still to be counted is asked first: should the job do it in between, it is counted again, and to the same end.
    stretches = frames.stretches(conn, frames.changed_lines(conn))
    kept = frames.frame_days(conn, first, last)
    since = {(each.source, each.device): each.since for each in stretches}
    stand = [each for each in kept if each.day < since.get((each.source, each.device), date.max)]
    return stand + [each for each in _counted(conn, stretches) if first <= each.day <= last]


def _counted(conn: Connection, stretches: list[Stretch]) -> Iterator[FrameDay]:
    """The days of each device; so many devices at a time as leave memory for anything else."""
    for start in range(0, len(stretches), DEVICES_AT_ONCE):
        yield from _counted_at_once(conn, stretches[start : start + DEVICES_AT_ONCE])


def _counted_at_once(conn: Connection, stretches: list[Stretch]) -> list[FrameDay]:
    by_device = itemgetter(0, 1)
    heard = {
        (source, device): each_once(map(_heard, came), source in NUMBERS_AGAIN_AT_ANY_TIME)
        for (source, device), came in groupby(frames.heard_frames(conn, stretches), key=by_device)
    }
    return [
        frames.frame_day(each.source, each.device, day)
        for each in stretches
        for day in days(heard.get((each.source, each.device), []), each.before, each.since, each.source in SESSIONS_BEGIN_AT_0)
    ]


def _heard(came: HeardFrame) -> Heard:
    return Heard(Frame(came.session, came.f_cnt, came.at.astimezone(UTC)), came.is_refused, came.has_time)
