"""Devices that speak for themselves on the council's own topics.

{"model": "ldds75", "observed_at": "2026-11-22T10:00:00Z", "seq": 7, "port": 2, "payload": "<base64>"}
{"model": "direct-bin", "observed_at": "2026-11-22T10:00:00Z", "seq": 8, "reading": {"distance_mm": 640}}

Identity: seq, counted by the device, and the device's own time, because seq may begin again when it restarts. `council`
and `device` may be said in the message too, and must then be the topic's.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec.json import Decoder

from ingest.envelopes.parts import Port, base64_bytes, shaped, told_time
from ingest.uplink import EnvelopeError, Uplink


class Message(Struct, forbid_unknown_fields=True, gc=False):
    """A frame of bytes, or a reading in JSON."""

    model: Annotated[str, Meta(min_length=1, max_length=64)]
    observed_at: str
    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    port: Port | None = None
    payload: str | None = None
    reading: Raw = Raw()
    council: str | None = None
    device: str | None = None


MESSAGE = Decoder(Message)


def unwrap(council: str, device: str, raw: bytes, _received_at: datetime) -> Uplink:
    """The uplink of the device (council/name) that may publish on its topic."""
    message = shaped(raw, MESSAGE)
    if (message.council is not None and message.council != council) or (
        message.device is not None and message.device != device.partition("/")[2]
    ):
        raise EnvelopeError("topic_mismatch", f"The topic names {device!r}; the message names another council or device.")
    observed_at = told_time(message.observed_at)
    if observed_at is None:
        raise EnvelopeError("bad_time", f"observed_at is {message.observed_at[:40]!r}: the device does not know the time.")
    return Uplink(
        source="direct",
        kind="up",
        device=device,
        council=council,
        session="",
        f_cnt=message.seq,
        f_port=message.port,
        payload=_payload(message),
        observed_at=observed_at,
        time_source="device",
        model=message.model,
    )


def _payload(message: Message) -> bytes:
    reading = bytes(message.reading)
    if (message.payload is not None) == bool(reading):
        raise EnvelopeError("bad_payload", "The message must have either payload or reading.")
    return reading or base64_bytes(message.payload or "", "payload")
