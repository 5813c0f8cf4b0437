"""A batch is kept once, whole, whatever it holds."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest.batch import keep_messages
from ingest.history import load
from ingest.journey import process
from ingest.outcome import Message
from ingest.registry import Registry
from ingest.tally import Tally
from streets.accounts.ledger import FIRST, LAST, by_device, read_ledger, total
from streets.jobs.intervals import tell_again
from streets.jobs.retention import delete_old
from streets.store.database import Database, DatabaseAway
from streets.store.intervals import Line
from streets.store.ledger import differences
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, bump, count, coverage, found, level, settle, tts

Keep = Callable[..., Tally]


def test_the_same_message_twice_in_a_batch_and_again_later_is_stored_once(database: Database, keep: Keep) -> None:
    assert keep(level(), level(), count(), bump(), coverage()) == Tally(received=5, stored=4, duplicate=1)
    assert keep(level(), level(900, f_cnt=2), count(), bump(), coverage()) == Tally(received=5, stored=1, duplicate=4)
    assert found(database, "SELECT distance_mm, battery_pct, tilted FROM level_reading ORDER BY distance_mm") == [
        (800, 100, False),
        (900, 100, False),
    ]
    assert found(database, "SELECT people_in, people_out, observed_at - period_start, period_s FROM count_reading") == [
        (5, 3, timedelta(minutes=5), 300)
    ]
    assert found(database, "SELECT (SELECT count(*) FROM bump), (SELECT count(*) FROM coverage)") == [(1, 1)]
    assert found(database, "SELECT source, device, received, stored, duplicate, rejected FROM ledger ORDER BY source") == [
        ("direct", COUNTER, 2, 1, 1, 0),
        ("phone", "rivermouth/phone", 4, 2, 2, 0),
        ("tts", BIN_EUI, 4, 2, 2, 0),
    ]


def test_the_same_counter_with_other_bytes_is_kept_and_noted(database: Database, keep: Keep) -> None:
    hours = [NOON + timedelta(hours=n) for n in range(3)]
    assert keep(level(800, f_cnt=1), level(850, f_cnt=2)).stored == 2
    assert keep(level(900, f_cnt=1, at=hours[1]), level(950, f_cnt=1, at=hours[2])).stored == 2
    assert found(database, "SELECT f_cnt, note FROM uplink ORDER BY observed_at, f_cnt") == [
        (1, None),
        (2, None),
        (1, "counter_conflict"),
        (1, "counter_conflict"),
    ]
    assert found(database, "SELECT count(*) FROM level_reading") == [(4,)]


def test_a_row_that_the_database_refuses_does_not_take_others_with_it(database: Database, keep: Keep) -> None:
    with database.transaction() as conn:
        conn.execute("ALTER TABLE level_reading ADD CHECK (distance_mm <> 877)")
    messages = [level(870 + n, f_cnt=n) for n in range(20)]
    assert keep(*messages) == Tally(received=20, stored=19, rejected=1)
    ((reason, raw),) = found(database, "SELECT reason, raw FROM reject")
    assert (reason, raw) == ("not_storable", messages[7].body)


def test_a_device_that_was_a_stranger_when_its_message_was_looked_at_is_kept_if_the_registry_knows_it_by_now(
    ingest: Database,
) -> None:
    registry, messages = Registry(), [level(), level(f_cnt=2), tts(b"\x01\x75\x5c", 1, NOON, device="0252ee00000000ff")]
    looked = [process(message, registry) for message in messages]
    with ingest.transaction() as conn:
        assert registry.refresh(conn)
    assert keep_messages(ingest, registry, messages, looked=looked) == Tally(received=3, stored=2, rejected=1)


def test_a_batch_that_takes_the_database_too_long_is_kept_in_parts(database: Database, keep: Keep) -> None:
    with database.transaction() as conn:
        conn.execute(
            """
            CREATE FUNCTION too_many() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT count(*) FROM frames) > 6 THEN
                    RAISE query_canceled USING MESSAGE = 'canceling statement due to statement timeout';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER too_many AFTER INSERT ON uplink REFERENCING NEW TABLE AS frames
                FOR EACH STATEMENT EXECUTE FUNCTION too_many()
            """
        )
    messages = [level(870 + n, f_cnt=n) for n in range(20)]
    assert keep(*messages) == Tally(received=20, stored=20)
    assert keep(*messages) == Tally(received=20, duplicate=20)


def test_a_message_that_alone_takes_too_long_waits(database: Database, keep: Keep) -> None:
    with database.transaction() as conn:
        conn.execute(
            """
            CREATE FUNCTION too_long() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE query_canceled USING MESSAGE = 'canceling statement due to statement timeout';
            END $$;
            CREATE TRIGGER too_long AFTER INSERT ON uplink FOR EACH ROW WHEN (NEW.f_cnt = 3) EXECUTE FUNCTION too_long()
            """
        )
    with pytest.raises(DatabaseAway):
        keep(*(level(870 + n, f_cnt=n) for n in range(4)))
    assert found(database, "SELECT f_cnt FROM uplink ORDER BY f_cnt") == [(0,), (1,), (2,)]


def test_late_readings_tell_the_jobs_from_when_on_to_look_again(database: Database, keep: Keep) -> None:
    def since() -> list[tuple[Any, ...]]:
        return found(database, "SELECT device, since FROM touched JOIN device USING (device_id) ORDER BY device")

    keep(level(f_cnt=5, at=NOON), count(at=NOON))
    assert since() == [(BIN_EUI, NOON), (COUNTER, NOON - timedelta(minutes=5))]
    yesterday = NOON - timedelta(days=1)
    keep(replace(level(f_cnt=4, at=yesterday), received_at=NOON), level(f_cnt=6, at=NOON + timedelta(hours=1)))
    assert since()[0] == (BIN_EUI, yesterday)
    with database.transaction() as conn:
        conn.execute("DELETE FROM touched")
    keep(level(f_cnt=5, at=NOON))
    assert since() == [], "a duplicate changes nothing"


def test_what_is_lost_on_the_way_is_missing_and_what_is_refused_is_not(database: Database, keep: Keep) -> None:
    day = timedelta(days=1)
    keep(level(f_cnt=8, at=NOON - day), level(f_cnt=10), level(f_cnt=12, port=9), level(f_cnt=13))
    with database.transaction() as conn:
        (line,) = read_ledger(conn, NOON.date(), NOON.date()).lines
        (whole,) = by_device(read_ledger(conn, FIRST, LAST).lines)
    # Frames 9 and 11 never came; 9 was sent at midnight, halfway between 8 and 10.
    assert (line.sent, line.received, line.stored, line.rejected, line.missing) == (5, 3, 2, 1, 2)
    assert (whole.sent, whole.received, whole.stored, whole.rejected, whole.missing) == (6, 4, 3, 1, 2)


def test_a_counter_that_cannot_be_true_makes_nothing_missing(database: Database, keep: Keep) -> None:
    keep(count(seq=1), count(seq=2**40, at=NOON + timedelta(minutes=5)))
    with database.transaction() as conn:
        (line,) = by_device(read_ledger(conn, FIRST, LAST).lines)
    assert (line.sent, line.received, line.stored, line.rejected, line.missing) == (1, 2, 1, 1, 0)


def test_a_counter_that_begins_again_does_not_look_like_a_great_loss(database: Database, keep: Keep) -> None:
    hour = timedelta(hours=1)
    keep(count(seq=5000, at=NOON - 2 * hour), count(seq=5001, at=NOON - hour), count(seq=0), count(seq=2, at=NOON + hour))
    with database.transaction() as conn:
        (line,) = by_device(read_ledger(conn, FIRST, LAST).lines)
    assert (line.sent, line.missing) == (5, 1)


MESSAGES = st.lists(
    st.one_of(
        st.builds(level, st.integers(0, 9_500), st.integers(0, 6), port=st.sampled_from([85, 85, 85, 3])),
        st.builds(count, st.integers(0, 9_000), seq=st.integers(0, 3)),
        st.builds(bump, st.sampled_from([0.5, 2.0, 99.0]), st.sampled_from(["phone-a", "phone-b"])),
        st.builds(tts, st.binary(max_size=12), st.integers(0, 6), st.just(NOON)),
        st.builds(
            Message, st.sampled_from(["streets/v1/a/b/up", "x", "v3/a/devices/b/up"]), st.binary(max_size=9), st.just(NOON)
        ),
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(MESSAGES, max_size=3))
def test_the_ledger_balances_whatever_comes(
    database: Database, keep: Keep, ingest: Database, batches: list[list[Message]]
) -> None:
    with database.transaction() as conn:
        conn.execute(
            "TRUNCATE uplink, level_reading, count_reading, bump, reject, reject_line, reject_day, ledger, ledger_reason"
        )
    tally = sum((keep(*messages) for messages in batches if messages), Tally())
    with database.transaction() as conn:
        told = read_ledger(conn, FIRST, LAST)
        assert told.faults + differences(conn, FIRST, LAST) == []
    whole = total(told.lines)
    assert (whole.received, whole.stored, whole.duplicate, whole.rejected) == (
        tally.received,
        tally.stored,
        tally.duplicate,
        tally.rejected,
    )
    assert tally.received == sum(map(len, batches))
    assert found(database, "SELECT count(*) FROM uplink") == [(tally.stored,)]
    assert found(database, "SELECT coalesce(sum(times), 0) FROM reject WHERE NOT partial") == [(tally.rejected,)]


def test_history_is_kept_by_the_same_journey(ingest: Database) -> None:
    def messages() -> Iterable[tuple[str, bytes, Any]]:
        for n in range(12):
            message = level(500 + n, f_cnt=n, at=NOON + timedelta(minutes=n))
            yield message.topic, message.body, message.received_at
        yield "streets/v1/rivermouth/gate-1/up", b"not JSON", NOON

    told: list[int] = []
    assert load(ingest, messages(), told.append) == Tally(received=13, stored=12, rejected=1)
    assert load(ingest, messages(), told.append) == Tally(received=13, duplicate=12, rejected=1)
    assert told == [13, 13]


def test_raw_messages_and_bumps_are_deleted_when_their_time_is_over(
    database: Database, keep: Keep, open_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "STREETS_DATABASE_URL": "postgresql://unused",
        "STREETS_MQTT_URL": "mqtt://unused",
        "STREETS_SECRET_KEY": "0" * 32,
        "STREETS_RAW_RETENTION_DAYS": "10",
        "STREETS_BUMP_RETENTION_DAYS": "20",
    }.items():
        monkeypatch.setenv(name, value)
    keep(level(), bump(), replace(level(), body=b"garbage"))

    def left() -> list[tuple[Any, ...]]:
        return found(
            database,
            "SELECT (SELECT count(*) FROM uplink), (SELECT count(*) FROM reject), (SELECT count(*) FROM bump),"
            " (SELECT count(*) FROM level_reading)",
        )

    jobs = open_database("streets_jobs")
    for days, kept in ((9, (2, 1, 1, 1)), (11, (0, 0, 1, 1)), (21, (0, 0, 0, 1))):
        with jobs.transaction() as conn:
            delete_old(conn, NOON + timedelta(days=days))
        assert left() == [kept]


def test_counts_of_one_council_need_its_own_device(keep: Keep, database: Database) -> None:
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('otherton', 'Otherton')")
        conn.execute("UPDATE device SET council = 'otherton' WHERE device = %s", (COUNTER,))
    assert keep(count()) == Tally(received=1, rejected=1)
    assert found(database, "SELECT reason FROM reject") == [("wrong_council",)]


@pytest.mark.timescale
def test_hours_are_the_same_with_and_without_timescaledb(database: Database, timescale_url: str) -> None:
    messages = [count(n % 7, n % 5, seq=n, at=NOON + timedelta(minutes=5 * n)) for n in range(100)]
    messages += [count(None, None, seq=200, at=NOON, total_in=9, total_out=8, total_bits=16)]
    messages += [count(40, 30, seq=201, at=NOON + timedelta(hours=3), fault="stuck")]
    with_timescale = Database(timescale_url, "postgres", size=1)
    with_timescale.open()
    answers = []
    for each in (database, with_timescale):
        settle(each)
        assert keep_messages(each, Registry(), messages).stored == 102
        assert keep_messages(each, Registry(), messages).duplicate == 102
        with each.transaction() as conn:
            tell_again(conn, Line(2, 1), NOON - timedelta(minutes=5))
        answers.append(
            found(each, "SELECT line, hour_start, people_in, people_out, covered_s FROM count_hour ORDER BY line, hour_start")
        )
    with_timescale.close()
    assert answers[0] == answers[1]
    # From NOON - 5 min on, 100 periods of 5 minutes: one, then twelve to the hour. 0..6 and 0..4 in turn.
    assert answers[0][0][1:] == (NOON - timedelta(hours=1), 0, 0, 300)
    assert answers[0][1][1:4] == (NOON, sum(n % 7 for n in range(1, 13)), sum(n % 5 for n in range(1, 13)))


def test_json_without_a_zone_or_with_half_characters_is_refused_and_kept(keep: Keep, database: Database) -> None:
    body = json.loads(count().body)
    messages = [
        replace(count(), body=json.dumps(body | {"observed_at": "2026-11-02T12:00:00"}).encode()),
        replace(count(), body=json.dumps(body | {"model": "\ud800\u0000"}).encode()),
        replace(count(), topic="streets/v1/rivermouth/\x00/up"),
    ]
    assert keep(*messages) == Tally(received=3, rejected=3)
    assert len(found(database, "SELECT detail FROM reject")) == 3
