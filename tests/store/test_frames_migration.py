"""Frames kept under the hash of old are known again under the key of today."""

import psycopg
from yoyo import get_backend
from yoyo.migrations import MigrationList

from streets.store import migrate
from tests.ingest.arrivals import NOON

FRAMES = [
    # what, device, session, f_cnt, source, kind, payload, minutes after noon: the occurrence under which it is known today
    ("a frame", "d1", "s", 0, "tts", "up", b"a", 0, 0),
    ("with other bytes", "d1", "s", 0, "tts", "up", b"b", 1, 1),
    ("its join", "d1", "s", 0, "tts", "join", b"", 2, -1),
    ("a direct device's", "r/gate", "", 5, "direct", "up", b"a", 0, 846_936_000_000_000),
    ("its counter again", "r/gate", "", 5, "direct", "up", b"a", 1, 846_936_060_000_000),
    ("and again with other bytes", "r/gate", "", 5, "direct", "up", b"b", 1, 846_936_060_000_003),
    ("a phone's without an id", "r/phone", "", 0, "phone", "bump", b"a", 0, 0),
    ("another phone's", "r/phone", "", 0, "phone", "bump", b"b", 0, 0),
]


def test_old_frames_get_the_key_under_which_they_would_be_kept_today(empty_database_url: str) -> None:
    # 2 November 2026 is 9,802 days and 12 hours after 2000 began: 846,936,000 s; the third of one counter goes behind both.
    _migrate_until_frames(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        for at, (*_, device, session, f_cnt, source, kind, payload, minutes, _) in enumerate(FRAMES):
            conn.execute(
                "INSERT INTO uplink"
                " VALUES (lpad(%s::text, 32, '0')::uuid, %s, %s + make_interval(mins => %s), 'network',"
                " %s, %s, NULL, %s, %s, %s, 85, %s, 0)",
                (at, NOON, NOON, minutes, source, kind, device, session, f_cnt, payload),
            )
    migrate.migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        found = conn.execute(
            "SELECT device, kind, payload, occurrence FROM uplink ORDER BY device, source, f_cnt, kind, occurrence"
        )
        kept = set(found.fetchall())
        sessions = conn.execute("SELECT session FROM uplink WHERE source = 'phone' ORDER BY session").fetchall()
    assert kept == {(device, kind, payload, occurrence) for _, device, _, _, _, kind, payload, _, occurrence in FRAMES}
    assert [session for (session,) in sessions] == [f"00000000-0000-0000-0000-00000000000{at}" for at in (6, 7)]


def _migrate_until_frames(url: str) -> None:
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    before = [step for step in backend.to_apply(migrate._migrations(url)) if step.id < "0300"]
    with backend.transaction():
        backend.apply_migrations(MigrationList(before))
    backend.connection.close()
