"""ChirpStack v4, Helium (which is ChirpStack v4 with hotspots), and the JSON of v3 that older servers publish on the same topic.

v3 writes `devEUI`, by its older JSON in hexadecimal, by its protobuf's JSON in base64, as the device's address; its `error`
is v4's `log`. What gateways are called, and where they stand, differs from network to network and is not read.

Identity: the device address and fCnt (old releases leave 0 out). deduplicationId is new for every late copy, so it
identifies nothing. Time: `time`, which the server has already chosen among GPS, gateway and its own; then nsTime or v3's
publishedAt; then a gateway's.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, field
from msgspec.json import Decoder

from ingest.envelopes.parts import (
    FrameCounter,
    Port,
    base64_bytes,
    best_time,
    encrypted,
    fingerprint,
    identifier,
    kind_of,
    shaped,
)
from ingest.uplink import EnvelopeError, Uplink

EVENTS = ("up", "join", "status", "ack", "txack", "log", "error", "location", "integration")


class DeviceInfo(Struct, rename="camel", gc=False):
    """Names of the device, as v4 writes them."""

    dev_eui: str | None = None


class Hearing(Struct, rename="camel", gc=False):
    """One gateway's hearing of the frame."""

    time: str | None = None
    gw_time: str | None = None
    ns_time: str | None = None


class Message(Struct, rename="camel", gc=False):
    """What events have; `dev_eui_v3` and `published_at` are v3's."""

    device_info: DeviceInfo | None = None
    dev_eui_v3: str | None = field(default=None, name="devEUI")
    dev_addr: str | None = None
    time: str | None = None
    published_at: str | None = None
    f_cnt: FrameCounter = 0
    f_port: Port | None = None
    data: str | None = None
    rx_info: list[Hearing] | None = None
    join_server_context: dict[str, object] | None = None


MESSAGE = Decoder(Message)


def unwrap(dev_eui: str, kind: str, raw: bytes, received_at: datetime) -> Uplink:
    """The uplink or event of kind `kind` that came on the topic of `dev_eui` (lower case)."""
    if kind not in EVENTS:
        raise EnvelopeError("unknown_topic", f"ChirpStack has no event {kind!r}.")
    message = shaped(raw, MESSAGE)
    device = identifier(message.device_info.dev_eui if message.device_info else message.dev_eui_v3, 8, "devEui")
    if dev_eui != device:
        raise EnvelopeError("topic_mismatch", f"The topic names {dev_eui!r}, the message {device!r}.")
    is_frame = kind == "up"
    if is_frame and message.join_server_context:  # it says of which session the key is that ChirpStack has not
        raise encrypted("ChirpStack")
    observed_at, time_source = best_time(received_at, _network_times(message), _gateway_times(message))
    return Uplink(
        source="chirpstack",
        kind=kind_of(message.f_port) if is_frame else kind,
        device=device,
        session=_address(message) if is_frame else fingerprint(raw),
        f_cnt=message.f_cnt if is_frame else 0,
        f_port=message.f_port if is_frame else None,
        payload=base64_bytes(message.data or "", "data") if is_frame else b"",
        observed_at=observed_at,
        time_source=time_source,
    )


def _network_times(message: Message) -> Iterator[str | None]:
    yield message.time
    yield from (hearing.ns_time for hearing in message.rx_info or ())
    yield message.published_at


def _gateway_times(message: Message) -> Iterator[str | None]:
    for hearing in message.rx_info or ():
        yield hearing.gw_time
        yield hearing.time


def _address(message: Message) -> str:
    return identifier(message.dev_addr, 4, "devAddr") if message.dev_addr else ""
