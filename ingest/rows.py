"""A frame and its readings as rows of the store, each with the identity under which it is kept once."""

from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID
from zlib import crc32

from ingest.outcome import PHONE_KINDS, Frame
from ingest.registry import Installation
from sensors.readings import BumpReading, CountReading, CoverageReading, LevelReading
from streets.store.journey import BumpRow, CountRow, CoverageRow, LevelRow, UplinkRow


def frame_key(frame: Frame) -> UUID:
    """The identity of a frame: equal for all copies of one transmission, by whichever way and however often they come.

    Of a LoRaWAN frame the time is no part, as copies carry different ones; a direct device's sequence may start again,
    so there it is. A phone's event with an id is known by that alone.
    """
    uplink = frame.uplink
    parts = [uplink.source, uplink.device, uplink.session, uplink.f_cnt, uplink.kind, uplink.f_port]
    if uplink.source == "direct":
        parts.append(uplink.observed_at)
    key = blake2b(repr(parts).encode(), digest_size=16)
    if not (uplink.kind in PHONE_KINDS and uplink.session):
        key.update(uplink.payload)
    return UUID(bytes=key.digest())


def uplink_row(frame: Frame, device_id: int | None, readings: int, note: str | None) -> UplinkRow:
    """The frame as it is kept."""
    uplink = frame.uplink
    when = _whole_hour if uplink.kind in PHONE_KINDS else _exactly
    return UplinkRow(
        frame_key(frame),
        when(frame.message.received_at),
        when(uplink.observed_at),
        uplink.time_source,
        uplink.source,
        uplink.kind,
        device_id,
        frame.device,
        uplink.session,
        uplink.f_cnt,
        uplink.f_port,
        uplink.payload,
        readings,
        note,
    )


def level_row(reading: LevelReading, frame: Frame, device_id: int, observed_at: datetime, time_source: str) -> LevelRow:
    """A level reading; its content is all that was said."""
    said = (
        reading.distance_mm,
        reading.cannot_measure,
        reading.tilted,
        reading.tilt_deg,
        reading.temperature_c,
        reading.battery_pct,
        reading.battery_mv,
        reading.signal,
        list(reading.alarms) or None,
    )
    return LevelRow(device_id, observed_at, _content(said), frame.message.received_at, time_source, *said)


def count_row(
    reading: CountReading, frame: Frame, device_id: int, observed_at: datetime, time_source: str, installation: Installation
) -> CountRow:
    """A count reading; the content of a period count is its counts, of any other frame all that was said.

    A device's memory tells an old period's counts without the battery of the live frame: they must not count twice.
    """
    said = (
        reading.people_in,
        reading.people_out,
        reading.total_in,
        reading.total_out,
        reading.total_bits,
        reading.fault,
        reading.temperature_c,
        reading.battery_pct,
        reading.battery_mv,
        list(reading.alarms) or None,
    )
    counts_period = reading.people_in is not None or reading.people_out is not None
    period_s = (reading.period_s or installation.period_s) if counts_period else None
    return CountRow(
        device_id,
        observed_at - timedelta(seconds=period_s or 0),
        reading.line,
        _content(said[:2] if counts_period else said),
        observed_at,
        frame.message.received_at,
        time_source,
        period_s,
        *said,
    )


def phone_row(reading: BumpReading | CoverageReading, frame: Frame, council: str) -> BumpRow | CoverageRow:
    """What a phone told; of the time of receipt only the hour is kept."""
    reporter = frame.uplink.device.rpartition("/")[2]
    received_at = _whole_hour(frame.message.received_at)
    if isinstance(reading, CoverageReading):
        return CoverageRow(frame_key(frame), council, reporter, reading.street, reading.week_start, reading.passes, received_at)
    return BumpRow(
        frame_key(frame),
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


def _exactly(at: datetime) -> datetime:
    return at


def _whole_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _content(said: tuple[object, ...]) -> int:
    """CRC-32 of what was said, as PostgreSQL's signed integer."""
    return crc32(repr(said).encode()) - 2**31
