"""A batch is kept in one transaction: frames, readings, refusals, the ledger, and what jobs must look at again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, compress

from ingest.alarms import ring
from ingest.journey import process, speaker
from ingest.outcome import Kept, Message, Outcome, Refused
from ingest.packing import pack
from ingest.refused.refusals import keep_refused
from ingest.registry import Registry
from ingest.restarts import restarted
from ingest.rows import device_restarts, device_words
from ingest.tally import Tally, count
from ingest.uplink import Reject
from streets.store.database import Connection, Database, NotStorable, TookTooLong
from streets.store.device_words import keep_words
from streets.store.intervals import keep_restarts
from streets.store.readings import CountRow, LevelRow, add_readings, touch
from streets.store.uplinks import add_uplinks

# What an import since the registry last looked may have put right.
UNKNOWN = "unknown_device"
MAY_HAVE_PASSED = frozenset(
    {UNKNOWN, "unknown_council", "wrong_council", "wrong_model", "not_installed", "time_before_installation"}
)
STREET_ROWS = (LevelRow, CountRow)


def keep_messages(
    db: Database,
    registry: Registry,
    messages: Sequence[Message],
    timeout_s: float | None = None,
    looked: Sequence[list[Outcome]] = (),
) -> Tally:
    """Take messages through the journey and keep what becomes of them, whatever they hold.

    `looked` are the outcomes of the first of them, where the journey was gone through already.
    Should the database refuse a row, the batch is halved until the message that holds it stands alone; that one is
    refused. A batch that took the database too long is halved too, or the same statement would run into its limit for ever.
    Raises DatabaseAway, or a DatabaseError that may pass by waiting; what was kept until then is duplicate next time.
    """
    try:
        with db.transaction(timeout_s) as conn:
            return keep(conn, followed(conn, registry, messages, looked))
    except NotStorable as error:
        if len(messages) == 1:
            reject = Reject("not_storable", f"The database refuses it: {error}")
            with db.transaction(timeout_s) as conn:
                return keep(conn, [Refused(messages[0], speaker(messages[0].topic), "", reject)])
    except TookTooLong:
        if len(messages) == 1:
            raise
    half = len(messages) // 2
    first = keep_messages(db, registry, messages[:half], timeout_s, looked[:half])
    return first + keep_messages(db, registry, messages[half:], timeout_s, looked[half:])


def followed(
    conn: Connection, registry: Registry, messages: Sequence[Message], looked: Sequence[list[Outcome]] = ()
) -> list[Outcome]:
    """The outcomes of messages, after a second look at the devices that the registry does not know or places otherwise."""
    found = [*looked, *(process(message, registry) for message in messages[len(looked) :])]
    doubtful = [at for at, outcomes in enumerate(found) if _may_have_passed(outcomes)]
    if doubtful:
        registry.refresh(conn)
        for at in doubtful:
            if not _are_strangers(found[at], registry):
                found[at] = process(messages[at], registry)
    return list(chain.from_iterable(found))


def keep(conn: Connection, outcomes: Sequence[Outcome]) -> Tally:
    """Store what became of messages, once in the caller's transaction; every outcome is counted in the ledger."""
    frames = [outcome for outcome in outcomes if isinstance(outcome, Kept)]
    pack(frames)
    new = list(compress(frames, add_uplinks(conn, [frame.uplink for frame in frames], [frame.packed[0] for frame in frames])))
    told = [*new, *restarted(conn, frames)]
    pack(told)
    readings = list(chain.from_iterable(frame.readings for frame in told))
    add_readings(conn, readings, list(chain.from_iterable(frame.packed[1:] for frame in told)))
    keep_words(conn, device_words(told))
    keep_restarts(conn, device_restarts(told))
    touch(conn, since(told))
    ring(conn, readings)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    parts = [frame.part for frame in new if frame.part is not None]
    keep_refused(conn, refused, parts)
    return count(conn, outcomes, new, refused)


def _may_have_passed(outcomes: Iterable[Outcome]) -> bool:
    """Whether any is refused for what an import may have put right."""
    for outcome in outcomes:
        refusal = outcome.part if isinstance(outcome, Kept) else outcome
        if refusal is not None and refusal.reject.reason in MAY_HAVE_PASSED:
            return True
    return False


def _are_strangers(outcomes: Iterable[Outcome], registry: Registry) -> bool:
    """Whether the devices are still unknown, so that of a storm of strangers each message is gone through once."""
    refused = (outcome for outcome in outcomes if isinstance(outcome, Refused))
    return all(each.reject.reason == UNKNOWN and registry.find(each.device) is None for each in refused)


def since(frames: Iterable[Kept]) -> dict[int, datetime]:
    """From when on each device (by device_id) has new readings."""
    since: dict[int, datetime] = {}
    for reading in chain.from_iterable(frame.readings for frame in frames):
        if isinstance(reading, STREET_ROWS):
            at = reading.observed_at if isinstance(reading, LevelRow) else reading.period_start
            if at < since.setdefault(reading.device_id, at):
                since[reading.device_id] = at
    return since
