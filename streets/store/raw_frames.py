"""Frames that are kept as they came, to be decoded again; and the readings that once came of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from streets.store.database import Connection, column, execute, rows, value
from streets.store.readings import CountRow, LevelRow
from streets.store.uplinks import UplinkRow

DeviceReading = LevelRow | CountRow


def devices_with_frames(conn: Connection, device: str | None, model: str | None) -> list[str]:
    """The registered devices of this name or model of which frames are kept."""
    return column(conn, "devices_with_frames", device=device, model=model)


def frames(conn: Connection, device: str, since: datetime | None, after: datetime | None, limit: int) -> list[UplinkRow]:
    """The next kept frames of a device in the order in which they came, and all that came at the moment of the last.

    Only those received `since` then and `after` that. Holds them until the commit.
    """
    return rows(conn, "raw_frames", UplinkRow, device=device, since=since, after=after, limit=limit)


def begin(conn: Connection, device: str, since: datetime | None) -> datetime | None:
    """When the first kept frame of a device came, of those received `since` then; None: there is none."""
    first: datetime | None = value(conn, "raw_frames_begin", device=device, since=since)
    return first


def readings(
    conn: Connection, device_id: int, received_at: Collection[datetime], moments: Collection[datetime]
) -> list[DeviceReading]:
    """The device's readings that came at any of those times, or tell of any of those moments."""
    asked = {"device_id": device_id, "received_at": list(received_at), "moments": list(moments)}
    return [*rows(conn, "levels_to_compare", LevelRow, **asked), *rows(conn, "counts_to_compare", CountRow, **asked)]


def remove_readings(conn: Connection, device_id: int, wrong: Iterable[DeviceReading]) -> None:
    """Take away a device's readings that its frames do not say."""
    levels, counts = [], []
    for reading in wrong:
        if isinstance(reading, LevelRow):
            levels.append(reading)
        else:
            counts.append(reading)
    execute(
        conn,
        "remove_levels",
        device_id=device_id,
        observed_at=[each.observed_at for each in levels],
        contents=[each.content for each in levels],
    )
    execute(
        conn,
        "remove_counts",
        device_id=device_id,
        period_start=[each.period_start for each in counts],
        lines=[each.line for each in counts],
        contents=[each.content for each in counts],
    )


def note_decoded(conn: Connection, decoded: Sequence[UplinkRow]) -> None:
    """Note on frames how many readings they hold now, and what of them is refused."""
    execute(
        conn,
        "note_decoded",
        devices=[each.device for each in decoded],
        sessions=[each.session for each in decoded],
        f_cnts=[each.f_cnt for each in decoded],
        sources=[each.source for each in decoded],
        occurrences=[each.occurrence for each in decoded],
        readings=[each.readings for each in decoded],
        notes=[each.note for each in decoded],
    )


def touch_recoded(conn: Connection, device_id: int, since: datetime) -> None:
    """Tell the jobs that the device's readings since then are others now."""
    execute(conn, "touch_recoded", device_id=device_id, since=since)
