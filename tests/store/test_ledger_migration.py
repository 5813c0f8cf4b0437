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


def _migrate_until(url: str, number: str) -> None:
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    before = [step for step in backend.to_apply(migrate._migrations(url)) if step.id < number]
    with backend.transaction():
        backend.apply_migrations(MigrationList(before))
    backend.connection.close()
