"""The reckoning after a trial: each message sent is looked for in the store, by device and counter, and so is each row beyond."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from bench.trial.stream import Sent

FRAMES: LiteralString = "SELECT device, f_cnt, observed_at FROM uplink"
READINGS: LiteralString = """
SELECT device, observed_at, distance_mm AS value FROM level_reading JOIN device USING (device_id)
UNION ALL
SELECT device, observed_at, people_in FROM count_reading JOIN device USING (device_id)"""
REJECTS: LiteralString = "SELECT topic, raw, reason FROM reject"
LEDGER: LiteralString = """
SELECT coalesce(sum(received), 0)::int, coalesce(sum(stored), 0)::int, coalesce(sum(duplicate), 0)::int,
    coalesce(sum(rejected), 0)::int, coalesce(bool_and(received = stored + duplicate + rejected), true)
FROM ledger"""
PROGRESS: LiteralString = """
SELECT (SELECT count(*) FROM uplink) + (SELECT count(*) FROM reject WHERE NOT partial),
    (SELECT coalesce(sum(received), 0)::int FROM ledger)"""


@dataclass(frozen=True, slots=True)
class Books:
    """What became of the messages sent: stored, refused (kept as a reject), or lost; each message counts once.

    `duplicated` are rows beyond one a message. `received`, `duplicate` and `rejected` are the ledger's, which counts what came
    again as well; `balances`: in each of its lines, and with the frames there are. `reasons` says why messages were refused.
    """

    sent: int
    stored: int
    refused: int
    lost: int
    duplicated: int
    received: int
    duplicate: int
    rejected: int
    reasons: dict[str, int]
    balances: bool


def progress(conn: psycopg.Connection[Any]) -> tuple[int, int]:
    """How many messages are stored or rejected, each once, and how many arrivals the ledger has."""
    committed, received = _all(conn, PROGRESS)[0]
    return committed, received


def reckon(url: str, messages: Sequence[Sent]) -> Books:
    """Look for every message, in one view of the database."""
    with psycopg.connect(url) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        frames = Counter(_all(conn, FRAMES))
        readings = Counter(_all(conn, READINGS))
        reasons = {(topic, bytes(raw)): reason for topic, raw, reason in _all(conn, REJECTS)}
        received, counted, duplicate, rejected, balances = _all(conn, LEDGER)[0]
    wanted = [message for message in messages if message.stays_out is None]
    frame = Counter((message.device, message.seq, message.observed_at) for message in wanted)
    reading = Counter((message.device, message.observed_at, message.value) for message in wanted)
    stored = sum(
        frames[message.device, message.seq, message.observed_at] > 0
        and readings[message.device, message.observed_at, message.value] > 0
        for message in wanted
    )
    unwanted = [message for message in messages if message.stays_out is not None]
    refused = Counter(reasons[message.topic, message.body] for message in unwanted if (message.topic, message.body) in reasons)
    return Books(
        sent=len(messages),
        stored=stored,
        refused=refused.total(),
        lost=len(messages) - stored - refused.total(),
        duplicated=max((frames - frame).total(), (readings - reading).total()),
        received=received,
        duplicate=duplicate,
        rejected=rejected,
        reasons=dict(refused),
        balances=balances and counted == frames.total(),
    )


def _all(conn: psycopg.Connection[Any], query: LiteralString) -> list[Any]:
    return conn.execute(query).fetchall()
