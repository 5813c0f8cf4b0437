"""The parts of the benchmark of ingest: each reads the same stream in another way, and says how fast and what became of it."""

import multiprocessing
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any, LiteralString

import psycopg

from bench import naive, wire
from bench.arrivals import PROBE, PROBE_EVERY, probed
from bench.ground import Ground, Usage

Packets = Sequence[tuple[int, bytes]]
READER = "bench-reader"
COPIED = ("uplink", "level_reading")
COPY_BATCH = 5_000
COPY_HEADER_BYTES, COPY_TRAILER = 19, b"\xff\xff"
POLL_S, PROBE_POLL_S = 0.1, 0.005
GIVE_UP_S = 60.0
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a stream: committed messages a second, how many are missing or there twice, and what ingest used."""

    per_s: float
    lost: int
    duplicated: int
    usage: Usage


def reader_live(ground: Ground, packets: Packets, topic: str) -> float:
    """Messages a second that the fastest reader gets while they are published."""
    messages = _number(packets)
    wire.leave_session(ground.broker_url, READER, [topic])
    with _publishing(ground, packets) as publishing:
        _, ended = wire.read_fast(ground.broker_url, READER, messages, publishing.begin)
        began, _ = publishing.stretch()
    wire.forget(ground.broker_url, READER)
    return messages / (ended - began)


def reader_drain(ground: Ground, packets: Packets, topic: str) -> float:
    """Messages a second that the fastest reader gets out of a backlog."""
    wire.leave_session(ground.broker_url, READER, [topic])
    wire.publish(ground.broker_url, packets)
    began, ended = wire.read_fast(ground.broker_url, READER, _number(packets), lambda: None)
    wire.forget(ground.broker_url, READER)
    return _number(packets) / (ended - began)


def ingest_live(ground: Ground, packets: Packets) -> Outcome:
    """`streets ingest` while they are published."""
    messages = _number(packets)
    with ground.database() as url, _publishing(ground, packets) as publishing:
        with ground.ingest(url) as ingest:
            idle = ingest.usage()
            publishing.begin()
            ended = _all_kept(url, messages)
            outcome = _outcome(url, messages, ended - publishing.stretch()[0], idle, ingest.usage())
        ground.forget_sessions()
    return outcome


def ingest_drain(ground: Ground, packets: Packets) -> Outcome:
    """`streets ingest` started again on a backlog; its time begins with the first message that it receives."""
    messages = _number(packets)
    with ground.database() as url:
        with ground.ingest(url):
            pass
        wire.publish(ground.broker_url, packets)
        with ground.ingest(url) as ingest:
            idle = ingest.usage()
            ended = _all_kept(url, messages)
            outcome = _outcome(url, messages, ended - _first_received(url), idle, ingest.usage())
        ground.forget_sessions()
    return outcome


def latencies(ground: Ground, per_s: int, seconds: int) -> list[float]:
    """Seconds from publishing to being visible to another connection, of every tenth message, at so many messages a second."""
    query = "SELECT f_cnt, extract(epoch FROM observed_at)::float8 FROM uplink WHERE device = %s AND session = '' AND f_cnt >= %s"
    found: dict[int, float] = {}
    deadline = time.monotonic() + seconds + GIVE_UP_S
    with ground.database() as url, _publishing(ground, wire.packed(probed(per_s, seconds), chunk=1)) as publishing:
        with ground.ingest(url), psycopg.connect(url, autocommit=True) as conn:
            publishing.begin()
            while len(found) < per_s * seconds // PROBE_EVERY and time.monotonic() < deadline:
                time.sleep(PROBE_POLL_S)
                for seq, published_at in conn.execute(query, (PROBE, len(found))):
                    found.setdefault(seq, time.time() - published_at)
        ground.forget_sessions()
    return list(found.values())


def naive_live(ground: Ground, packets: Packets, topic: str) -> float:
    """Messages a second that the naive script stores while they are published."""
    messages = _number(packets)
    with ground.database() as url, psycopg.connect(url, autocommit=True) as conn:
        conn.execute(naive.TABLE)
        wire.leave_session(ground.broker_url, READER, [topic])
        script = FORK.Process(target=naive.run, args=(ground.broker_url, url, READER, topic), daemon=True)
        script.start()
        try:
            began, _ = wire.publish(ground.broker_url, packets)
            ended = _reached(conn, "SELECT count(*) FROM naive_reading", messages)
        finally:
            script.kill()
            script.join()
            wire.forget(ground.broker_url, READER)
    return messages / (ended - began)


def copy_limit(ground: Ground, packets: Packets) -> float:
    """Messages a second whose rows COPY alone takes into the same tables, in batches sorted by key."""
    with ground.database() as url:
        with ground.ingest(url):
            wire.publish(ground.broker_url, packets)
            _all_kept(url, _number(packets))
        ground.forget_sessions()
        with psycopg.connect(url) as conn:
            batches = {table: _copied_out(conn, table) for table in COPIED}
            conn.execute("TRUNCATE uplink, level_reading")
            conn.commit()
            began = time.monotonic()
            for parts in zip(*batches.values(), strict=True):
                for table, data in zip(batches, parts, strict=True):
                    with conn.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                        copy.write(data)
                conn.commit()
            return _number(packets) / (time.monotonic() - began)


def _copied_out(conn: psycopg.Connection, table: str) -> list[bytes]:
    """The rows of a table in the order of their arrival, as binary COPY data of COPY_BATCH rows each."""
    query = f"COPY (SELECT * FROM {table} ORDER BY received_at) TO STDOUT (FORMAT binary)"  # noqa: S608 - our own names
    with conn.cursor() as cursor, cursor.copy(query) as copy:
        rows = [bytes(row) for row in copy]
    header, rows[0] = rows[0][:COPY_HEADER_BYTES], rows[0][COPY_HEADER_BYTES:]
    rows = [row for row in rows if row not in (b"", COPY_TRAILER)]
    # The first columns are the key, so that rows sort by it as they are.
    return [b"".join((header, *sorted(rows[at : at + COPY_BATCH]), COPY_TRAILER)) for at in range(0, len(rows), COPY_BATCH)]


class _Publishing:
    """A publisher in a process of its own."""

    def __init__(self, ground: Ground, packets: Iterable[tuple[int, bytes]]) -> None:
        """Have it ready, with everything made that it will send."""
        self._go = FORK.Event()
        self._told, telling = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=self._publish, args=(ground.broker_url, packets, telling), daemon=True)
        self.process.start()

    def _publish(self, url: str, packets: Iterable[tuple[int, bytes]], telling: Pipe) -> None:
        self._go.wait()
        telling.send(wire.publish(url, packets))

    def begin(self) -> None:
        """Let it publish."""
        self._go.set()

    def stretch(self) -> wire.Stretch:
        """From when until when it published."""
        return self._told.recv()  # type: ignore[no-any-return]


@contextmanager
def _publishing(ground: Ground, packets: Iterable[tuple[int, bytes]]) -> Iterator[_Publishing]:
    made = _Publishing(ground, packets)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.join()


def _number(packets: Packets) -> int:
    return sum(count for count, _ in packets)


def _all_kept(url: str, messages: int) -> float:
    """Wait until so many messages are stored, or nothing more comes; return when the last of them was seen."""
    with psycopg.connect(url, autocommit=True) as conn:
        # The ledger is asked because it is small; what is lost or there twice is counted from the frames themselves.
        return _reached(conn, "SELECT coalesce(sum(stored), 0)::bigint FROM ledger", messages)


def _reached(conn: psycopg.Connection, query: LiteralString, number: int) -> float:
    """When the query's number was reached, or had grown for the last time."""
    found, grew = 0, time.monotonic()
    while found < number and time.monotonic() - grew < GIVE_UP_S:
        time.sleep(POLL_S)
        if (now := _value(conn, query)) > found:
            found, grew = now, time.monotonic()
    return grew


