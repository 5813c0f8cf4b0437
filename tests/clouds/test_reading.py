"""What a cloud counted is stored once, as it was last told; what it does not tell stays not known."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from ingest.clouds.asking import Patience
from ingest.clouds.cloud import Cloud
from ingest.clouds.reading import Answered, Reading
from ingest.clouds.telraam import Telraam
from ingest.clouds.vivacity import Vivacity
from ingest.refused.recoding import recode
from ingest.refused.replay import replay_wanted
from ingest.registry import Registry
from streets.accounts.frames import count_frames
from streets.clouds import Account
from streets.jobs import gaps as gaps_job
from streets.jobs.footfall import tell_hours
from streets.store import clouds
from streets.store.database import Database
from streets.store.rejects import Wanted
from tests.clouds.cloud_servers import HOUR, QUARTER, TelraamServer, Trouble, VivacityServer
from tests.clouds.conftest import account, council, stand
from tests.conftest import SUPERUSER
from tests.ingest.arrivals import found

NOW = datetime.now(UTC).replace(minute=12, second=0, microsecond=0) - HOUR
# The last quarter that may be asked for: it was over for five minutes.
LAST = NOW.replace(minute=0) - QUARTER
QUICK = Patience(connect_s=2, silence_s=0.5, answer_s=3, pause_s=0.0)
COUNTLINE, SEGMENT = "rivermouth/vivacity-54315", "rivermouth/telraam-9000001234"
COUNTS = "SELECT period_start, people_in, people_out, period_s, fault FROM count_reading ORDER BY period_start"
LEDGER = "SELECT device, sum(received), sum(stored), sum(duplicate), sum(rejected) FROM ledger GROUP BY device ORDER BY device"


def read(db: Database, of: Account, at: datetime = NOW) -> Answered:
    cloud: Cloud = (Telraam if of.cloud == "telraam" else Vivacity)(of, QUICK)
    try:
        return Reading(db, of, cloud, at, Event()).read()
    finally:
        cloud.close()


def rows(db: Database, query: str = COUNTS) -> list[tuple[Any, ...]]:
    return found(db, query)


def test_what_a_countline_counted_is_stored_once_however_often_it_is_asked(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST - QUARTER, 12, 7)
    vivacity.count("54315", LAST, 3, 0)
    for _ in range(3):
        assert read(quay, account(vivacity)).fault is None
    assert rows(database) == [(LAST - QUARTER, 12, 7, 900, None), (LAST, 3, 0, 900, None)]
    assert rows(database, LEDGER) == [(COUNTLINE, 2, 2, 0, 0)]
    assert {asked["fill_zeros"] for _, path, asked in vivacity.asked if path == "/countline/counts"} == {"false"}


def test_a_quarter_that_the_cloud_says_nothing_of_is_no_reading_and_a_zero_that_it_says_is_one(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST - 3 * QUARTER, 5, 5)
    vivacity.count("54315", LAST, 0, 0)
    read(quay, account(vivacity))
    assert rows(database) == [(LAST - 3 * QUARTER, 5, 5, 900, None), (LAST, 0, 0, 900, None)]


def test_the_newest_quarter_is_left_until_it_can_have_been_published(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 1, 1)
    read(quay, account(vivacity), LAST + QUARTER + timedelta(minutes=4))
    assert rows(database) == []
    read(quay, account(vivacity), LAST + QUARTER + timedelta(minutes=5))
    assert rows(database) == [(LAST, 1, 1, 900, None)]


def test_a_quarter_that_comes_late_is_found_when_it_is_asked_for_again(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 1, 1)
    read(quay, account(vivacity))
    vivacity.count("54315", LAST - 8 * QUARTER, 4, 2)
    read(quay, account(vivacity))
    assert rows(database) == [(LAST - 8 * QUARTER, 4, 2, 900, None), (LAST, 1, 1, 900, None)]


def test_what_the_cloud_corrects_replaces_the_count_and_every_answer_is_kept(
    quay: Database, database: Database, open_database: Callable[[str], Database], vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    # 5, then 9, then 5 again: the last holds, though it was said before.
    for people in (5, 9, 5):
        vivacity.count("54315", LAST, people, 1)
        read(quay, account(vivacity))
    assert rows(database) == [(LAST, 5, 1, 900, None)]
    assert rows(database, "SELECT note FROM uplink ORDER BY received_at") == [(None,), ("revised",), ("revised",)]
    assert rows(database, LEDGER) == [(COUNTLINE, 3, 3, 0, 0)]
    assert rows(database, "SELECT count(*) FROM touched") == [(1,)]
    # The ledger has one interval heard of one: corrections are no frames that were sent.
    with open_database("streets_jobs").transaction() as conn:
        count_frames(conn)
    assert rows(database, "SELECT heard, missing FROM frame_day") == [(1, 0)]


def test_a_published_hour_that_the_cloud_corrects_is_a_revision(
    quay: Database, database: Database, open_database: Callable[[str], Database], vivacity: VivacityServer
) -> None:
    jobs = open_database("streets_jobs")
    stand(database, COUNTLINE, "vivacity-countline")
    hour = NOW.replace(minute=0) - HOUR
    for number in range(4):
        vivacity.count("54315", hour + number * QUARTER, 10, 0)
    read(quay, account(vivacity))
    tell_hours(jobs, NOW + HOUR)
    assert rows(database, "SELECT hour_start, people, revision FROM published_hour") == [(hour, 40, 0)]
    vivacity.count("54315", hour, 14, 0)
    read(quay, account(vivacity))
    tell_hours(jobs, NOW + HOUR)
    assert rows(database, "SELECT hour_start, people, revision FROM published_hour") == [(hour, 44, 1)]
    assert rows(database, "SELECT hour_start, was_people, people FROM revised_hour") == [(hour, 40, 44)]


def test_two_who_ask_at_once_take_each_answer_once(quay: Database, database: Database, vivacity: VivacityServer) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    for number in range(200):
        vivacity.count("54315", LAST - number * QUARTER, 1, 1)
    with ThreadPoolExecutor(2) as both:
        answered = list(both.map(lambda _: read(quay, account(vivacity)), range(2)))
    assert [each.fault for each in answered] == [None, None]
    assert rows(database, LEDGER) == [(COUNTLINE, 200, 200, 0, 0)]
    assert len(rows(database)) == 200


def test_a_count_that_the_database_refuses_is_refused_alone(quay: Database, database: Database, vivacity: VivacityServer) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    with database.transaction() as conn:
        conn.execute("ALTER TABLE count_reading ADD CHECK (people_in <> 13)")
    for number, people in enumerate((12, 13, 14)):
        vivacity.count("54315", LAST - number * QUARTER, people, 0)
    for _ in range(2):
        assert read(quay, account(vivacity)).fault is None
    assert [row[1] for row in rows(database)] == [14, 12]
    assert rows(database, "SELECT reason, times FROM reject") == [("not_storable", 1)]
    assert rows(database, LEDGER) == [("", 1, 0, 0, 1), (COUNTLINE, 2, 2, 0, 0)]


def test_an_outage_of_the_cloud_is_a_gap_until_it_answers_and_nobody_is_counted_meanwhile(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    gap = "SELECT source, application, state, filled, ends_at - starts_at FROM gap WHERE why = 'outage'"
    vivacity.count("54315", LAST, 1, 1)
    read(quay, account(vivacity), NOW - 2 * HOUR)
    vivacity.trouble.extend([Trouble(503)] * 2)
    fault = read(quay, account(vivacity), NOW - HOUR).fault
    assert fault is not None and fault.kind == "away"
    assert read(quay, account(vivacity), NOW).fault is not None
    assert rows(database) == []
    assert rows(database, gap) == [("cloud", "town-centre", "open", 0, timedelta(hours=2))]
    assert read(quay, account(vivacity), NOW).fault is None
    assert rows(database) == [(LAST, 1, 1, 900, None)]
    assert rows(database, gap) == [("cloud", "town-centre", "filled", 1, timedelta(hours=2))]


def test_a_countline_that_nobody_registered_is_refused_and_kept_and_counts_once_it_is_registered(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    for people in (5, 9):
        vivacity.count("54315", LAST, people, 1)
        read(quay, account(vivacity))
    assert rows(database, "SELECT source, device, council, reason, times FROM reject ORDER BY first_seen") == [
        ("cloud", COUNTLINE, "rivermouth", "unknown_device", 1),
        ("cloud", COUNTLINE, "rivermouth", "unknown_device", 1),
    ]
    stand(database, COUNTLINE, "vivacity-countline")
    list(replay_wanted(quay, Registry(), Wanted(), NOW))
    assert rows(database) == [(LAST, 9, 1, 900, None)]
    assert rows(database, LEDGER) == [(COUNTLINE, 2, 2, 0, 0)]


def test_a_key_is_good_for_its_own_council_only(quay: Database, database: Database, vivacity: VivacityServer) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 5, 1)
    read(quay, account(vivacity, council="harbourside"))
    assert rows(database) == []
    assert rows(database, "SELECT device, reason FROM reject") == [("harbourside/vivacity-54315", "unknown_device")]


def test_a_month_is_asked_for_in_pieces_that_the_cloud_answers(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST - timedelta(days=29), 2, 2)
    vivacity.count("54315", LAST, 1, 1)
    assert read(quay, account(vivacity, history=timedelta(days=30))).fault is None
    assert [row[1] for row in rows(database)] == [2, 1]
    asked = [asked for _, path, asked in vivacity.asked if path == "/countline/counts"]
    assert len(asked) == 30
    assert all(one["to"] == next_one["from"] for one, next_one in zip(asked, asked[1:], strict=False))


def test_what_came_before_an_answer_broke_off_is_kept_and_not_asked_for_again(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST - timedelta(days=2), 2, 2)
    vivacity.count("54315", LAST, 1, 1)
    month = account(vivacity, posts=("54315",), history=timedelta(days=3))
    vivacity.trouble.extend([Trouble(), Trouble(), Trouble(cut=True)])
    assert read(quay, month).fault is not None
    assert [row[1] for row in rows(database)] == [2]
    vivacity.asked.clear()
    assert read(quay, month).fault is None
    assert [row[1] for row in rows(database)] == [2, 1]
    # Two days were read, and nobody had looked back yet: all three are asked for again, and what is known is not taken again.
    assert rows(database, LEDGER) == [(COUNTLINE, 2, 2, 0, 0)]


def test_what_a_sensor_sends_days_later_is_found_by_the_look_back_of_each_day(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 1, 1)
    read(quay, account(vivacity), NOW)
    vivacity.count("54315", LAST - timedelta(days=3), 8, 6)
    read(quay, account(vivacity), NOW + timedelta(hours=23))
    assert [row[1] for row in rows(database)] == [1]
    vivacity.asked.clear()
    read(quay, account(vivacity), NOW + timedelta(hours=24))
    assert [row[1] for row in rows(database)] == [8, 1]
    # Seven days and what is new, a day at a time; then again the last half day alone.
    assert len([path for _, path, _ in vivacity.asked if path == "/countline/counts"]) == 7
    vivacity.asked.clear()
    read(quay, account(vivacity), NOW + timedelta(hours=24))
    assert len([path for _, path, _ in vivacity.asked if path == "/countline/counts"]) == 1


def test_one_segment_that_is_refused_does_not_hold_up_the_others(
    quay: Database, database: Database, telraam: TelraamServer
) -> None:
    stand(database, SEGMENT, "telraam-segment")
    hour = NOW.replace(minute=0) - HOUR
    telraam.count("9000001234", hour, 20, 11)
    telraam.trouble.append(Trouble(404))
    fault = read(quay, account(telraam, posts=("9000000001", "9000001234"))).fault
    assert fault is not None and fault.kind == "refused"
    assert rows(database) == [(hour, 20, 11, 3600, None)]


def test_one_countline_that_is_refused_does_not_hold_up_those_it_was_asked_with(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 5, 1)
    vivacity.others.add("99999")
    fault = read(quay, account(vivacity, posts=("54315", "99999"))).fault
    assert fault is not None and fault.kind == "refused" and "asked about 99999" in str(fault)
    assert rows(database) == [(LAST, 5, 1, 900, None)]


def test_an_hour_of_telraam_is_the_people_seen_and_the_seconds_in_which_they_were_seen(
    quay: Database, database: Database, open_database: Callable[[str], Database], telraam: TelraamServer
) -> None:
    jobs = open_database("streets_jobs")
    stand(database, SEGMENT, "telraam-segment")
    hour = NOW.replace(minute=0) - HOUR
    segment = account(telraam, posts=("9000001234",))
    # 12 and 6 people in 2,880 s, which Telraam projects onto 3,600 s.
    telraam.count("9000001234", hour - HOUR, 15, 7.5, uptime=0.8)
    telraam.count("9000001234", hour, 0, 0, uptime=0)
    read(quay, segment)
    assert rows(database) == [(hour - HOUR, 12, 6, 2880, None), (hour, 0, 0, 3600, "stopped")]
    known = "SELECT hour_start, people, covered_s, gap_s, gap_why, is_known FROM counter_hour ORDER BY hour_start"
    tell_hours(jobs, NOW)
    assert rows(database, known) == [(hour - HOUR, 18, 2880, 720, "silent", True), (hour, 0, 0, 3600, "stopped", False)]
    # The hour was not over for Telraam: it is told in full later.
    telraam.count("9000001234", hour, 4, 4, uptime=1)
    read(quay, segment)
    assert rows(database)[1] == (hour, 4, 4, 3600, None)
    tell_hours(jobs, NOW)
    assert rows(database, known)[1] == (hour, 8, 3600, 0, None, True)


def test_a_record_without_a_time_and_one_without_a_class_are_refused_and_the_rest_is_stored(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 5, 1)
    vivacity.counts["54315", LAST - QUARTER] = ({}, {})
    record = b'{"from": "%s", "to": "%s", "clockwise": {"pedestrian": 1}}'
    times = (b"2026-13-01T00:00:00Z", b"2026-13-01T00:15:00Z")
    assert read(quay, account(vivacity)).fault is None
    vivacity.trouble.append(Trouble(body=b'{"54315": [' + record % times + b"]}"))
    assert read(quay, account(vivacity, posts=("54315",))).fault is None
    assert [row[1] for row in rows(database)] == [5]
    assert rows(database, "SELECT reason FROM reject ORDER BY reason") == [("bad_json",), ("undecodable",)]


def test_what_is_no_answer_stores_nothing_and_the_next_answer_has_it(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    vivacity.count("54315", LAST, 5, 1)
    vivacity.trouble.append(Trouble(401))
    assert read(quay, account(vivacity)).fault is not None
    assert rows(database) == []
    told = "SELECT fault_kind, times, good_at FROM cloud_account JOIN cloud_fault USING (account)"
    assert rows(database, told) == [("key", 1, None)]
    read(quay, account(vivacity))
    assert rows(database) == [(LAST, 5, 1, 900, None)]
    assert rows(database, told) == [(None, 1, NOW)]


def test_intervals_of_another_length_than_was_asked_for_are_none_of_them_taken(
    quay: Database, database: Database, vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    hour = {"from": (LAST - HOUR).isoformat(), "to": LAST.isoformat(), "clockwise": {"pedestrian": 9}}
    vivacity.trouble.append(Trouble(body=json.dumps({"54315": [hour]}).encode()))
    fault = read(quay, account(vivacity, posts=("54315",))).fault
    assert fault is not None and fault.kind == "garbled"
    assert rows(database) == []


def test_an_account_that_nobody_asks_any_more_is_forgotten_but_not_how_far_it_was_read(
    quay: Database, database: Database, open_database: Callable[[str], Database], vivacity: VivacityServer
) -> None:
    vivacity.trouble.append(Trouble(503))
    for _ in range(2):
        read(quay, account(vivacity, posts=("54315",)))
    tables = "SELECT (SELECT count(*) FROM cloud_account), (SELECT count(*) FROM cloud_fault), (SELECT count(*) FROM cloud_post)"
    with open_database("streets_jobs").transaction() as conn:
        assert clouds.delete_silent(conn, NOW) == 0
    assert rows(database, tables) == [(1, 1, 1)]
    with open_database("streets_jobs").transaction() as conn:
        assert clouds.delete_silent(conn, NOW + timedelta(seconds=1)) == 1
    assert rows(database, tables) == [(0, 0, 1)]


def test_intervals_that_never_came_are_a_gap_until_they_come(
    quay: Database, database: Database, open_database: Callable[[str], Database], vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    gap = "SELECT device, state, missing, filled, ends_at FROM gap WHERE why = 'counter'"
    for at in (LAST - 3 * QUARTER, LAST):
        vivacity.count("54315", at, 5, 1)
    read(quay, account(vivacity))
    later = datetime.now(UTC) + timedelta(minutes=5)
    with open_database("streets_jobs").transaction() as conn:
        gaps_job.find(conn, later)
    assert rows(database, gap) == [(COUNTLINE, "not_recoverable", 2, 0, LAST + QUARTER)]
    for at in (LAST - 2 * QUARTER, LAST - QUARTER):
        vivacity.count("54315", at, 5, 1)
    read(quay, account(vivacity))
    with open_database("streets_jobs").transaction() as conn:
        gaps_job.find(conn, later)
    assert rows(database, gap) == [(COUNTLINE, "filled", 2, 2, LAST + QUARTER)]


def test_decoding_kept_answers_again_leaves_the_last_that_was_told(
    quay: Database, database: Database, open_database: Callable[[str], Database], vivacity: VivacityServer
) -> None:
    stand(database, COUNTLINE, "vivacity-countline")
    for people in (5, 9, 4):
        vivacity.count("54315", LAST, people, 1)
        read(quay, account(vivacity))
    with open_database("streets_mender").transaction() as conn:
        registry = Registry()
        registry.refresh(conn)
        post = registry.find(COUNTLINE)
        assert post is not None
        recoded = recode(conn, COUNTLINE, post, None, None)
    assert recoded is not None and (recoded.frames, recoded.removed, recoded.added) == (3, 0, 0)
    assert rows(database) == [(LAST, 4, 1, 900, None)]
    assert rows(database, "SELECT count(*) FROM uplink WHERE note = 'revised'") == [(2,)]


@pytest.mark.timescale
def test_a_count_that_is_corrected_is_one_count_on_timescale_too(timescale_url: str, vivacity: VivacityServer) -> None:
    everyone = owner, ingest, jobs = [Database(timescale_url, role) for role in (SUPERUSER, "streets_ingest", "streets_jobs")]
    for db in everyone:
        db.open()
    try:
        council(owner)
        stand(owner, COUNTLINE, "vivacity-countline")
        for people in (5, 9):
            vivacity.count("54315", LAST, people, 1)
            read(ingest, account(vivacity))
        assert rows(owner) == [(LAST, 9, 1, 900, None)]
        tell_hours(jobs, NOW)
        assert rows(owner, "SELECT people_in, covered_s FROM count_hour") == [(9, 900)]
    finally:
        for db in everyone:
            db.close()
