"""A transmission is kept once, however often, in whatever order and by whichever ways its copies come."""

import json
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest.journey import process
from ingest.outcome import Kept, Message
from ingest.tally import Tally
from streets.store.database import Database
from streets.store.readings import add_readings
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, count, found, level, registry, tts

Keep = Callable[..., Tally]
MINUTES = [NOON + timedelta(minutes=n) for n in range(60)]
HOUR = timedelta(hours=1)


def frames(database: Database) -> list[tuple[Any, ...]]:
    return found(database, "SELECT f_cnt, observed_at, note FROM uplink ORDER BY observed_at, f_cnt")


def readings(database: Database) -> list[datetime]:
    return [at for (at,) in found(database, "SELECT observed_at FROM level_reading ORDER BY observed_at")]


def late(message: Message, seconds: int = 40) -> Message:
    """A copy that another gateway brought, outside the server's window: later, and dated by the server's clock."""
    body = json.loads(message.body)
    at = datetime.fromisoformat(body["uplink_message"]["received_at"]) + timedelta(seconds=seconds)
    body["uplink_message"]["received_at"] = body["received_at"] = at.isoformat()
    return replace(message, body=json.dumps(body).encode(), received_at=at)


def test_a_counter_that_begins_again_with_the_same_bytes_is_another_frame(database: Database, keep: Keep) -> None:
    before = [level(f_cnt=0, at=MINUTES[0]), level(f_cnt=1, at=MINUTES[10])]
    after = [level(f_cnt=0, at=MINUTES[20]), level(f_cnt=1, at=MINUTES[30])]
    assert keep(*before, *after) == Tally(received=4, stored=4)
    assert keep(*map(late, after), *before, *after) == Tally(received=6, duplicate=6)
    assert frames(database) == [
        (0, MINUTES[0], None),
        (1, MINUTES[10], None),
        (0, MINUTES[20], "counter_reset"),
        (1, MINUTES[30], "counter_reset"),
    ]
    assert readings(database) == [MINUTES[0], MINUTES[10], MINUTES[20], MINUTES[30]]


def test_a_late_copy_is_no_restart_whatever_its_server_says_of_its_time(database: Database, keep: Keep) -> None:
    assert keep(level(f_cnt=7), level(f_cnt=8, at=NOON + HOUR)).stored == 2
    assert keep(late(level(f_cnt=7))).duplicate == 1
    assert keep(late(level(f_cnt=8, at=NOON + HOUR), seconds=3600)).duplicate == 1, "no other counter came in between"
    assert len(frames(database)) == len(readings(database)) == 2


def test_what_looked_like_a_copy_is_stored_when_a_back_fill_shows_that_the_counter_had_fallen(
    database: Database, keep: Keep
) -> None:
    first, between, again = level(f_cnt=0), level(f_cnt=1, at=MINUTES[10]), level(f_cnt=0, at=MINUTES[20])
    assert keep(first) == Tally(received=1, stored=1)
    assert keep(again, again) == Tally(received=2, duplicate=2)
    assert keep(between).stored == 1
    assert frames(database) == [(0, NOON, None), (1, MINUTES[10], None), (0, MINUTES[20], "counter_reset")]
    assert readings(database) == [NOON, MINUTES[10], MINUTES[20]]
    assert found(database, "SELECT received, stored, duplicate, rejected FROM ledger") == [(4, 3, 1, 0)]
    assert found(database, "SELECT since FROM touched") == [(NOON,)]


def test_thousands_of_late_copies_at_once_keep_nobody_waiting(database: Database, keep: Keep) -> None:
    """A gateway that was cut off hands on a month of what others had told; compared each with each, that took minutes."""
    at = [NOON + timedelta(minutes=10 * f_cnt) for f_cnt in range(4_000)]
    keep(*(level(500, f_cnt, at=at[f_cnt]) for f_cnt in range(4_000)))
    assert keep(*(level(500, f_cnt, at=at[f_cnt] + timedelta(minutes=5)) for f_cnt in range(500))).duplicate == 500
    assert keep(level(510, 9_000, at=at[0] + timedelta(minutes=2))).stored == 1
    # Another counter between the two times of the first, and of no other: that one had begun again.
    assert found(database, "SELECT f_cnt FROM uplink WHERE occurrence > 0") == [(0,)]
    assert found(database, "SELECT sum(stored), sum(duplicate) FROM ledger") == [(4_002, 499)]


