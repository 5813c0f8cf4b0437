"""Gaps are seen, and filled from the network's store: what was sent is stored once, whichever way it came, or named as lost."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.batch import keep_messages
from ingest.gaps.attendance import keep_filling
from ingest.gaps.backfill import fill
from ingest.gaps.intake import take
from ingest.gaps.things_stack_storage import Patience, Storage, StorageAway, StorageRefused
from ingest.outcome import Message
from ingest.refused.replay import replay_wanted
from ingest.registry import Registry
from streets.applications import Application
from streets.jobs import gaps as gaps_job
from streets.store import gaps
from streets.store.database import Database
from streets.store.gaps import Gap
from streets.store.rejects import Wanted
from tests.ingest.arrivals import BIN_EUI, level, tts
from tests.ingest.storage_server import KEY, StorageServer, Trouble
from tests.platform.processes import until

NOW = datetime.now(UTC).replace(microsecond=0)
QUICK = Patience(connect_s=2, silence_s=0.5, answer_s=30, first_wait_s=0.01, longest_wait_s=0.05, tries=3)
BOTH = "SELECT count(*) || ' readings, ' || (SELECT count(*) FROM uplink) || ' uplinks' FROM level_reading"


def minutes(ago: float) -> datetime:
    return NOW - timedelta(minutes=ago)


def frames(*counters: int) -> list[Message]:
    """One frame a minute, the last of a hundred a minute ago: counter n was sent 101 - n minutes ago."""
    return [level(500 + f_cnt, f_cnt, minutes(101 - f_cnt)) for f_cnt in counters]


@pytest.fixture
def server() -> Iterator[StorageServer]:
    with StorageServer().running() as running:
        yield running


def application(server: StorageServer, **change: object) -> Application:
    told: dict[str, object] = {
        "council": "rivermouth",
        "name": "bins@council",
        "address": server.url,
        "key": KEY,
        "retention": timedelta(days=30),
    }
    return Application(**(told | change))  # type: ignore[arg-type]


@pytest.fixture
def storage(server: StorageServer) -> Iterator[Storage]:
    store = Storage(application(server), QUICK)
    yield store
    store.close()


def asked(db: Database, storage: Storage) -> dict[str, int]:
    """Ask for all open gaps; what became of the uplinks."""
    tally = fill(db, Registry(), [storage], None, Event()).tally
    return {"stored": tally.stored, "duplicate": tally.duplicate, "rejected": tally.rejected}


def heard(db: Database, messages: list[Message]) -> None:
    keep_messages(db, Registry(), messages)


def outage(db: Database, since: datetime, until: datetime) -> None:
    with db.transaction() as conn:
        assert gaps.add_outage(conn, "rivermouth", "bins@council", since, until)


def first(database: Database, query: str) -> object:
    with database.transaction() as conn:
        return conn.execute(query).fetchone()[0]  # type: ignore[arg-type, index]


def known(db: Database) -> list[Gap]:
    with db.transaction() as conn:
        return gaps.gaps(conn)


def look(open_database: Callable[[str], Database], at: datetime) -> None:
    """Look for missing counters as the job does, with its rights."""
    with open_database("streets_jobs").transaction() as conn:
        gaps_job.find(conn, at)


def test_what_was_sent_while_nobody_listened_is_stored_once_after_it(
    server: StorageServer, storage: Storage, ingest: Database, database: Database
) -> None:
    sent = frames(*range(1, 31))
    server.keep(*(each.body for each in sent))
    heard(ingest, sent[:10] + sent[20:])
    outage(ingest, minutes(90.5), minutes(80.5))
    assert asked(ingest, storage)["stored"] == 10
    assert asked(ingest, storage)["stored"] == 0
    assert first(database, BOTH) == "30 readings, 30 uplinks"
    assert first(database, "SELECT bool_and(received = stored + duplicate + rejected) FROM ledger")
    # The window and a minute either side, not everything that the store has.
    assert server.asked[0]["after"] < minutes(91.5).isoformat() < server.asked[0]["before"]
    assert len(server.asked) == 4


def test_late_frames_tell_the_jobs_to_look_again_at_what_they_change(
    server: StorageServer, storage: Storage, ingest: Database, database: Database
) -> None:
    server.keep(*(each.body for each in frames(15, 16)))
    outage(ingest, minutes(90), minutes(80))
    asked(ingest, storage)
    assert first(database, "SELECT since FROM touched") == minutes(101 - 15)


def test_missing_counters_are_found_and_filled(
    server: StorageServer,
    storage: Storage,
    ingest: Database,
    database: Database,
    open_database: Callable[[str], Database],
) -> None:
    sent = frames(*range(1, 31))
    server.keep(*(each.body for each in sent))
    heard(ingest, [each for at, each in enumerate(sent, 1) if at not in (5, 11, 12, 13)])
    look(open_database, minutes(-20))
    found = sorted((gap.first_missing, gap.last_missing, gap.missing, gap.state) for gap in known(ingest))
    assert found == [(5, 5, 1, "open"), (11, 13, 3, "open")]
    # Of all that the store has of the stretch only what is missing takes the journey.
    assert asked(ingest, storage) == {"stored": 4, "duplicate": 0, "rejected": 0}
    assert {gap.state for gap in known(ingest)} == {"filled"}
    assert first(database, BOTH) == "30 readings, 30 uplinks"
    look(open_database, minutes(-25))
    assert len(known(ingest)) == 2


def test_frames_lost_between_a_join_and_the_first_that_came_are_missing(
    ingest: Database, open_database: Callable[[str], Database]
) -> None:
    told = json.loads(frames(1)[0].body)
    del told["uplink_message"]
    told |= {"received_at": minutes(100).isoformat(), "join_accept": {"session_key_id": "NEW"}}
    joined = Message(f"v3/bins@council/devices/eui-{BIN_EUI}/join", json.dumps(told).encode(), minutes(100))
    heard(ingest, [joined, level(500, 3, minutes(95), session="NEW"), level(510, 4, minutes(94), session="NEW")])
    look(open_database, minutes(-20))
    assert [(gap.first_missing, gap.last_missing, gap.starts_at) for gap in known(ingest)] == [(0, 2, minutes(100))]
    heard(ingest, [level(520, 0, minutes(98), session="NEW")])
    look(open_database, minutes(-20))
    assert [(gap.missing, gap.filled) for gap in known(ingest)] == [(3, 1)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_order_frames_come_in_what_is_missing_between_them_is_known_to_the_frame(
    ingest: Database, data: st.DataObject
) -> None:
    session = uuid4().hex
    counters = data.draw(st.lists(st.integers(0, 30), min_size=2, max_size=20, unique=True), "in order of arrival")
    refused = data.draw(st.sets(st.sampled_from(counters)), "refused")
    looks = data.draw(st.sets(st.integers(1, len(counters))), "looked at after so many") | {len(counters)}
    for so_many, f_cnt in enumerate(counters, 1):
        at = minutes(60 - f_cnt)
        # What cannot be decoded is refused, and did come.
        heard(
            ingest,
            [tts(b"\xff\xff\xff", f_cnt, at, session=session) if f_cnt in refused else level(500, f_cnt, at, session=session)],
        )
        if so_many in looks:
            with ingest.transaction() as conn:
                gaps.find_counter_gaps(conn, minutes(120), minutes(-5), NOW)
                gaps.recount(conn, NOW)
    missing = set(range(min(counters), max(counters))) - set(counters)
    with ingest.transaction() as conn:
        told = conn.execute("SELECT missing - filled, state FROM gap WHERE session = %s", [session]).fetchall()
    kept = [f_cnt for f_cnt in counters if f_cnt not in refused]
    if kept and {min(counters), max(counters)} <= set(kept):
        assert sum(left for left, _ in told) == len(missing)
    assert all((left == 0) == (state == "filled") for left, state in told)


def test_a_counter_that_jumps_further_than_frames_can_be_lost_has_begun_again(
    ingest: Database, open_database: Callable[[str], Database]
) -> None:
    """As the ledger has it: at most 16,384 frames of LoRaWAN, or one for each second."""
    heard(ingest, [level(500, 1, minutes(60)), level(510, 16_385, minutes(50)), level(520, 90_000, minutes(40))])
    look(open_database, minutes(-20))
    assert [(gap.first_missing, gap.last_missing) for gap in known(ingest)] == [(2, 16_384)]


def test_a_frame_that_was_refused_did_not_get_lost(ingest: Database, open_database: Callable[[str], Database]) -> None:
    undecodable = tts(b"\xff\xff\xff", 2, minutes(99))
    heard(ingest, [*frames(1), undecodable, *frames(3)])
    look(open_database, minutes(-20))
    assert known(ingest) == []


def test_a_gap_in_a_network_without_a_store_is_named_not_recoverable(
    ingest: Database, open_database: Callable[[str], Database]
) -> None:
    def from_chirpstack(f_cnt: int) -> Message:
        told = {
            "deviceInfo": {"applicationId": "a1", "devEui": BIN_EUI},
            "devAddr": "01020304",
            "time": minutes(90 - f_cnt).isoformat(),
            "fPort": 85,
            "fCnt": f_cnt,
            "data": "AXVkA4LQBwQAAA==",
        }
        return Message(f"application/a1/device/{BIN_EUI}/event/up", json.dumps(told).encode(), minutes(90 - f_cnt))

    heard(ingest, [from_chirpstack(1), from_chirpstack(4)])
    look(open_database, minutes(-20))
    assert [(gap.source, gap.missing, gap.state) for gap in known(ingest)] == [("chirpstack", 2, "not_recoverable")]


def test_what_the_store_does_not_have_yet_is_asked_for_again_before_it_is_given_up(
    ingest: Database, open_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [minutes(-20)]
    monkeypatch.setattr("streets.clock.now", lambda: now[0])
    heard(ingest, frames(1, 3, 6))
    look(open_database, now[0])
    asks = []
    with StorageServer(written_after=timedelta(minutes=5), now=lambda: now[0]).running() as server:
        server.keep(*(each.body for each in frames(1, 2, 3, 6)))
        storage = Storage(application(server), QUICK)
        for wait in (0, 1, 6, 61, 61, 61):
            now[0] += timedelta(minutes=wait)
            fill(ingest, Registry(), [storage], now[0], Event())
            asks.append(len(server.asked))
        storage.close()
    states = {gap.first_missing: (gap.missing, gap.filled, gap.state) for gap in known(ingest)}
    assert states == {2: (1, 1, "filled"), 4: (2, 0, "not_recoverable")}
    # Nothing is asked a minute after the first answer, nor when all is settled; a page with something new is asked past.
    assert [later - earlier for earlier, later in zip(asks, asks[1:], strict=False)] == [0, 2, 2, 0, 0]


def test_a_gap_that_is_filled_in_part_says_so(
    server: StorageServer, storage: Storage, ingest: Database, open_database: Callable[[str], Database]
) -> None:
    server.keep(*(each.body for each in frames(1, 2, 5)))
    heard(ingest, frames(1, 5))
    look(open_database, minutes(-20))
    for _ in range(3):
        asked(ingest, storage)
    assert [(gap.missing, gap.filled, gap.state) for gap in known(ingest)] == [(3, 1, "part_filled")]


def test_an_outage_longer_than_the_retention_is_named_so_and_what_is_kept_is_filled(ingest: Database, database: Database) -> None:
    with StorageServer(retention=timedelta(minutes=60)).running() as server:
        server.keep(*(each.body for each in frames(30, 90)))
        storage = Storage(application(server, retention=timedelta(minutes=60)), QUICK)
        outage(ingest, minutes(95), minutes(70))
        asked(ingest, storage)
        assert [gap.state for gap in known(ingest)] == ["beyond_retention"]
        assert server.asked == []
        outage(ingest, minutes(65), minutes(5))
        for _ in range(3):
            asked(ingest, storage)
        storage.close()
    latest = known(ingest)[0]
    assert (latest.state, latest.filled) == ("beyond_retention", 1)
    assert "kept nothing from before" in latest.detail
    assert first(database, BOTH) == "1 readings, 1 uplinks"


@pytest.mark.parametrize(
    ("status", "change", "says"),
    [
        (401, {"key": "NNSXS.WRONG"}, "make a new one"),
        (404, {"name": "others@council"}, "activate that"),
        (403, {}, "view application traffic"),
    ],
)
def test_what_a_person_must_mend_is_said_and_the_gap_stays_open(
    status: int,
    change: dict[str, object],
    says: str,
    server: StorageServer,
    ingest: Database,
    open_database: Callable[[str], Database],
) -> None:
    if not change:
        server.trouble.append(Trouble(status))
    heard(ingest, frames(1, 3))
    look(open_database, minutes(-20))
    storage = Storage(application(server, **change), QUICK)
    (fault,) = fill(ingest, Registry(), [storage], None, Event()).faults
    storage.close()
    gap = known(ingest)[0]
    assert isinstance(fault, StorageRefused)
    assert says in gap.detail
    assert (gap.state, gap.detail, gap.asked) == ("open", str(fault), 0)
    assert storage.application.name in gap.detail
    assert "NNSXS" not in gap.detail + repr(storage.application)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(429, {"Retry-After": "1"}),
        Trouble(429, {"X-Rate-Limit-Retry": "1"}),
        Trouble(429, {"Retry-After": "9" * 5_000}),
        Trouble(500),
        Trouble(503),
        Trouble(lines=3, cut=True),
        Trouble(lines=0, cut=True),
        Trouble(lines=3, silence_s=1.5),
        Trouble(lines=3, error={"code": 14, "message": "unavailable"}),
    ],
    ids=["429", "429 by its own header", "429 with no end", "500", "503", "cut", "cut at once", "silent", "error in the stream"],
)
def test_what_passes_by_waiting_is_waited_out_and_the_rest_asked_for(
    trouble: Trouble, server: StorageServer, storage: Storage, ingest: Database, database: Database
) -> None:
    server.keep(*(each.body for each in frames(*range(1, 11))))
    outage(ingest, minutes(101), minutes(90))
    server.trouble.append(trouble)
    assert asked(ingest, storage) == {"stored": 10, "duplicate": 0, "rejected": 0}
    assert first(database, BOTH) == "10 readings, 10 uplinks"
    assert first(database, "SELECT count(*) FROM reject") == 0
    if trouble.lines:
        assert server.asked[1]["after"] >= (minutes(98) - timedelta(seconds=1)).isoformat()


def test_an_answer_that_trickles_is_given_up_in_time_and_the_rest_asked_for(
    server: StorageServer, ingest: Database, database: Database
) -> None:
    server.keep(*(each.body for each in frames(*range(1, 11))))
    outage(ingest, minutes(101), minutes(90))
    server.trouble.append(Trouble(pace_s=0.2))
    storage = Storage(application(server), Patience(silence_s=5, answer_s=0.5, first_wait_s=0.01, tries=3))
    assert asked(ingest, storage)["stored"] == 10
    storage.close()
    assert server.asked[1]["after"] > server.asked[0]["after"]


@pytest.mark.parametrize("status", [200, 500])
def test_a_compressed_answer_is_not_unpacked(
    status: int, server: StorageServer, storage: Storage, ingest: Database, database: Database
) -> None:
    """It was not asked for, and a small one may unpack to more than there is room for."""
    server.keep(*(each.body for each in frames(1)))
    outage(ingest, minutes(101), minutes(90))
    server.trouble.extend([Trouble(status, {"Content-Encoding": "gzip"})] * QUICK.tries)
    (fault,) = fill(ingest, Registry(), [storage], None, Event()).faults
    assert "gzip" in str(fault)
    assert first(database, "SELECT count(*) FROM reject") == 0
    assert asked(ingest, storage)["stored"] == 1


def test_what_nobody_foresaw_at_one_councils_store_stops_no_other(
    server: StorageServer, ingest: Database, database: Database
) -> None:
    server.keep(*(each.body for each in frames(1)))
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('hilltop', 'Hilltop')")
    nowhere = application(server, council="hilltop", name="paths@hilltop", address="https://xn--")
    with ingest.transaction() as conn:
        assert gaps.add_outage(conn, "hilltop", nowhere.name, minutes(101), minutes(90))
    outage(ingest, minutes(101), minutes(90))
    stop = Event()
    filling = Thread(target=keep_filling, args=(ingest, [nowhere, application(server)], stop))
    filling.start()
    try:
        until(lambda: first(database, "SELECT count(*) FROM level_reading") == 1, "what was sent is filled in")
        assert filling.is_alive()
    finally:
        stop.set()
        filling.join()


def test_a_store_that_stays_away_is_asked_again_later(server: StorageServer, storage: Storage, ingest: Database) -> None:
    server.keep(*(each.body for each in frames(1, 2, 3, 4)))
    outage(ingest, minutes(101), minutes(90))
    server.trouble.extend([Trouble(lines=2, cut=True), *[Trouble(500)] * 3])
    (fault,) = fill(ingest, Registry(), [storage], None, Event()).faults
    assert isinstance(fault, StorageAway)
    gap = known(ingest)[0]
    assert (gap.state, gap.asked) == ("open", 0)
    assert "500" in gap.detail
    assert asked(ingest, storage) == {"stored": 2, "duplicate": 2, "rejected": 0}
    assert known(ingest)[0].detail == ""


def test_lines_that_are_no_uplinks_are_kept_as_rejects_and_the_rest_goes_on(
    server: StorageServer, storage: Storage, ingest: Database, database: Database
) -> None:
    server.keep(*(each.body for each in frames(1, 2, 3)))
    outage(ingest, minutes(101), minutes(90))
    garbage = b'\x00\xff no JSON\n\n{"result": 7}\n: a comment\n{"result": "' + b"x" * 400_000 + b'"}\n'
    server.trouble.append(Trouble(lines=1, garbage=garbage))
    asked(ingest, storage)
    assert first(database, BOTH) == "3 readings, 3 uplinks"
    with database.transaction() as conn:
        kept = conn.execute("SELECT source, reason, raw_bytes FROM reject ORDER BY reason, raw_bytes").fetchall()
    assert kept == [("tts", "bad_json", 10), ("tts", "bad_json", 13), ("tts", "too_large", 262_145)]


def test_an_uplink_stored_without_any_time_is_refused_not_dated_today(
    server: StorageServer, storage: Storage, ingest: Database, database: Database
) -> None:
    timeless = frames(1)[0].body.replace(minutes(100).isoformat().encode(), b"0001-01-01T00:00:00Z")
    half = json.loads(frames(2)[0].body) | {"received_at": "0001-01-01T00:00:00Z"}
    server.keep(timeless, json.dumps(half).encode(), at=minutes(99))
    outage(ingest, minutes(101), minutes(90))
    asked(ingest, storage)
    assert first(database, "SELECT reason FROM reject") == "bad_time"
    assert first(database, "SELECT observed_at FROM level_reading") == minutes(99)


def test_an_application_cannot_speak_for_another_councils_device(
    server: StorageServer, ingest: Database, database: Database
) -> None:
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('hilltop', 'Hilltop')")
    server.keep(frames(1)[0].body)
    storage = Storage(application(server, council="hilltop"), QUICK)
    tally = take(ingest, Registry(), storage, minutes(110), minutes(90), Event())
    storage.close()
    assert (tally.stored, tally.rejected) == (0, 1)
    assert first(database, "SELECT count(*) FROM uplink") == 0
    assert first(database, "SELECT reason FROM reject") == "wrong_council"
    tried = [each for chunk in replay_wanted(ingest, Registry(), Wanted(), NOW) for each in chunk]
    assert [each.outcome for each in tried] == ["unknown_topic"]


def test_more_than_a_page_is_read_to_its_end_whatever_the_servers_own_limit(ingest: Database, database: Database) -> None:
    with StorageServer(page=7).running() as server:
        server.keep(*(each.body for each in frames(*range(1, 31))))
        storage = Storage(application(server), QUICK)
        tally = take(ingest, Registry(), storage, minutes(110), minutes(0), Event())
        storage.close()
    assert (tally.stored, tally.duplicate) == (30, 0)


def test_a_councils_devices_are_asked_for_at_all_its_applications_and_one_that_fails_stops_no_other(
    server: StorageServer, storage: Storage, ingest: Database, database: Database, open_database: Callable[[str], Database]
) -> None:
    heard(ingest, frames(1, 3))
    look(open_database, minutes(-20))
    server.keep(frames(2)[0].body)
    with StorageServer(application="paths").running() as other:
        paths = Storage(application(other, name="paths@council"), QUICK)
        other.trouble.append(Trouble(403))
        filling = fill(ingest, Registry(), [paths, storage], None, Event())
        paths.close()
    assert (filling.tally.stored, len(filling.faults)) == (1, 1)
    assert [gap.state for gap in known(ingest)] == ["filled"]
    assert first(database, BOTH) == "3 readings, 3 uplinks"


def test_it_ends_when_it_is_told_to(server: StorageServer, storage: Storage, ingest: Database) -> None:
    server.keep(*(each.body for each in frames(*range(1, 31))))
    server.trouble.append(Trouble(pace_s=0.05))
    outage(ingest, minutes(101), minutes(60))
    stop = Event()
    stop.set()
    fill(ingest, Registry(), [storage], None, stop)
    coming = storage.uplinks(minutes(110), minutes(0), stop := Event())
    next(coming)
    stop.set()
    assert len(list(coming)) <= 1
    assert [(gap.state, gap.asked) for gap in known(ingest)] == [("open", 0)]
    with ingest.transaction() as conn:
        assert len(gaps.claim(conn, "rivermouth", datetime.now(UTC), NOW + timedelta(hours=1))) == 1
        assert gaps.claim(conn, "rivermouth", datetime.now(UTC), NOW + timedelta(hours=1)) == []
