"""What a poller asked of a cloud of counters: the cloud's own words about one post in one interval.

{"model": "vivacity-countline", "since": "2026-11-22T10:00:00Z", "until": "2026-11-22T10:15:00Z",
 "told_at": "2026-11-22T10:20:03Z", "revised": false, "said": {…}}

Identity: the number of the interval, counted in its own length from 1970, so that one of which nothing is said leaves a gap; and
when the cloud said so, as clouds correct themselves: of one interval the last that was said holds.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Raw, Struct, json

from ingest.envelopes.parts import shaped, told_time
from ingest.uplink import EnvelopeError, Uplink

SOURCE = "cloud"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAST, MOST = timedelta(minutes=1), timedelta(days=1)
REVISED = "revised"


class Message(Struct, forbid_unknown_fields=True, gc=False):
    """What was said of an interval; `revised` where something else had been said of it before."""

    model: Annotated[str, Meta(min_length=1, max_length=64)]
    since: str
    until: str
    told_at: str
    revised: bool
    said: Raw


class Unplaced(Struct, forbid_unknown_fields=True, gc=False):
    """What was said, nobody knows of which interval."""

    model: str
    said: Raw


MESSAGE = json.Decoder(Message)


def written(model: str, said: bytes, since: datetime | None, until: datetime | None, told_at: datetime, revised: bool) -> bytes:
    """The message that holds these words. Words without an interval are one message however often they come, to be refused."""
    if since is None or until is None:
        return json.encode(Unplaced(model, Raw(said)))
    return json.encode(Message(model, _told(since), _told(until), _told(told_at), revised, Raw(said)))


def unwrap(council: str, device: str, raw: bytes, _received_at: datetime) -> Uplink:
    """The uplink of the device (council/cloud-post)."""
    message = shaped(raw, MESSAGE)
    since, until = told_time(message.since), told_time(message.until)
    if since is None or until is None or not LEAST <= until - since <= MOST:
        raise EnvelopeError("bad_time", f"From {message.since[:40]!r} to {message.until[:40]!r} is no interval that is counted.")
    return Uplink(
        source=SOURCE,
        kind="up",
        device=device,
        council=council,
        session="",
        f_cnt=(since - EPOCH) // (until - since),
        f_port=None,
        payload=bytes(message.said),
        observed_at=until,
        time_source="network",
        model=message.model,
        note=REVISED if message.revised else None,
    )


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
