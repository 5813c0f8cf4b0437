"""Hours that were counted before intervals were kept are told until the jobs have worked them out again, and after that still."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from yoyo import get_backend
from yoyo.migrations import MigrationList

from streets.jobs.footfall import tell_hours
from streets.store import migrate
from streets.store.database import Database
from tests.jobs.week import furnish

HOUR = timedelta(hours=1)
TEN = datetime(2026, 6, 1, 10, tzinfo=UTC)
HOURS = "SELECT hour_start, people, covered_s FROM counter_hour ORDER BY hour_start"


@pytest.mark.parametrize("server", ["databases", pytest.param("timescale_databases", marks=pytest.mark.timescale)])
def test_hours_of_before_are_told_at_once_and_worked_out_again(request: pytest.FixtureRequest, server: str) -> None:
    databases: Any = request.getfixturevalue(server)
    with databases.empty() as url:
        _migrate_until(url, "0420")
        with psycopg.connect(url) as conn:
            furnish(conn)
            for hour, people in enumerate((40, 50, 60)):
                start = TEN + hour * HOUR
                conn.execute(
                    "INSERT INTO count_reading (device_id, period_start, line, content, observed_at, received_at, time_source,"
                    " period_s, people_in, people_out) VALUES (2, %s, 1, 0, %s, %s, 'network', 3600, %s, 0)",
                    (start, start + HOUR, start + HOUR, people),
                )
        migrate.migrate(url)
        before = [(TEN + hour * HOUR, people, 3600) for hour, people in enumerate((40, 50, 60))]
        with psycopg.connect(url) as conn:
            assert conn.execute(HOURS).fetchall() == before
            # The first hour's readings are gone for their age; what was derived from them stands.
            conn.execute("DELETE FROM count_reading WHERE period_start = %s", (TEN,))
            conn.execute("INSERT INTO readings_kept VALUES ('count', %s)", (TEN + HOUR,))
        jobs = Database(url, "streets_jobs", size=2)
        jobs.open()
        try:
            tell_hours(jobs, TEN + 12 * HOUR)
        finally:
            jobs.close()
        with psycopg.connect(url) as conn:
            assert conn.execute(HOURS).fetchall() == before
            assert conn.execute("SELECT count(*) FROM touched").fetchall() == [(0,)]


def _migrate_until(url: str, number: str) -> None:
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    before: list[Any] = []
    for step in backend.to_apply(migrate._migrations(url)):
        if step.id < number and step.depends <= set(before):
            before.append(step)
    with backend.transaction():
        backend.apply_migrations(MigrationList(before))
    backend.connection.close()
