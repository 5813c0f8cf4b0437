"""Actility ThingPark (JSON, typed or untyped): one report a message, in a member that is named after what it reports.

{"DevEUI_uplink": {"Time": "2026-11-22T10:00:03.936+00:00", "DevEUI": …, "DevAddr": …, "FPort": 85, "FCntUp": 12,
                   "payload_hex": …}}

Identity: the device's address and FCntUp, absent for 0. Time: `Time`, by the base station, which the network keeps in time; a
frame that a base station held back while it was cut off says `Late` 1, and still when it was heard. Untyped JSON writes numbers
as texts. `Lrrs` (who heard it) and `LostUplinksAS` (what the network itself lost) are not read: counters tell what is missing.
"""

from datetime import datetime

from msgspec import Raw, Struct, field
from msgspec.json import Decoder

from ingest.envelopes.parts import (
    FrameCounter,
    Port,
    best_time,
    encrypted,
    fingerprint,
    hex_bytes,
    identifier,
    kind_of,
    shaped,
)
from ingest.uplink import EnvelopeError, Uplink

# What a report is called here; of a notification, its Type says more.
REPORTS = {
    "DevEUI_uplink": "up",
    "DevEUI_notification": "notification",
    "DevEUI_location": "location",
    "DevEUI_downlink_Sent": "downlink_sent",
    "DevEUI_downlink_Rejected": "downlink_rejected",
    "DevEUI_multicast_summary": "multicast_summary",
}
NOTIFICATIONS = {"join": "join", "reset": "reset", "devstatusans": "status"}


class Report(Struct, gc=False):
    """What every report has; `type` is a notification's."""

    dev_eui: str | None = field(default=None, name="DevEUI")
    time: str | None = field(default=None, name="Time")
    type: str | None = field(default=None, name="Type")


class Frame(Struct, gc=False):
    """An uplink."""

    dev_eui: str | None = field(default=None, name="DevEUI")
    dev_addr: str | None = field(default=None, name="DevAddr")
    time: str | None = field(default=None, name="Time")
    f_port: Port | None = field(default=None, name="FPort")
    f_cnt: FrameCounter = field(default=0, name="FCntUp")
    payload: str | None = field(default=None, name="payload_hex")
    late: int = field(default=0, name="Late")
    encryption: int = field(default=0, name="PayloadEncryption")


MESSAGE = Decoder(dict[str, Raw])
REPORT = Decoder(Report)
FRAME = Decoder(Frame, strict=False)


def unwrap(council: str, raw: bytes, received_at: datetime) -> Uplink:
    """The uplink or event of a message on a topic of `council`."""
    members = shaped(raw, MESSAGE)
    name = next((name for name in REPORTS if name in members), None)
    if name is None:
        raise EnvelopeError("wrong_event", f"The message has none of {', '.join(REPORTS)}.")
    if name == "DevEUI_uplink":
        return _frame(council, shaped(bytes(members[name]), FRAME), received_at)
    report = shaped(bytes(members[name]), REPORT)
    observed_at, time_source = best_time(received_at, (report.time,))
    return Uplink(
        source="thingpark",
        kind=NOTIFICATIONS.get(report.type or "", REPORTS[name]),
        device=identifier(report.dev_eui, 8, "DevEUI"),
        council=council,
        session=fingerprint(raw),
        f_cnt=0,
        f_port=None,
        payload=b"",
        observed_at=observed_at,
        time_source=time_source,
    )


def _frame(council: str, frame: Frame, received_at: datetime) -> Uplink:
    if frame.encryption:
        raise encrypted("ThingPark")
    observed_at, time_source = best_time(received_at, (frame.time,))
    return Uplink(
        source="thingpark",
        kind=kind_of(frame.f_port),
        device=identifier(frame.dev_eui, 8, "DevEUI"),
        council=council,
        session=identifier(frame.dev_addr, 4, "DevAddr") if frame.dev_addr else "",
        f_cnt=frame.f_cnt,
        f_port=frame.f_port,
        payload=hex_bytes(frame.payload or "", "payload_hex"),
        observed_at=observed_at,
        time_source=time_source,
        note="late" if frame.late else None,
    )
