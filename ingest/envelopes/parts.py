"""The parts that every envelope is made of: JSON of a known shape, identifiers, payloads and times."""

import re
from binascii import a2b_base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated, TypeVar

import msgspec
from msgspec.json import Decoder

from ingest.uplink import EnvelopeError

FIRST_YEAR = 2000  # networks write an unset time as year 1 or 1970
DEVICES_AT_HAND = 32_768
GATEWAY_TRUST = timedelta(minutes=5)
COUNCIL = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
OWN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
LAST_MS = 253_402_300_799_999  # the end of year 9999

FrameCounter = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=255)]
UnixMs = Annotated[int, msgspec.Meta(ge=0, le=LAST_MS)]
Shape = TypeVar("Shape")


def shaped(message: bytes, shape: Decoder[Shape]) -> Shape:
    """The message as what `shape` decodes. Raises EnvelopeError bad_json saying what is wrong and where."""
    try:
        return shape.decode(message)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise EnvelopeError("bad_json", f"The message is not the JSON that its topic promises: {wrong}.") from wrong


@lru_cache(maxsize=2 * DEVICES_AT_HAND)
def identifier(text: str | None, length: int, name: str) -> str:
    """An EUI or address of `length` bytes in lower-case hexadecimal; older servers write base64. Raises bad_device."""
    if text and re.fullmatch(f"[0-9A-Fa-f]{{{2 * length}}}", text):
        return text.lower()
    try:
        raw = a2b_base64(text or "", strict_mode=True)
    except ValueError:
        raw = b""
    if not text:
        raise EnvelopeError("bad_device", f"The message has no {name}.")
    if len(raw) != length:
        raise EnvelopeError("bad_device", f"The message's {name} is {text[:40]!r}, not {length} bytes.")
    return raw.hex()


def base64_bytes(text: str, name: str) -> bytes:
    """The bytes of a base64 text. Raises EnvelopeError bad_payload."""
    try:
        return a2b_base64(text, strict_mode=True)
    except ValueError as wrong:
        raise EnvelopeError("bad_payload", f"{name} is not base64: {wrong}.") from wrong


def hex_bytes(text: str, name: str) -> bytes:
    """The bytes of a hexadecimal text. Raises EnvelopeError bad_payload."""
    try:
        return bytes.fromhex(text)
    except ValueError as wrong:
        raise EnvelopeError("bad_payload", f"{name} is not hexadecimal: {wrong}.") from wrong


def encrypted(network: str) -> EnvelopeError:
    """The network has not the device's key, and passes on what the device's makers alone can read."""
    return EnvelopeError("encrypted", f"{network} passes the bytes on encrypted: give it the device's AppSKey.")


def unix_time(ms: int | None) -> datetime | None:
    """A network's time in milliseconds since 1970; None where it is absent or unset."""
    if ms is None:
        return None
    at = datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
    return at if at.year >= FIRST_YEAR else None


def told_time(text: str | None) -> datetime | None:
    """A network's time to the microsecond, in UTC; None where it is absent or unset. Raises EnvelopeError bad_time."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError("no zone")
        if at.year < FIRST_YEAR:
            return None
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise EnvelopeError("bad_time", f"{text[:40]!r} is not an ISO 8601 time with zone.") from wrong


def best_time(received_at: datetime, network: Iterable[str | None], gateway: Iterable[str | None] = ()) -> tuple[datetime, str]:
    """The time of highest authority and whose it is: network, gateway (if within five minutes of receipt), or received."""
    for text in network:
        at = told_time(text)
        if at is not None:
            return at, "network"
    for text in gateway:
        at = told_time(text)
        if at is not None and abs(at - received_at) <= GATEWAY_TRUST:
            return at, "gateway"
    return received_at, "received"


def kind_of(port: int | None) -> str:
    """`up`, or `mac` where a LoRaWAN frame has no port or port 0: it holds the network's own words, none of the device's."""
    return "up" if port else "mac"


def fingerprint(message: bytes) -> str:
    """Stands for the session of an event that has no frame counter: the same event twice is one, another is another."""
    return blake2b(message, digest_size=16).hexdigest()


def own_council(council: str) -> str:
    """The council whose own topic it is. Raises EnvelopeError bad_topic."""
    if not COUNCIL.fullmatch(council):
        raise EnvelopeError("bad_topic", f"{council[:40]!r} is no council's code.")
    return council


def own_name(council: str, name: str) -> str:
    """council/name of a device on the council's own topics. Raises EnvelopeError bad_topic."""
    if not COUNCIL.fullmatch(council) or not OWN_NAME.fullmatch(name):
        raise EnvelopeError("bad_topic", f"{council[:40]!r}/{name[:40]!r} is no council's code and device's name.")
    return f"{council}/{name}"
