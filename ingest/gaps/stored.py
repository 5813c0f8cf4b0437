"""What an answer of The Things Stack's store holds: a line an uplink, {"result": {…}}, with empty lines between.

The result is what was sent by MQTT and webhook. {"error": {…}} is the last line of an answer that breaks off.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from ingest.envelopes import LARGEST_BYTES
from ingest.envelopes.parts import FrameCounter, identifier, told_time
from ingest.uplink import EnvelopeError


class DeviceIds(Struct):
    """Names of the device."""

    device_id: str
    dev_eui: str = ""


class Frame(Struct):
    """The frame's counter, and when the network server received it."""

    f_cnt: FrameCounter = 0
    received_at: str = ""


class Result(Struct):
    """What is read of an uplink here; the journey reads the rest."""

    end_device_ids: DeviceIds
    received_at: str = ""
    uplink_message: Frame | None = None


class Fault(Struct):
    """What went wrong on the server: a gRPC status."""

    code: int = 2
    message: str = ""


class Line(Struct):
    """A line of an answer."""

    result: Raw = Raw(b"")
    error: Fault | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An uplink as the store gave it. `device_id` None: its words could not be read, and `body` is the whole line.

    `received_at` is the application server's time, by which the store looks uplinks up; None where neither server noted one.
    """

    body: bytes
    device_id: str | None = None
    dev_eui: str = ""
    f_cnt: int = 0
    received_at: datetime | None = None


class CutError(ValueError):
    """The answer was cut in the middle of a line."""


def lines(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines in pieces of an answer, and whether each was ended; of one too large for an uplink only its beginning."""
    line, dropping = bytearray(), False
    for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for part in ended:
            if not dropping:
                yield bytes((line + part)[: LARGEST_BYTES + 1]), True
            line, dropping = bytearray(), False
        if not dropping:
            line += rest
        if len(line) > LARGEST_BYTES:
            yield bytes(line[: LARGEST_BYTES + 1]), True
            line, dropping = bytearray(), True
    if line:
        yield bytes(line), False


def told(line: bytes, ended: bool) -> Stored | Fault | None:
    """What a line says; None: nothing, or a comment of the event stream. Raises CutError."""
    words = line.strip().removeprefix(b"data:").strip()
    if not words or words.startswith(b":"):
        return None
    try:
        read = msgspec.json.decode(words, type=Line)
        if read.error is not None:
            return read.error
        result = msgspec.json.decode(read.result, type=Result)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if not ended:
            raise CutError(CutError.__doc__) from error
        return Stored(words)
    frame = result.uplink_message or Frame()
    at = _time(result.received_at) or _time(frame.received_at)
    return Stored(bytes(read.result), result.end_device_ids.device_id, _eui(result.end_device_ids.dev_eui), frame.f_cnt, at)


def fault_in(body: bytes) -> str:
    """What the body of an error says, or the beginning of whatever else it is."""
    try:
        return msgspec.json.decode(body, type=Fault).message
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return body[:200].decode(errors="replace").strip()


def _eui(text: str) -> str:
    """The DevEUI as everywhere else; empty where it is none."""
    try:
        return identifier(text, 8, "dev_eui")
    except EnvelopeError:
        return ""


def _time(text: str) -> datetime | None:
    """A server's time; None where it is not set, which is written as year 1, or not a time."""
    try:
        return told_time(text)
    except EnvelopeError:
        return None
