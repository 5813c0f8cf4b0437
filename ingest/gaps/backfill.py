"""Gaps are filled from the network's own store: which stretches of time to ask for, how often, and how it ends."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from ingest.gaps.intake import Filling, Wanted, ask, everything
from ingest.gaps.stored import Stored
from ingest.gaps.things_stack_storage import Storage, StorageRefused
from ingest.registry import Registry
from streets import clock
from streets.applications import Application
from streets.store import gaps
from streets.store.database import Database
from streets.store.gaps import Gap, State

# The network's clock and ours differ by seconds, and we know when we listened only to within some more.
MARGIN = timedelta(minutes=1)
# The store is written in batches, so that it may not have everything yet: it is asked again so long after each of its answers.
ASK_AGAIN_AFTER = (timedelta(minutes=5), timedelta(hours=1))
# Longer than a store takes to answer for a day; what a process that died had claimed is asked for after it.
CLAIMED_FOR = timedelta(minutes=10)
AFTER_NO_ANSWER = timedelta(minutes=5)
AFTER_REFUSAL = timedelta(minutes=15)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to ask a store for, and the gaps that it holds."""

    since: datetime
    until: datetime
    gaps: tuple[Gap, ...]


def wanted_of(open_gaps: Iterable[Gap]) -> Wanted:
    """Whether an uplink may be of one of the gaps: of an outage any, else a missing counter, or one that cannot be made out."""
    missing: dict[str, list[range]] = {}
    for gap in open_gaps:
        if gap.device is None or gap.first_missing is None or gap.last_missing is None:
            return everything
        missing.setdefault(gap.device, []).append(range(gap.first_missing, gap.last_missing + 1))

    def wanted(stored: Stored) -> bool:
        return stored.device_id is None or any(stored.f_cnt in counters for counters in missing.get(stored.dev_eui, ()))

    return wanted


def windows(open_gaps: Iterable[Gap], kept_from: datetime) -> list[Window]:
    """The stretches to ask for, each with a margin and as far as it is kept: an outage alone, counter gaps that meet together."""
    found: list[Window] = []
    joined: list[Window] = []
    for gap in sorted(open_gaps, key=lambda gap: (gap.starts_at, gap.gap_id)):
        window = Window(max(gap.starts_at - MARGIN, kept_from), gap.ends_at + MARGIN, (gap,))
        if window.until <= kept_from:
            continue
        if gap.why == "outage":
            found.append(window)
        elif joined and window.since <= joined[-1].until:
            last = joined[-1]
            joined[-1] = Window(last.since, max(last.until, window.until), (*last.gaps, gap))
        else:
            joined.append(window)
    return found + joined


def stores_by_council(applications: Iterable[Application]) -> list[list[Storage]]:
    """The stores of each council together."""
    councils: dict[str, list[Storage]] = {}
    for application in applications:
        councils.setdefault(application.council, []).append(Storage(application))
    return list(councils.values())


def fill(db: Database, registry: Registry, stores: Sequence[Storage], asked_by: datetime | None, stop: Event) -> Filling:
    """Ask all the stores of one council for its open gaps, or for those to be asked for by `asked_by`.

    The gaps keep note of how it went. Raises DatabaseAway; what came until then is kept.
    """
    began_at = clock.now()
    with db.transaction() as conn:
        due = gaps.claim(conn, stores[0].application.council, asked_by, began_at + CLAIMED_FOR)
    filling, unasked = Filling(), {gap.gap_id for gap in due}
    for asked, wanted in _by_store(stores, due):
        kept_from = began_at - max(storage.application.retention for storage in asked)
        _close_lost(db, wanted, kept_from)
        for window in windows(wanted, kept_from):
            answer = ask(db, registry, asked, window.since, window.until, stop, wanted_of(window.gaps))
            filling += answer
            if stop.is_set():
                break
            _note(db, window, answer, kept_from)
            unasked -= {gap.gap_id for gap in window.gaps}
    if unasked and stop.is_set():
        with db.transaction() as conn:
            gaps.release(conn, unasked, began_at)
    return filling


def _by_store(stores: Sequence[Storage], due: Sequence[Gap]) -> list[tuple[Sequence[Storage], list[Gap]]]:
    """Which stores have what: an outage is one application's; which one a device belongs to only their stores know."""
    outages = [([each], [gap for gap in due if gap.application == each.application.name]) for each in stores]
    return [*outages, (stores, [gap for gap in due if gap.why == "counter"])]


def _close_lost(db: Database, due: Iterable[Gap], kept_from: datetime) -> None:
    """What the store no longer has is lost, and named so."""
    lost = [gap for gap in due if gap.ends_at + MARGIN <= kept_from]
    if lost:
        log.warning("gaps are older than the store keeps uplinks, and will not be filled", extra={"gaps": len(lost)})
    with db.transaction() as conn:
        for gap in lost:
            gaps.close(conn, gap.gap_id, "beyond_retention", f"The store keeps nothing from before {kept_from:%Y-%m-%d %H:%M}Z.")


def _note(db: Database, window: Window, answer: Filling, kept_from: datetime) -> None:
    """How the asking went. What a store had not yet may still come, for a while; then a gap is closed as what it is."""
    at = clock.now()
    with db.transaction() as conn:
        gaps.recount(conn, at)
        if answer.faults:
            wait = AFTER_REFUSAL if any(isinstance(fault, StorageRefused) for fault in answer.faults) else AFTER_NO_ANSWER
            why = " ".join(map(str, answer.faults))
            return gaps.ask_again(conn, [gap.gap_id for gap in window.gaps], at, at + wait, why)
        still_open = {gap.gap_id: gap for gap in gaps.open_gaps(conn, window.gaps[0].council)}
        for gap in (still_open[each.gap_id] for each in window.gaps if each.gap_id in still_open):
            gaps.note_answer(conn, gap.gap_id, at, answer.tally.stored)
            if gap.asked < len(ASK_AGAIN_AFTER):
                gaps.ask_again(conn, [gap.gap_id], at, at + ASK_AGAIN_AFTER[gap.asked], "")
            else:
                gaps.close(conn, gap.gap_id, *_ending(gap, kept_from))
    return None


def _ending(gap: Gap, kept_from: datetime) -> tuple[State, str]:
    """How a gap ends that the store was asked for often enough, and why."""
    if gap.starts_at < kept_from:
        return "beyond_retention", f"The store kept nothing from before {kept_from:%Y-%m-%d %H:%M}Z; what it had is filled in."
    if gap.why == "outage":
        return "filled", ""
    if gap.filled:
        return "part_filled", "The store has no more of them."
    return "not_recoverable", "The store has none of them: they did not reach the network, or held only words to the network."
