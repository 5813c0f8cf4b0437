"""A frame and its readings as rows of the store, each with the identity under which it is kept once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID
from zlib import crc32

from ingest.outcome import COUNTED_KINDS, Frame, Kept, Outcome
from ingest.registry import Installation
from ingest.uplink import Uplink
from sensors.readings import BumpReading, CountReading, CoverageReading, LevelReading
from streets.store.copying import microseconds
from streets.store.device_words import DeviceWord
from streets.store.intervals import DeviceRestart
from streets.store.readings import REVISABLE, BumpRow, CountRow, CoverageRow, LevelRow
from streets.store.uplinks import UplinkRow

# What tells frames of one counter apart (a frame of a counter that is taken gets 1, 2 … from the store).
FIRST_OF_COUNTER = 0
NO_FRAME = -1
NO_COUNTS = (None, None)
CLOUD = "cloud"
XOVIS = "xovis"


def event_key(frame: Frame) -> UUID:
    """The identity of what a phone told: its id, or without one its own words."""
    uplink = frame.uplink
    key = blake2b(repr([uplink.source, uplink.device, uplink.session, 0, uplink.kind, None]).encode(), digest_size=16)
    if not uplink.session:
        key.update(uplink.payload)
    return UUID(bytes=key.digest())


def uplink_row(frame: Frame, device_id: int | None, readings: int, note: str | None) -> UplinkRow:
    """The frame as it is kept: equal in its first five for all copies of one transmission, by whichever way they come.

    Of a LoRaWAN frame the time is no part of that, as copies carry different ones; a direct device's sequence may start
    again at any time, so there it is; and a cloud may tell one interval several times, so there it is when it told.
    """
    message, uplink = frame.message, frame.uplink
    if uplink.source == "direct":
        occurrence = microseconds(uplink.observed_at)
    elif uplink.source == CLOUD:
        occurrence = microseconds(message.received_at)
    else:
        occurrence = FIRST_OF_COUNTER if uplink.kind in COUNTED_KINDS else NO_FRAME
    return UplinkRow(
        uplink.device,
        uplink.session,
        uplink.f_cnt,
        uplink.source,
        occurrence,
        uplink.kind,
        uplink.f_port,
        uplink.payload,
        uplink.observed_at,
        uplink.time_source,
        message.received_at,
        device_id,
        readings,
        note,
    )


def kept_uplink(row: UplinkRow) -> Uplink:
    """The uplink of a device's frame that is kept."""
    return Uplink(
        source=row.source,
        kind=row.kind,
        device=row.device,
        session=row.session,
        f_cnt=row.f_cnt,
        f_port=row.f_port,
        payload=row.payload,
        observed_at=row.observed_at,
        time_source=row.time_source,
    )


def device_words(outcomes: Iterable[Outcome]) -> list[DeviceWord]:
    """What frames that are kept said of their devices."""
    return [
        DeviceWord(outcome.uplink.device_id, name, outcome.uplink.observed_at, value)
        for outcome in outcomes
        if isinstance(outcome, Kept) and outcome.about and outcome.uplink.device_id is not None
        for name, value in outcome.about
    ]


def device_restarts(outcomes: Iterable[Outcome]) -> list[DeviceRestart]:
    """When devices were switched on or reset, by frames that are kept."""
    return [
        DeviceRestart(outcome.uplink.device_id, outcome.uplink.observed_at)
        for outcome in outcomes
        if isinstance(outcome, Kept) and outcome.restarted and outcome.uplink.device_id is not None
    ]


def told_row(frame: Frame, readings: int) -> UplinkRow:
    """A phone's event as it is kept: under its own key and a name that all phones of a council share, by the hour."""
    row = uplink_row(frame, None, readings, frame.uplink.note)
    return row._replace(
        device=frame.device,
        session=str(event_key(frame)),
        occurrence=FIRST_OF_COUNTER,
        observed_at=_whole_hour(row.observed_at),
        received_at=_whole_hour(row.received_at),
    )


def level_row(reading: LevelReading, frame: Frame, device_id: int, observed_at: datetime, time_source: str) -> LevelRow:
    """A level reading; its content is all that was said."""
    distance_to_signal = reading[:8]
    said = (*distance_to_signal, list(reading.alarms) if reading.alarms else None)
    # A field that came later joins the content only where it is said: what was kept before it keeps its identity.
    fill = reading.device_fill_pct
    content = _content(said if fill is None else (*said, fill))
    return LevelRow(device_id, observed_at, content, frame.message.received_at, time_source, *said, fill)


def count_row(
    reading: CountReading, frame: Frame, device_id: int, observed_at: datetime, time_source: str, installation: Installation
) -> CountRow:
    """A count reading; the content of a period count is its counts, of any other frame all that was said.

    A device's memory tells an old period's counts without the battery of the live frame: they must not count twice.
    Of a cloud's period the last that it told holds, so there the period alone is the identity; and of a Xovis interval,
    of which the sensor may tell again in another package.
    """
    counts = reading.people_in, reading.people_out
    # Without counts only a period that the reading itself names is one: it says of when there are none.
    period_s = reading.period_s or (None if counts == NO_COUNTS else installation.period_s)
    alarms = list(reading.alarms) or None
    source = frame.uplink.source
    revisable = source == CLOUD or (source == XOVIS and counts != NO_COUNTS)
    return CountRow(
        device_id,
        observed_at - _period(period_s) if period_s else observed_at,
        reading.line,
        REVISABLE if revisable else _content(_said(reading, alarms) if counts == NO_COUNTS else counts),
        observed_at,
        frame.message.received_at,
        time_source,
        period_s,
        reading.people_in,
        reading.people_out,
        reading.total_in,
        reading.total_out,
        reading.total_bits,
        reading.fault,
        reading.temperature_c,
        reading.battery_pct,
        reading.battery_mv,
        alarms,
    )


def phone_row(reading: BumpReading | CoverageReading, frame: Frame, council: str) -> BumpRow | CoverageRow:
    """What a phone told; of the time of receipt only the hour is kept."""
    reporter = frame.uplink.device.rpartition("/")[2]
    received_at = _whole_hour(frame.message.received_at)
    if isinstance(reading, CoverageReading):
        return CoverageRow(event_key(frame), council, reporter, reading.street, reading.week_start, reading.passes, received_at)
    return BumpRow(
        event_key(frame),
        council,
        reporter,
        reading.lat,
        reading.lon,
        reading.hour_start,
        reading.severity_g,
        reading.heading_octant,
        reading.speed_band,
        reading.quality,
        received_at,
    )


def _said(reading: CountReading, alarms: list[str] | None) -> tuple[object, ...]:
    return (
        *NO_COUNTS,
        reading.total_in,
        reading.total_out,
        reading.total_bits,
        reading.fault,
        reading.temperature_c,
        reading.battery_pct,
        reading.battery_mv,
        alarms,
    )


@lru_cache
def _period(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _whole_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _content(said: tuple[object, ...]) -> int:
    """CRC-32 of what was said, as PostgreSQL's signed integer."""
    return crc32(repr(said).encode()) - 2**31
