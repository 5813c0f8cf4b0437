"""Phones: one pothole event, or how often one street was driven. The message is the event itself; an id is welcome.

{"id": "<UUID>", "lat": …, "lon": …, "hour_start": "2026-11-22T10:00:00Z", "severity_g": …}  as sensors/devices/phone_bump.py
{"id": "<UUID>", "street": …, "week_start": "2026-11-16T00:00:00Z", "passes": 1}         as sensors/devices/phone_coverage.py

Identity: the id, random and new for each event; without one the event's own words, so that two events that say the same
count once. A reporter that tells coverage drive by drive, not once a week, needs it. Time: our receipt; the event tells no
more than its hour or week, in the reading.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Raw
from msgspec.json import Decoder

from ingest.envelopes.parts import shaped
from ingest.uplink import Uplink

EVENT = Decoder(dict[str, Raw])
EVENT_ID = Decoder(UUID)


def unwrap(council: str, reporter: str, kind: str, raw: bytes, received_at: datetime) -> Uplink:
    """The `bump` or `coverage` of the reporter (council/token) that the token stands for."""
    event = shaped(raw, EVENT)
    event_id = event.pop("id", None)
    return Uplink(
        source="phone",
        kind=kind,
        device=reporter.replace("/", "/phone/"),
        council=council,
        session=str(shaped(bytes(event_id), EVENT_ID)) if event_id else "",
        f_cnt=0,
        f_port=None,
        payload=msgspec.json.encode(event),
        observed_at=received_at,
        time_source="received",
        model=f"phone-{kind}",
    )
