"""The journey of a message, to be read from top to bottom: unwrap, recognise, decode, place, check, keep.

Nothing here reads or writes anything: a message and the registry go in, what to keep or refuse comes out.
"""

from datetime import datetime

from ingest import checks
from ingest.envelopes import unwrap
from ingest.outcome import PHONE_KINDS, Frame, Kept, Message, Outcome, Refused
from ingest.registry import Post, Registry
from ingest.rows import count_row, level_row, phone_row, told_row, uplink_row
from ingest.uplink import EnvelopeError, Reject, Uplink
from sensors.codec import UnknownModel, decode
from sensors.readings import BumpReading, CountReading, CoverageReading, Decoded, DecodeError, LevelReading, Reading, UnknownPort
from streets.store.readings import ReadingRow

STREET_READINGS = (LevelReading, CountReading)
PHONE_READINGS = (BumpReading, CoverageReading)


def process(message: Message, registry: Registry) -> list[Outcome]:
    """What becomes of each frame of the message: at least one outcome, and never an exception."""
    try:
        return _unwrapped(message, registry)
    except Exception as fault:  # noqa: BLE001 our own fault in one message must not stop the others; it can be replayed
        reject = Reject("our_fault", f"{type(fault).__name__}: {fault}. Mend the code, then replay.")
        return [Refused(message, speaker(message.topic), "", reject)]


def decoded_again(uplink: Uplink, received_at: datetime, post: Post) -> Outcome:
    """What becomes of a device's frame that was kept, read by the decoder and the records of now."""
    return _device(Frame(Message("", b"", received_at), uplink, 0), post)


def speaker(topic: str) -> str:
    """Who speaks on the topic, as far as the topic alone tells."""
    match topic.split("/"):
        case ["v3", *_]:
            return "tts"
        case ["application", *_]:
            return "chirpstack"
        case ["loriot", *_]:
            return "loriot"
        case ["streets", "v1", _, "phone", *_]:
            return "phone"
        case ["streets", "v1", _, "cloud", _, _]:
            return "cloud"
        case ["streets", "v1", _, "thingpark", _, *_]:
            return "thingpark"
        case ["streets", "v1", _, _, "xovis"]:
            return "xovis"
        case ["streets", "v1", *_]:
            return "direct"
    return "unknown"


def _unwrapped(message: Message, registry: Registry) -> list[Outcome]:
    """Unwrap: the frames that the message holds."""
    try:
        uplinks = unwrap(message.topic, message.body, message.received_at)
    except EnvelopeError as error:
        return [Refused(message, speaker(message.topic), "", Reject(error.reason, str(error)))]
    return [_recognised(Frame(message, uplink, place), registry) for place, uplink in enumerate(uplinks)]


def _recognised(frame: Frame, registry: Registry) -> Outcome:
    """Recognise: who speaks, and may it."""
    uplink = frame.uplink
    if refusal := checks.frame(uplink) or checks.time(uplink.observed_at, frame.message.received_at):
        return frame.refused(refusal)
    if uplink.kind in PHONE_KINDS:
        if uplink.council is None or not registry.serves(uplink.council):
            return frame.refused(checks.unserved(uplink))
        return _phone(frame, uplink.council)
    post = registry.find(uplink.device)
    if post is None:
        return frame.refused(checks.unregistered(uplink))
    if refusal := checks.sender(uplink, post):
        return frame.refused(refusal)
    if uplink.kind != "up":
        return Kept(frame.message, uplink_row(frame, post.device_id, 0, uplink.note))
    return _device(frame, post)


def _decoded(frame: Frame, model: str) -> Decoded | Reject:
    """Decode: what the bytes say."""
    try:
        return decode(model, frame.uplink.payload, frame.uplink.f_port)
    except UnknownModel as error:
        return Reject("unknown_model", str(error))
    except UnknownPort as error:
        return Reject("unknown_port", str(error))
    except DecodeError as error:
        return Reject("undecodable", str(error))


def _device(frame: Frame, post: Post) -> Outcome:
    """Keep: a device's frame with those of its readings that can be true; refused when none of them can."""
    decoded = _decoded(frame, post.model)
    if isinstance(decoded, Reject):
        return frame.refused(decoded)
    rows: list[ReadingRow] = []
    refusals: list[Reject] = []
    for reading in decoded.readings:
        placed = _placed(frame, post, reading)
        if isinstance(placed, Reject):
            refusals.append(placed)
        else:
            rows.append(placed)
    if refusals and not rows:
        return frame.refused(refusals[0])
    note, part = frame.uplink.note, None
    if decoded.refused or refusals:
        notes = (note, decoded.refused, *(refusal.reason for refusal in refusals))
        note = "; ".join(each for each in notes if each)
        part = frame.refused(refusals[0]) if refusals else None
    return Kept(
        frame.message, uplink_row(frame, post.device_id, len(rows), note), tuple(rows), part, decoded.about, decoded.restarted
    )


def _placed(frame: Frame, post: Post, reading: Reading) -> ReadingRow | Reject:
    """Place and check: where the device stood at that time, and whether it could have seen this there."""
    if not isinstance(reading, STREET_READINGS):
        return Reject("wrong_model", f"A {post.model} stands in a street, and cannot tell what a phone tells.")
    observed_at, time_source = frame.uplink.observed_at, frame.uplink.time_source
    if reading.observed_at is not None:
        observed_at, time_source = reading.observed_at, "device"
        if refusal := checks.time(observed_at, frame.message.received_at):
            return refusal
    installation = post.installed(observed_at, None if isinstance(reading, LevelReading) else reading.line)
    if installation is None:
        return checks.nowhere(post, observed_at, reading)
    if refusal := checks.values(reading, installation):
        return refusal
    if isinstance(reading, LevelReading):
        return level_row(reading, frame, post.device_id, observed_at, time_source)
    return count_row(reading, frame, post.device_id, observed_at, time_source, installation)


def _phone(frame: Frame, council: str) -> Outcome:
    """Keep: what a phone told."""
    decoded = _decoded(frame, f"phone-{frame.uplink.kind}")
    if isinstance(decoded, Reject):
        return frame.refused(decoded)
    rows = []
    for reading in decoded.readings:
        if not isinstance(reading, PHONE_READINGS):
            return frame.refused(Reject("wrong_model", "A phone tells bumps and coverage only."))
        told_at = reading.hour_start if isinstance(reading, BumpReading) else reading.week_start
        if refusal := checks.time(told_at, frame.message.received_at):
            return frame.refused(refusal)
        rows.append(phone_row(reading, frame, council))
    return Kept(frame.message, told_row(frame, len(rows)), tuple(rows))
