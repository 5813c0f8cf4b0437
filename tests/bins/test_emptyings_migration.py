"""Emptyings as they were told until now, by sensor and crew apart, become emptyings put together."""

import psycopg
from yoyo import get_backend
from yoyo.migrations import MigrationList

from streets.store import migrate

KEPT = [
    # when, told by, fill before, after: the crew two hours after the sensor; each alone; the crew alone, not published yet
    ("2026-06-01T10:00Z", "sensor", 80, 5),
    ("2026-06-01T12:00Z", "crew", 75, None),
    ("2026-06-03T10:00Z", "sensor", 60, 4),
    ("2026-06-05T10:00Z", "crew", 50, None),
    ("2026-06-09T10:00Z", "crew", 25, None),
]


def test_a_word_beside_a_fall_joins_it_and_words_of_before_are_no_revision(empty_database_url: str) -> None:
    _migrate_before(empty_database_url, "0520")
    with psycopg.connect(empty_database_url) as conn:
        conn.execute("INSERT INTO council (council, name) VALUES ('r', 'R')")
        conn.execute("INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l) VALUES ('B', 'r', 'B', 54, -1, 120)")
        with conn.cursor() as cursor:
            cursor.executemany("INSERT INTO emptying VALUES ('B', %s, %s, %s, %s)", KEPT)
        conn.execute("INSERT INTO progress VALUES ('emptyings_published', '2026-06-07Z')")
        conn.execute("INSERT INTO published_emptying SELECT bin_id, emptied_at, 80, now() FROM emptying WHERE seen_by = 'sensor'")
    migrate.migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        conn.execute("SET TIME ZONE 'UTC'")
        found = conn.execute(
            "SELECT to_char(emptied_at, 'DD HH24'), seen_by, fill_before_pct, told_fill_pct FROM emptying ORDER BY emptied_at"
        ).fetchall()
        falls = conn.execute("SELECT to_char(fell_at, 'DD HH24') FROM bin_fall ORDER BY fell_at").fetchall()
        published = conn.execute("SELECT to_char(emptied_at, 'DD') FROM published_emptying ORDER BY emptied_at").fetchall()
    assert found == [
        ("01 10", "both", 80, 75),
        ("03 10", "sensor", 60, None),
        ("05 10", "crew", 50, 50),
        ("09 10", "crew", 25, 25),
    ]
    assert falls == [("01 10",), ("03 10",)]
    assert published == [("01",), ("03",), ("05",)]


def _migrate_before(url: str, number: str) -> None:
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    steps = backend.to_apply(migrate._migrations(url))
    with backend.transaction():
        backend.apply_migrations(MigrationList([step for step in steps if step.id < number]))
    backend.connection.close()
