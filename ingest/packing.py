"""Frames packed for the store ahead of their turn: while it is busy with others, and while they are in the processor's cache."""

from collections.abc import Iterable
from itertools import chain, islice

from ingest.outcome import Kept
from streets.store.readings import packed_readings
from streets.store.uplinks import packed_uplinks


def pack(frames: Iterable[Kept]) -> None:
    """Pack those frames, with their readings, that are not packed yet. Raises NotStorable."""
    unpacked = [frame for frame in frames if not frame.packed]
    if not unpacked:
        return
    uplinks = packed_uplinks([frame.uplink for frame in unpacked])
    readings = iter(packed_readings(list(chain.from_iterable(frame.readings for frame in unpacked))))
    for frame, uplink in zip(unpacked, uplinks, strict=True):
        frame.packed = (uplink, *islice(readings, len(frame.readings)))
