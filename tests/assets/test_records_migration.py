"""Installation records as they were until now take their place among records of which no two overlap."""

import psycopg
from yoyo import get_backend
from yoyo.migrations import MigrationList

from streets.store import migrate

VERSIONS = [
    # device, line, from, to: as two imports, the second one out of order, could leave them
    ("a", None, "2026-01-01Z", None),
    ("a", None, "2026-03-01Z", "2026-04-01Z"),
    ("b", None, "2026-01-01Z", None),
    ("b", 2, "2026-01-01Z", None),
    ("c", 1, "2026-01-01Z", None),
    ("c", 2, "2026-01-01Z", None),
]


def test_versions_that_overlap_are_put_in_order_and_what_gives_way_is_kept(empty_database_url: str) -> None:
    _migrate_before(empty_database_url, "0410")
    with psycopg.connect(empty_database_url) as conn:
        conn.execute("INSERT INTO council (council, name) VALUES ('r', 'R')")
        conn.execute("INSERT INTO place (place_id, council, name, lat, lon) VALUES ('P', 'r', 'P', 54, -1)")
        conn.execute("INSERT INTO counter (counter_id, council, place_id, name, lat, lon) VALUES ('C', 'r', 'P', 'C', 54, -1)")
        conn.execute("INSERT INTO device (device, council, model) SELECT unnest('{a,b,c}'::text[]), 'r', 'vs133'")
        with conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO installation (device_id, counter_id, line, valid_from, valid_to)"
                " SELECT device_id, 'C', %s, %s, %s FROM device WHERE device = %s",
                [(line, since, until, device) for device, line, since, until in VERSIONS],
            )
    migrate.migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        found = conn.execute(
            "SELECT device, line, valid_from::date::text, valid_to::date::text FROM installation JOIN device USING (device_id)"
            " ORDER BY 1, 2, 3"
        ).fetchall()
        (gone,) = conn.execute("SELECT subject, was ->> 'valid_from', told_by FROM asset_change").fetchall()
    assert found == [
        ("a", None, "2026-01-01", "2026-03-01"),
        ("a", None, "2026-03-01", "2026-04-01"),
        ("b", 2, "2026-01-01", None),
        ("c", 1, "2026-01-01", None),
        ("c", 2, "2026-01-01", None),
    ]
    assert gone == ("b", "2026-01-01T00:00:00+00:00", "migration")


def _migrate_before(url: str, number: str) -> None:
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    before = [step for step in backend.to_apply(migrate._migrations(url)) if step.id < number]
    with backend.transaction():
        backend.apply_migrations(MigrationList(before))
    backend.connection.close()