def test_the_later_frame_of_a_counter_is_flagged_also_when_it_came_first(database: Database, keep: Keep) -> None:
    keep(level(800, f_cnt=0, at=MINUTES[20]))
    keep(level(800, f_cnt=1, at=MINUTES[10]), level(900, f_cnt=0, at=MINUTES[0]))
    keep(level(950, f_cnt=0, at=MINUTES[21]))
    assert frames(database) == [
        (0, MINUTES[0], None),
        (1, MINUTES[10], None),
        (0, MINUTES[20], "counter_reset"),
        (0, MINUTES[21], "counter_conflict"),
    ]


def test_a_network_that_tells_no_time_cannot_show_a_restart(database: Database, keep: Keep) -> None:
    def untold(message: Message) -> Message:
        return replace(message, body=message.body.replace(b'"received_at"', b'"unknown_at"'))

    keep(untold(level(f_cnt=0)), untold(level(f_cnt=1, at=MINUTES[10])))
    assert keep(untold(level(f_cnt=0, at=MINUTES[20]))).duplicate == 1
    assert found(database, "SELECT count(*) FROM doubtful_copy") == [(0,)]


def test_two_processes_keep_the_same_messages_once_and_wait_for_each_other_in_no_ring(database: Database, keep: Keep) -> None:
    messages = [level(500 + n, f_cnt=n, at=NOON + n * HOUR) for n in range(300)]
    again = [level(500, f_cnt=0, at=NOON + 400 * HOUR)]
    with ThreadPoolExecutor(2) as processes:
        one = processes.submit(keep, *messages, *again)
        two = processes.submit(keep, *again, *reversed(messages))
    assert one.result() + two.result() == Tally(received=602, stored=301, duplicate=301)
    assert len(frames(database)) == len(readings(database)) == 301


def test_readings_may_be_offered_again_and_again_in_one_transaction(database: Database, ingest: Database) -> None:
    outcomes = [process(message, registry()) for message in (level(), count())]
    told = [reading for (outcome,) in outcomes if isinstance(outcome, Kept) for reading in outcome.readings]
    with ingest.transaction() as conn:
        for _ in range(3):
            add_readings(conn, told)
    assert found(database, "SELECT (SELECT count(*) FROM level_reading), (SELECT count(*) FROM count_reading)") == [(1, 1)]


COUNTER_EUI = "24e124790e000001"


@pytest.mark.parametrize("memory_first", [True, False])
def test_a_period_told_live_and_again_from_memory_counts_once_though_the_clocks_differ(
    database: Database, keep: Keep, memory_first: bool
) -> None:
    with database.transaction() as conn:
        conn.execute("UPDATE device SET model = 'vs350', device = %s WHERE device = %s", (COUNTER_EUI, COUNTER))
    live = tts(bytes.fromhex("05cc05000700"), 1, NOON, COUNTER_EUI)
    if memory_first:
        live = replace(live, received_at=NOON + 3 * HOUR)
    for seconds_off, together in product([-20, 0, 3, 100], [True, False]):
        device_says = [int(NOON.timestamp()) + seconds_off + after_s for after_s in (0, 300)]
        records = b"".join(bytes.fromhex("20ce") + struct.pack("<I", at) + bytes.fromhex("0005000700") for at in device_says)
        memory = tts(records, 2, NOON + 2 * HOUR, COUNTER_EUI)
        messages = [memory, live] if memory_first else [live, memory]
        for batch in [messages] if together else [[each] for each in messages]:
            keep(*batch)
        assert found(database, "SELECT people_in, people_out FROM count_reading") == [(5, 7), (5, 7)], (
            "the next period is another"
        )
        with database.transaction() as conn:
            conn.execute("TRUNCATE uplink, count_reading")


