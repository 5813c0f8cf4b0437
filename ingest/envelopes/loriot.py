"""LORIOT: `rx` as soon as the first gateway heard a frame, and `gw` with all gateways later; both are the same frame.

By MQTT or HTTP, on the same topic. A device whose AppSKey LORIOT has not comes with `encdata` in place of `data`.

Identity: fcnt and, because LORIOT names no session, the UTC day of its `ts`, so that a counter which begins again after a
join is not taken for a repeat of an older frame. Time: `ts`, milliseconds by the network server.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.json import Decoder

from ingest.envelopes.parts import (
    FrameCounter,
    Port,
    UnixMs,
    best_time,
    encrypted,
    fingerprint,
    hex_bytes,
    identifier,
    kind_of,
    shaped,
    unix_time,
)
from ingest.uplink import Uplink

FRAMES = ("rx", "gw")


class Hearing(Struct, gc=False):
    """One gateway's hearing of the frame."""

    time: str | None = None


class Message(Struct, gc=False):
    """`cmd` says which event it is; `data` is hexadecimal."""

    cmd: Annotated[str, Meta(pattern="^[a-z_]{1,16}$")]
    eui: str | None = field(default=None, name="EUI")
    ts: UnixMs | None = None
    fcnt: FrameCounter = 0
    port: Port | None = None
    data: str | None = None
    encdata: str | None = None
    gws: list[Hearing] | None = None


MESSAGE = Decoder(Message)


def unwrap(raw: bytes, received_at: datetime) -> Uplink:
    """The uplink or event of a message on an application's topic."""
    message = shaped(raw, MESSAGE)
    device = identifier(message.eui, 8, "EUI")
    network_at = unix_time(message.ts)
    if network_at is not None:
        observed_at, time_source = network_at, "network"
    else:
        observed_at, time_source = best_time(received_at, (), (hearing.time for hearing in message.gws or []))
    is_frame = message.cmd in FRAMES
    if is_frame and message.encdata and not message.data:
        raise encrypted("LORIOT")
    return Uplink(
        source="loriot",
        kind=kind_of(message.port) if is_frame else message.cmd,
        device=device,
        session=(network_at.date().isoformat() if network_at else "") if is_frame else fingerprint(raw),
        f_cnt=message.fcnt if is_frame else 0,
        f_port=message.port if is_frame else None,
        payload=hex_bytes(message.data or "", "data") if is_frame else b"",
        observed_at=observed_at,
        time_source=time_source,
    )
