"""One message as the journey carries it, whichever network it came by."""

from datetime import datetime

from msgspec import Struct


class Uplink(Struct, frozen=True, kw_only=True, gc=False):
    """What an envelope held. `payload` is the device's bytes; for models without bytes it is the JSON of their `reading`.

    `source` is tts, chirpstack, loriot, thingpark, direct, xovis or phone. `kind` is up, bump, coverage, or the network's
    word for another event (join, status, log, ack …; mac: a frame without port, which holds nothing of the device's), which
    is kept and decodes to nothing. `device` is the DevEUI in 16 lower-case hexadecimal digits, council/device of a direct
    topic, or council/phone/token. `session` and `f_cnt` identify the frame within the device's life. `observed_at` is
    the best time the envelope knows, `time_source` (device, network, gateway, received) says whose; `received` is our
    own time of receipt, which differs between copies of one frame and so is no part of its identity.
    """

    source: str
    kind: str
    device: str
    session: str
    f_cnt: int
    f_port: int | None
    payload: bytes
    observed_at: datetime
    time_source: str
    model: str | None = None
    council: str | None = None
    note: str | None = None


class Reject(Struct, frozen=True, gc=False):
    """Why a message was not stored. `reason` is a word to count by, `detail` a sentence for a person."""

    reason: str
    detail: str
    device: str | None = None
    council: str | None = None


class EnvelopeError(ValueError):
    """The message is not what its topic promises; `reason` is the word to count by."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