@dataclass(frozen=True)
class Sent:
    """One transmission: its counter, what it says, and when the network heard it."""

    f_cnt: int
    distance_mm: int
    at: datetime


@st.composite
def lives(draw: st.DrawFn) -> list[Sent]:
    """A device sends every ten minutes, says one of two things, and restarts now and then."""
    sent: list[Sent] = []
    for n in range(draw(st.integers(1, 7))):
        f_cnt = 0 if not sent or draw(st.booleans()) else sent[-1].f_cnt + 1
        sent.append(Sent(f_cnt, draw(st.sampled_from([800, 900])), NOON + n * timedelta(minutes=10)))
    return sent


def by_mqtt(sent: Sent) -> Message:
    return level(sent.distance_mm, sent.f_cnt, sent.at)


def by_webhook(sent: Sent) -> Message:
    message = by_mqtt(sent)
    body = json.loads(message.body) | {"correlation_ids": ["as:webhook"]}
    return replace(message, body=json.dumps(body).encode(), received_at=sent.at + timedelta(seconds=9))


def by_back_fill(sent: Sent) -> Message:
    """As the Storage Integration tells it: without the time at which the application server had it."""
    message = by_mqtt(sent)
    body = {name: value for name, value in json.loads(message.body).items() if name != "received_at"}
    return replace(message, body=json.dumps(body).encode(), received_at=sent.at + timedelta(days=1))


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Sent], list[list[Message]]]:
    """A life, and copies of all its transmissions in any order, repeated, in batches."""
    life = draw(lives())
    ways = st.lists(st.sampled_from([by_mqtt, by_webhook, by_back_fill]), min_size=1, max_size=3)
    copies = draw(st.permutations([way(sent) for sent in life for way in draw(ways)]))
    cuts = sorted(draw(st.lists(st.integers(0, len(copies)), max_size=3)))
    return life, [copies[start:end] for start, end in zip([0, *cuts], [*cuts, len(copies)], strict=True) if end > start]


def transmissions(life: Sequence[Sent]) -> Counter[tuple[int, int]]:
    """Counter and distance of the transmissions that differ: one repeated with no other counter in between is as if resent."""
    told: list[Sent] = []
    for sent in life:
        earlier = [each for each in told if (each.f_cnt, each.distance_mm) == (sent.f_cnt, sent.distance_mm)]
        if not any(all(each.f_cnt == sent.f_cnt for each in life if one.at < each.at < sent.at) for one in earlier):
            told.append(sent)
    return Counter((sent.f_cnt, sent.distance_mm) for sent in told)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrived=arrivals())
def test_any_order_and_repetition_of_copies_stores_the_same_frames(
    database: Database, keep: Keep, arrived: tuple[list[Sent], list[list[Message]]]
) -> None:
    with database.transaction() as conn:
        conn.execute("TRUNCATE uplink, doubtful_copy, level_reading, ledger")
    life, batches = arrived
    for batch in batches:
        keep(*batch)
    expected = transmissions(life)
    stored = found(
        database, "SELECT f_cnt, get_byte(payload, 5) + 256 * get_byte(payload, 6), count(*) FROM uplink GROUP BY 1, 2"
    )
    assert {(f_cnt, distance_mm): times for f_cnt, distance_mm, times in stored} == dict(expected)
    assert len(readings(database)) == expected.total()
    ((received, kept, duplicate, rejected),) = found(
        database, "SELECT sum(received), sum(stored), sum(duplicate), sum(rejected) FROM ledger"
    )
    assert (received, kept, rejected) == (sum(map(len, batches)), expected.total(), 0)
    assert received == kept + duplicate
    assert found(database, "SELECT DISTINCT device FROM uplink") == [(BIN_EUI,)]
