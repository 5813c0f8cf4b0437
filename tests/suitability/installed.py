"""Sensors in the bins of a street, with weeks of readings, on a real database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from streets.jobs.suitability import report
from streets.store.database import Connection
from tests.bins.street_of_bins import NOW, Street

HOUR = timedelta(hours=1)


def install(street: Street, bin_id: str, distances_mm: Sequence[int | str], until: datetime = NOW) -> int:
    """A bin whose sensor began with the first of these hourly readings, the last an hour before `until`; its installation."""
    street.bin(bin_id, sensor=False)
    since = until - len(distances_mm) * HOUR
    street.install(bin_id, f"dev-{bin_id}", since=since)
    say(street, bin_id, distances_mm, since)
    return installation_of(street.conn, bin_id)


def say(street: Street, bin_id: str, distances_mm: Sequence[int | str], since: datetime) -> None:
    """Hourly readings: distances, or the word for why there is none."""
    device_id = street.devices[bin_id]
    told = [
        (device_id, since + place * HOUR, *((None, each) if isinstance(each, str) else (each, None)))
        for place, each in enumerate(distances_mm)
    ]
    with street.conn.cursor().copy(
        "COPY level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure) FROM STDIN"
    ) as copy:
        for device, at, distance_mm, cannot_measure in told:
            copy.write_row((device, at, 0, at, "network", distance_mm, cannot_measure))
    street.touch(bin_id, since)


def installation_of(conn: Connection, bin_id: str) -> int:
    """The newest version of the bin's installation."""
    found = conn.execute(
        "SELECT installation_id FROM installation WHERE bin_id = %s ORDER BY valid_from DESC LIMIT 1", (bin_id,)
    ).fetchone()
    assert found is not None
    return int(found[0])


def judge(street: Street, at: datetime = NOW) -> str:
    """What the clock does: fills, habits, suitability, states."""
    street.conn.commit()
    told = report(street.jobs, at)
    street.run_jobs(at)
    return told
