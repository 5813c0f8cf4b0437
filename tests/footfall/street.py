"""A council with one place of two counters, and what they counted, in a real database."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from psycopg import Connection

from streets.jobs.intervals import tell_again
from streets.store.intervals import Line

HOUR = timedelta(hours=1)


def two_counters(conn: Connection[Any], since: datetime) -> None:
    """Place high-street of council rivermouth, counters C1 and C2 with devices 1 and 2 since `since`."""
    conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
    conn.execute(
        "INSERT INTO place (place_id, council, name, name_cy, lat, lon)"
        " VALUES ('high-street', 'rivermouth', 'High Street', 'Stryd Fawr', 54.97, -1.61)"
    )
    for number in (1, 2):
        counter_id, device = f"C{number}", f"rivermouth/c{number}"
        conn.execute(
            "INSERT INTO counter (counter_id, council, place_id, name, lat, lon)"
            " VALUES (%s, 'rivermouth', 'high-street', %s, 54.97, -1.61)",
            (counter_id, counter_id),
        )
        conn.execute(
            "WITH made AS (INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'direct-counter')"
            " RETURNING device_id)"
            " INSERT INTO installation (device_id, counter_id, valid_from, report_every_s)"
            " SELECT device_id, %s, %s, 3600 FROM made",
            (device, counter_id, since),
        )


def count(conn: Connection[Any], number: int, start: datetime, people: int, fault: str | None = None) -> None:
    """Counter `number` counted `people` in the hour from `start`: two thirds of them in, the others out."""
    _keep(conn, number, [(start, people, fault)])


def count_weeks(conn: Connection[Any], number: int, until: datetime, weeks: int, people: int) -> None:
    """Every hour of the `weeks` before `until`: `people`, a few more or less by a chance that is the same every time."""
    luck = Random(number)
    hours = range(1, weeks * 168 + 1)
    _keep(conn, number, [(until - n * HOUR, round(people * luck.uniform(0.97, 1.03)), None) for n in hours])


def total(conn: Connection[Any], number: int, at: datetime, total_in: int, total_out: int) -> None:
    """Counter `number` told its running totals of 32 bits at `at`."""
    conn.execute(
        "INSERT INTO count_reading (device_id, period_start, line, content, observed_at, received_at, time_source, total_in,"
        " total_out, total_bits) SELECT device_id, %(at)s, 1, 1, %(at)s, %(at)s, 'network', %(total_in)s, %(total_out)s, 32"
        " FROM device WHERE device = %(device)s",
        {"device": f"rivermouth/c{number}", "at": at, "total_in": total_in, "total_out": total_out},
    )
    _tell(conn, number, at)


def _keep(conn: Connection[Any], number: int, told: list[tuple[datetime, int, str | None]]) -> None:
    values = [
        {
            "device": f"rivermouth/c{number}",
            "start": start,
            "end": start + HOUR,
            "people_in": people - people // 3,
            "people_out": people // 3,
            "fault": fault,
        }
        for start, people, fault in told
    ]
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO count_reading (device_id, period_start, line, content, observed_at, received_at, time_source, period_s,"
            " people_in, people_out, fault)"
            " SELECT device_id, %(start)s, 1, 0, %(end)s, %(end)s, 'device', 3600, %(people_in)s, %(people_out)s, %(fault)s"
            " FROM device WHERE device = %(device)s",
            values,
        )
    _tell(conn, number, min(start for start, _, _ in told))


def _tell(conn: Connection[Any], number: int, since: datetime) -> None:
    """What the job tells of readings from `since` on."""
    ((device_id,),) = conn.execute("SELECT device_id FROM device WHERE device = %s", (f"rivermouth/c{number}",)).fetchall()
    tell_again(conn, Line(device_id, 1), since)