def _first_received(url: str) -> float:
    """When the first message was received, on the monotonic clock."""
    with psycopg.connect(url) as conn:
        at = float(_value(conn, "SELECT extract(epoch FROM min(received_at)) FROM uplink"))
    return at - time.time() + time.monotonic()


def _outcome(url: str, messages: int, seconds: float, before: Usage, after: Usage) -> Outcome:
    return Outcome(messages / seconds, *fate(url, messages), Usage(after.cpu_s - before.cpu_s, after.rss_mb))


def fate(url: str, messages: int) -> tuple[int, int]:
    """How many of so many messages are lost, and how many rows are there twice.

    Counted by device and counter, and in the readings, of which each message has one, by device and time.
    """
    with psycopg.connect(url) as conn:
        rows, frames = _row(conn, "SELECT count(*), count(DISTINCT (device, source, f_cnt)) FROM uplink")
        readings, moments = _row(conn, "SELECT count(*), count(DISTINCT (device_id, observed_at)) FROM level_reading")
    return messages - min(frames, moments), rows - frames + readings - moments


def _value(conn: psycopg.Connection, query: LiteralString) -> Any:
    return _row(conn, query)[0]


def _row(conn: psycopg.Connection, query: LiteralString) -> Any:
    return conn.execute(query).fetchone()
