"""What is refused is kept with its reason, tried again to the message, and never more than there is room for."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.refused import bounds
from ingest.refused.bounds import FrameRoom, Line, Used, kept_within
from ingest.refused.replay import Tried, replay_wanted
from ingest.refused.requested import answer_next
from ingest.registry import Registry
from ingest.tally import Tally
from streets.jobs.retention import delete_old
from streets.store import ledger, rejects, replays, retention
from streets.store.database import Database, column
from streets.store.rejects import Wanted
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, count, found, level, tts

STRANGER = "24e124713d000002"
DAY = timedelta(days=1)
Keep = Callable[..., Tally]


@pytest.fixture
def keep(ingest: Database) -> Keep:
    """Keeps messages as ingest does."""
    registry = Registry()

    def kept(*messages: Message) -> tuple[int, int, int, int]:
        tally = keep_messages(ingest, registry, messages)
        return tally.received, tally.stored, tally.duplicate, tally.rejected

    return kept  # type: ignore[return-value]


def replayed(ingest: Database, wanted: Wanted | None = None) -> list[str]:
    tried: list[Tried] = sum(replay_wanted(ingest, Registry(), wanted or Wanted(), NOON), [])
    return [each.outcome for each in tried]


def register(database: Database, device: str) -> None:
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = %s WHERE device = %s", (device, BIN_EUI))


def books(database: Database) -> list[tuple[Any, ...]]:
    return found(
        database,
        "SELECT day::text, device, received, stored, duplicate, rejected FROM ledger WHERE received > 0 ORDER BY day, device",
    )


def test_a_refused_message_is_kept_once_a_day_with_how_often_it_came(database: Database, keep: Keep) -> None:
    garbage = replace(level(), body=b"\x00\xffgarbage")
    later = replace(garbage, received_at=garbage.received_at + timedelta(hours=3))
    assert keep(garbage, garbage, level(port=9)) == (3, 0, 0, 3)
    assert keep(later, replace(garbage, received_at=NOON + DAY)) == (2, 0, 0, 2)
    told = "SELECT reason, device, speaker, raw, times, last_seen - first_seen FROM reject ORDER BY reason, first_seen"
    assert found(database, told) == [
        ("bad_json", None, garbage.topic, garbage.body, 3, timedelta(hours=3)),
        ("bad_json", None, garbage.topic, garbage.body, 1, timedelta(0)),
        ("unknown_port", BIN_EUI, BIN_EUI, level(port=9).body, 1, timedelta(0)),
    ]
    assert found(database, "SELECT reason, sum(refused), sum(kept), sum(unkept) FROM reject_line GROUP BY 1 ORDER BY 1") == [
        ("bad_json", 4, 2, 0),
        ("unknown_port", 1, 1, 0),
    ]


def test_a_replay_moves_every_message_in_the_ledger_on_the_day_on_which_it_came(
    database: Database, ingest: Database, keep: Keep
) -> None:
    stranger = level(device=STRANGER)
    again = replace(stranger, received_at=stranger.received_at + DAY)
    keep(stranger, stranger, stranger)
    keep(again, again)
    assert replayed(ingest) == ["unknown_device"] * 2
    assert books(database) == [("2026-11-02", STRANGER, 3, 0, 0, 3), ("2026-11-03", STRANGER, 2, 0, 0, 2)]
    register(database, STRANGER)
    assert replayed(ingest) == ["stored", "duplicate"]
    after = [("2026-11-02", STRANGER, 3, 1, 2, 0), ("2026-11-03", STRANGER, 2, 0, 2, 0)]
    assert books(database) == after
    assert replayed(ingest) == [], "what a replay has kept is not tried again"
    assert books(database) == after
    assert found(database, "SELECT count(*) FROM uplink") == [(1,)]
    assert found(database, "SELECT sum(refused), sum(replayed) FROM reject_line") == [(5, 5)]


def test_what_is_refused_again_after_a_replay_is_moved_by_the_next(database: Database, ingest: Database, keep: Keep) -> None:
    keep(level(device=STRANGER))
    register(database, STRANGER)
    assert replayed(ingest) == ["stored"]
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = 'away' WHERE device = %s", (STRANGER,))
    keep_messages(ingest, Registry(), [level(device=STRANGER)])
    assert books(database) == [("2026-11-02", STRANGER, 2, 1, 0, 1)]
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = %s WHERE device = 'away'", (STRANGER,))
    assert replayed(ingest) == ["duplicate"]
    assert books(database) == [("2026-11-02", STRANGER, 2, 1, 1, 0)]


def test_two_replays_at_once_and_messages_that_go_on_coming_move_each_message_once_and_never_wait_for_each_other(
    database: Database, ingest: Database, keep: Keep, open_database: Callable[[str], Database]
) -> None:
    strange = [level(n, f_cnt=n, device=STRANGER, at=NOON + timedelta(minutes=n)) for n in range(400)]
    garbage = [Message(count().topic, b"%d" % n, NOON) for n in range(50)]
    keep(*strange, *strange[:200], *garbage)
    # A message for the line that is replayed, for its device and for what is refused still.
    coming = [
        [level(1, f_cnt=500 + n, device=STRANGER), strange[n], *garbage, replace(garbage[0], body=b"x%d" % n)] for n in range(40)
    ]
    register(database, STRANGER)

    def replay_all() -> int:
        tried = sum(replay_wanted(open_database("streets_ingest"), Registry(), Wanted(), NOON), [])
        return sum(each.is_kept for each in tried)

    def go_on() -> int:
        return sum(keep_messages(ingest, Registry(), messages).received for messages in coming)

    with ThreadPoolExecutor() as pool:
        work = [pool.submit(each) for each in (replay_all, go_on, replay_all)]
        kept, came, kept_too = (each.result() for each in work)
    assert (max(kept, kept_too), came) == (400, 40 * 53)
    assert found(database, "SELECT count(*) FROM reject WHERE replayed_times < times AND device IS NOT NULL") == [(0,)]
    ((received, stored, duplicate, rejected),) = found(
        database, "SELECT sum(received), sum(stored), sum(duplicate), sum(rejected) FROM ledger"
    )
    # 400 strange frames and 40 more; those that came twice or thrice; garbage: 50, 40 times 50, and 40 others.
    assert (received, stored, duplicate, rejected) == (650 + 40 * 53, 440, 200 + 40, 50 + 40 * 51)


def wait_for_somebody_who_waits(database: Database) -> None:
    """Until another connection wants what the caller's transaction holds."""
    until = time.monotonic() + 30
    while not found(database, "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"):
        assert time.monotonic() < until, "nobody came to wait"
        time.sleep(0.02)


