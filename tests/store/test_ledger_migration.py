"""A ledger of before is read, and balances, with what is known of it now."""

from datetime import timedelta

import psycopg
import pytest
from yoyo import get_backend
from yoyo.migrations import MigrationList

from streets.accounts.ledger import FIRST, LAST, by_device, read_ledger
from streets.store import ledger, migrate
from streets.store.database import single_transaction
from tests.ingest.arrivals import NOON


@pytest.mark.parametrize("have_gone", [False, True])
def test_what_was_counted_before_balances_and_sent_is_known_of_the_frames_that_are_kept(
    empty_database_url: str, have_gone: bool
) -> None:
    _migrate_until(empty_database_url, "0300")
    yesterday = NOON - timedelta(days=1)
    with psycopg.connect(empty_database_url) as conn:
        for number, at in ((1, yesterday), (25, NOON), (27, NOON + timedelta(hours=2))):
            conn.execute(
                "INSERT INTO uplink VALUES"
                " (gen_random_uuid(), %(at)s, %(at)s, 'network', 'tts', 'up', NULL, 'd1', 's', %(number)s, 85, '', 0)",
                {"at": at, "number": number},
            )
        conn.execute(
            "INSERT INTO ledger VALUES (%s, 'tts', 'd1', 3, 1, 0, 2), (%s, 'tts', 'd1', 2, 2, 0, 0)",
            (yesterday.date(), NOON.date()),
        )
        if have_gone:
            conn.execute("DELETE FROM uplink WHERE received_at < %s", (NOON + timedelta(hours=1),))
    migrate.migrate(empty_database_url)
    with single_transaction(empty_database_url, "streets_api") as conn:
        told = read_ledger(conn, FIRST, LAST)
        assert told.faults + ledger.differences(conn, FIRST, LAST) == []
    (line,) = by_device(told.lines)
    assert (line.received, line.stored, line.rejected) == (5, 3, 2)
    assert [(each.reason, each.rejected) for each in told.refusals] == [("not_recorded", 2)]
    # Numbers 1 to 27, of which three came; of the day of which some have gone, nothing can be told any more.
    assert (line.sent, line.missing) == ((None, None) if have_gone else (27, 24))


def test_frames_refused_before_their_numbers_were_kept_apart_are_still_known_by_their_numbers(empty_database_url: str) -> None:
    """Frame 2 was refused twice, of frame 3 a part; frame 4 was kept by a replay since; and a direct one told no time."""
    _migrate_until(empty_database_url, "0620")
    refused = [
        ("d1", "s", 2, "tts", NOON, False, None),
        ("d1", "s", 2, "tts", NOON, False, "unknown_device"),
        ("d1", "s", 3, "tts", NOON, True, None),
        ("d1", "s", 4, "tts", NOON, False, "stored"),
        ("a/b", "", 7, "direct", None, False, None),
        (None, None, None, "tts", None, False, None),
    ]
    with psycopg.connect(empty_database_url) as conn:
        for number, (device, session, f_cnt, source, observed_at, partial, outcome) in enumerate(refused):
            conn.execute(
                "INSERT INTO reject (reject_key, day, source, topic, speaker, device, reason, detail, session, f_cnt,"
                " observed_at, partial, raw, raw_bytes, size_bytes, first_seen, last_seen, times, replay_outcome)"
                " VALUES (gen_random_uuid(), %(at)s::date, %(source)s, 't', 'd', %(device)s, 'r', '', %(session)s, %(f_cnt)s,"
                " %(observed_at)s, %(partial)s, '', 0, 500, %(at)s, %(at)s, 1, %(outcome)s)",
                {
                    "at": NOON + timedelta(minutes=number),
                    "source": source,
                    "device": device,
                    "session": session,
                    "f_cnt": f_cnt,
                    "observed_at": observed_at,
                    "partial": partial,
                    "outcome": outcome,
                },
            )
    migrate.migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        kept = conn.execute("SELECT device, f_cnt, observed_at, received_at FROM refused_frame ORDER BY device").fetchall()
        told = conn.execute("SELECT source, device, told, untold FROM refused_frame_day ORDER BY source").fetchall()
    fourth = NOON + timedelta(minutes=4)
    assert kept == [("a/b", 7, fourth, fourth), ("d1", 2, NOON, NOON)]
    assert told == [("direct", "a/b", 1, 0), ("tts", "d1", 1, 0)]


def _migrate_until(url: str, number: str) -> None:
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    before = [step for step in backend.to_apply(migrate._migrations(url)) if step.id < number]
    with backend.transaction():
        backend.apply_migrations(MigrationList(before))
    backend.connection.close()
