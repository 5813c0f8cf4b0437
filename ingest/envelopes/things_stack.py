"""The Things Stack v3: one message per frame, however many gateways heard it; empty and zero fields are left out.

Identity: session_key_id (the device address for sessions without one) and f_cnt, absent for 0. Time: the network server's
received_at, then the application server's, then a gateway's.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
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


class Application(Struct, gc=False):
    """Whose device it is."""

    application_id: str | None = None


class DeviceIds(Struct, gc=False):
    """Names of the device."""

    device_id: str | None = None
    application_ids: Application | None = None
    dev_eui: str | None = None
    dev_addr: str | None = None


class Hearing(Struct, gc=False):
    """One gateway's hearing of the frame."""

    time: str | None = None
    received_at: str | None = None


class UplinkMessage(Struct, gc=False):
    """The frame."""

    session_key_id: str | None = None
    f_port: Port | None = None
    f_cnt: FrameCounter = 0
    frm_payload: str | None = None
    rx_metadata: list[Hearing] | None = None
    received_at: str | None = None
    app_s_key: dict[str, object] | None = None


class JoinAccept(Struct, gc=False):
    """The device has joined: frame counters begin again in a new session."""

    session_key_id: str | None = None
    received_at: str | None = None


class Message(Struct, gc=False):
    """What every event has, and the two that are read."""

    end_device_ids: DeviceIds
    received_at: str | None = None
    uplink_message: UplinkMessage | None = None
    join_accept: JoinAccept | None = None
    simulated: bool = False


MESSAGE = Decoder(Message)


def unwrap(application: str, device_id: str, event: str, raw: bytes, received_at: datetime) -> Uplink:
    """The uplink or event that came on the topic of `application`, `device_id` and `event` (`up`, `join`, `down_ack` …)."""
    message = shaped(raw, MESSAGE)
    ids = message.end_device_ids
    _must_agree(application, ids.application_ids.application_id if ids.application_ids else None)
    _must_agree(device_id, ids.device_id)
    device = identifier(ids.dev_eui, 8, "dev_eui")
    note = "simulated" if message.simulated else None
    if event == "up":
        return _frame(message, device, note, received_at)
    joined = message.join_accept or JoinAccept()
    observed_at, time_source = best_time(received_at, (joined.received_at, message.received_at))
    return Uplink(
        source="tts",
        kind=event,
        device=device,
        session=joined.session_key_id or fingerprint(raw),
        f_cnt=0,
        f_port=None,
        payload=b"",
        observed_at=observed_at,
        time_source=time_source,
        note=note,
    )


def _frame(message: Message, device: str, note: str | None, received_at: datetime) -> Uplink:
    frame = message.uplink_message
    if frame is None:
        raise EnvelopeError("wrong_event", "The topic says up, but the message has no uplink_message.")
    if frame.app_s_key:  # it comes along, wrapped, where "skip payload crypto" is on
        raise encrypted("The Things Stack")
    heard = (hearing.time for hearing in frame.rx_metadata or ())
    observed_at, time_source = best_time(received_at, _network_times(message, frame), heard)
    return Uplink(
        source="tts",
        kind=kind_of(frame.f_port),
        device=device,
        session=frame.session_key_id or (message.end_device_ids.dev_addr or "").lower(),
        f_cnt=frame.f_cnt,
        f_port=frame.f_port,
        payload=base64_bytes(frame.frm_payload or "", "frm_payload"),
        observed_at=observed_at,
        time_source=time_source,
        note=note,
    )


def _network_times(message: Message, frame: UplinkMessage) -> Iterator[str | None]:
    yield frame.received_at
    yield message.received_at
    yield from (hearing.received_at for hearing in frame.rx_metadata or ())


def _must_agree(topic_says: str, message_says: str | None) -> None:
    if message_says is not None and message_says != topic_says:
        raise EnvelopeError("topic_mismatch", f"The topic names {topic_says!r}, the message {message_says[:64]!r}.")