def test_a_reject_that_gives_way_while_it_is_replayed_leaves_the_ledger_in_balance(
    database: Database, ingest: Database, keep: Keep, open_database: Callable[[str], Database]
) -> None:
    keep(*(level(f_cnt=n, device=STRANGER, at=NOON + timedelta(minutes=n)) for n in range(20)))
    register(database, STRANGER)
    with ThreadPoolExecutor() as pool:
        with database.transaction() as retention_job:
            column(retention_job, "hold_reject_days", before=None)
            work = pool.submit(replayed, ingest)
            wait_for_somebody_who_waits(open_database("postgres"))
            # The frames are stored by now, and their rejects are to go to make room.
            retention.drop_rejects(retention_job, 2**40, 1_000)
        outcomes = work.result()
    assert outcomes == ["stored"] * 20
    assert books(database) == [("2026-11-02", STRANGER, 20, 20, 0, 0)]
    with database.transaction() as conn:
        assert ledger.faults(conn, NOON.date(), NOON.date()) + ledger.differences(conn, NOON.date(), NOON.date()) == []
        assert conn.execute("SELECT count(*) FROM refused_frame").fetchone() == (0,)


def test_one_councils_long_replay_does_not_keep_another_councils_waiting(
    database: Database, ingest: Database, keep: Keep
) -> None:
    """What is asked for is done in pieces of 500; here of a stranger's 1,100 messages that none can keep, and of one message."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('hilltop', 'Hilltop')")
    keep(*(Message(count().topic, b"%d" % n, NOON) for n in range(1_100)))
    keep(Message("streets/v1/hilltop/gate-9/up", b"{", NOON))
    with database.transaction() as conn:
        for council, at in (("rivermouth", NOON), ("hilltop", NOON + DAY)):
            replays.ask(conn, council, Wanted(reason="bad_json"), None, at, "j.jones")
    for _piece in range(2):
        with ingest.transaction() as conn:
            assert answer_next(conn, NOON + DAY)
    told = "SELECT council, tried, finished_at IS NOT NULL FROM replay_request ORDER BY council"
    assert found(database, told) == [("hilltop", 1, True), ("rivermouth", 500, False)]
    with ingest.transaction() as conn:
        while answer_next(conn, NOON + DAY):
            pass
    assert found(database, told) == [("hilltop", 1, True), ("rivermouth", 1_100, True)]


def test_of_a_frame_kept_in_part_a_replay_stores_the_rest(database: Database, ingest: Database, keep: Keep) -> None:
    with database.transaction() as conn:
        conn.execute("UPDATE device SET model = 'vs350', device = '24e124790e000001' WHERE device = %s", (COUNTER,))
        conn.execute("UPDATE installation SET valid_from = '2026-01-01Z' WHERE counter_id = 'C1'")
    # One in, two out now; five in, seven out in a stored record of 2024-10-19, before the device was installed.
    keep(tts(bytes.fromhex("05cc0100020020ce80ee13670005000700"), 1, NOON, "24e124790e000001"))
    assert found(database, "SELECT people_in FROM count_reading") == [(1,)]
    assert found(database, "SELECT reason, partial FROM reject") == [("time_before_installation", True)]
    with database.transaction() as conn:
        conn.execute("UPDATE installation SET valid_from = '2024-01-01Z' WHERE counter_id = 'C1'")
    assert replayed(ingest) == ["stored"]
    assert found(database, "SELECT people_in FROM count_reading ORDER BY period_start") == [(5,), (1,)]
    assert found(database, "SELECT sum(received), sum(stored), sum(rejected) FROM ledger") == [(1, 1, 0)]


def test_a_row_that_the_database_refuses_does_not_take_others_of_a_replay_with_it(
    database: Database, ingest: Database, keep: Keep
) -> None:
    keep(*(level(870 + n, f_cnt=n, device=STRANGER) for n in range(20)))
    register(database, STRANGER)
    with database.transaction() as conn:
        conn.execute("ALTER TABLE level_reading ADD CHECK (distance_mm <> 877)")
    outcomes = replayed(ingest)
    assert (outcomes.count("stored"), outcomes.count("not_storable")) == (19, 1)
    assert books(database) == [("2026-11-02", STRANGER, 20, 19, 0, 1)]


def test_a_message_that_an_index_has_no_room_for_is_refused_and_stops_nobody(database: Database, keep: Keep) -> None:
    assert keep(level(session="x" * 3_000), level(f_cnt=1)) == (2, 1, 0, 1)
    with database.transaction() as conn:
        # Rows of 2,704 bytes are the longest that an index takes: these 16,000 letters cannot be packed into one.
        conn.execute(
            "CREATE FUNCTION many_letters() RETURNS text IMMUTABLE LANGUAGE sql"
            " AS $$ SELECT string_agg(md5(n::text), '') FROM generate_series(1, 500) AS n $$"
        )
        conn.execute("CREATE INDEX ON level_reading ((CASE WHEN distance_mm = 877 THEN many_letters() END))")
    assert keep(*(level(870 + n, f_cnt=10 + n) for n in range(20))) == (20, 19, 0, 1)
    assert found(database, "SELECT reason FROM reject ORDER BY reason") == [("impossible_value",), ("not_storable",)]


def test_a_storm_is_counted_to_the_message_and_kept_only_as_far_as_there_is_room(
    database: Database, keep: Keep, open_database: Callable[[str], Database]
) -> None:
    garbage = count().topic
    for batch in range(10):
        storm = [Message(garbage, b"garbage %d %d" % (batch, n), NOON) for n in range(5_000)]
        assert keep(*storm, level(f_cnt=batch)) == (5_001, 1, 0, 5_000)
    assert found(database, "SELECT count(*), sum(times) FROM reject") == [(bounds.LINE_MESSAGES, bounds.LINE_MESSAGES)]
    assert found(database, "SELECT refused, kept, unkept FROM reject_line") == [(50_000, 5_000, 45_000)]
    assert found(database, "SELECT sum(rejected), sum(stored) FROM ledger") == [(50_000, 10)]
    with open_database("streets_api").transaction() as conn:
        (told,) = rejects.by_reason(conn)
        (trouble,) = rejects.troubles(conn, Wanted())
    assert (told.reason, told.kept, told.refused, told.unkept) == ("bad_json", 5_000, 50_000, 45_000)
    assert (trouble.messages, trouble.unkept, trouble.speaker, trouble.speakers) == (50_000, 45_000, "", 1)


def test_many_strangers_share_a_line_when_their_day_is_full(
    database: Database, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREETS_REJECTS_MB", "4")
    # Of 4 MB a network may use a quarter in a day; each of these messages takes 500 bytes and some hundreds of its own.
    strangers = [level(device=f"70b3d5{n:010x}") for n in range(2_000)]
    assert keep(*strangers) == (2_000, 0, 0, 2_000)
    ((kept, kept_bytes),) = found(database, "SELECT count(*), sum(size_bytes) FROM reject")
    assert 0 < kept < 2_000
    assert kept_bytes <= 1_000_000
    assert found(database, "SELECT count(*) FROM reject_line") == [(kept + 1,)]
    assert found(database, "SELECT refused, unkept FROM reject_line WHERE speaker = ''") == [(2_000 - kept, 2_000 - kept)]


def test_what_was_said_most_gives_way_first_when_the_room_runs_out(
    database: Database, keep: Keep, open_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREETS_REJECTS_MB", "4")
    monkeypatch.setenv("STREETS_RAW_RETENTION_DAYS", "10")
    for day in range(4):
        at = NOON + day * DAY
        keep(level(f_cnt=day, device=STRANGER, at=at), *(Message(count().topic, b"%d" % n + b"x" * 999, at) for n in range(700)))
    ((before,),) = found(database, "SELECT sum(size_bytes) FROM reject")
    assert before > 3_200_000
    with open_database("streets_jobs").transaction() as conn:
        delete_old(conn, NOON + 3 * DAY)
    ((after, strangers),) = found(database, "SELECT sum(size_bytes), count(*) FILTER (WHERE source = 'tts') FROM reject")
    assert (after <= 2_400_000, strangers) == (True, 4)
    ((refused, kept, unkept),) = found(database, "SELECT sum(refused), sum(kept), sum(unkept) FROM reject_day")
    assert refused == kept + unkept == 4 * 701
    assert found(database, "SELECT count(*) FROM reject") == [(kept,)]
    assert found(database, "SELECT sum(kept_bytes) FROM reject_line") == [(after,)]
    with open_database("streets_jobs").transaction() as conn:
        delete_old(conn, NOON + 30 * DAY)
    assert found(database, "SELECT (SELECT count(*) FROM reject), (SELECT count(*) FROM reject_line)") == [(0, 0)]
    assert found(database, "SELECT sum(refused), sum(kept), sum(kept_bytes) FROM reject_day") == [(4 * 701, 0, 0)]


LINES = st.builds(
    Line,
    st.sampled_from([NOON.date(), (NOON + DAY).date()]),
    st.sampled_from(["tts", "direct"]),
    st.sampled_from("abc"),
    st.just("r"),
)


@given(
    coming=st.lists(st.tuples(LINES, st.integers(500, 2_000_000)), max_size=60),
    budget_bytes=st.integers(4_000_000, 40_000_000),
)
def test_what_is_kept_never_goes_beyond_a_bound_and_never_stays_out_while_there_is_room(
    coming: list[tuple[Line, int]], budget_bytes: int
) -> None:
    kept = kept_within(dict(enumerate(coming)), Used(), budget_bytes)

    def kept_bytes(of: Callable[[Line], object], which: object, until: int) -> int:
        return sum(coming[n][1] for n in kept if n < until and of(coming[n][0]) == which)

    for n, (line, size_bytes) in enumerate(coming):
        fits = (
            kept_bytes(lambda line: line, line, n) + size_bytes <= bounds.LINE_BYTES
            and kept_bytes(lambda line: line[:2], line[:2], n) + size_bytes <= budget_bytes // bounds.DAY_SHARE
            and kept_bytes(lambda _: True, True, n) + size_bytes <= budget_bytes
        )
        assert (n in kept) == fits


@given(
    coming=st.lists(st.tuples(LINES, st.booleans()), max_size=80),
    before=st.dictionaries(LINES, st.integers(0, 12), max_size=4),
    most_in_all=st.integers(8, 60),
)
def test_numbers_of_refused_frames_never_go_beyond_a_bound(
    coming: list[tuple[Line, bool]], before: dict[Line, int], most_in_all: int
) -> None:
    days: dict[tuple[date, str], int] = {}
    for line, told in before.items():
        days[line.day, line.source] = days.get((line.day, line.source), 0) + told
    had, in_all = dict(days), sum(days.values())
    room = FrameRoom({}, days, most_in_all)
    taken = [line[:2] for line, is_registered in coming if room.take(line[:3], is_registered)]
    for day in {line[:2] for line, _ in coming}:
        assert taken.count(day) <= max(0, most_in_all // bounds.DAY_SHARE - had.get(day, 0))
    assert len(taken) <= max(0, most_in_all - in_all)
