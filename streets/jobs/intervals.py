"""Jobs: counters. What their lines said becomes intervals: counted, told from totals, estimated, or not known."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from streets.footfall.hours import Part, needs_past, parts
from streets.footfall.intervals import reconciled, settled_until
from streets.footfall.reports import Finding, Report
from streets.footfall.stretches import LONGEST_REPAIR
from streets.footfall.totals import LEARNED_FROM
from streets.store import intervals, reopened
from streets.store.database import Connection, Database
from streets.store.intervals import KeptInterval, Line

FEW = 12
"""Readings of each kind read beyond those that may have changed: enough for some that split no period."""
CLOCKS = timedelta(hours=1)
"""A period told again by another clock may begin so much earlier."""
FARTHEST = LONGEST_REPAIR + timedelta(days=1)
RECEIVED_LATE = timedelta(minutes=10)
"""A frame may be committed so long after it was received."""
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00Z")


def note_restarts(conn: Connection, at: datetime) -> None:
    """Note which counters joined their network anew since the last look; from there on they are told again."""
    intervals.note_restarts(conn, (reopened.progress(conn, "restarts_noted") or BEGINNING) - RECEIVED_LATE)
    reopened.note_progress(conn, "restarts_noted", at)


def tell_reopened(db: Database) -> int:
    """Tell the intervals of every reopened line anew, each in a transaction of its own; return how many lines there were."""
    with db.transaction() as conn:
        lines = intervals.reopened_lines(conn)
    for one in lines:
        with db.transaction() as conn:
            intervals.reopen_from(conn, one.device_id, tell_again(conn, Line(one.device_id, one.line), one.since))
    return len(lines)


def tell_again(conn: Connection, line: Line, since: datetime) -> datetime:
    """Tell a line's intervals anew, as readings from `since` on may have changed them; return from when on they were told."""
    intervals.lock(conn, line.device_id)
    begin = intervals.looked_back_to(conn, line, since - CLOCKS, since - FARTHEST, FEW)
    reports = intervals.reports(conn, line, since - FARTHEST if begin is None else begin)
    start = settled_until(reports, since - CLOCKS) or since - FARTHEST
    kept_since = reopened.kept_since(conn, "count")
    if kept_since is not None:
        start = max(start, kept_since)
    told, findings = _worked_out(conn, line, reports, start)
    found = [finding for finding in findings if finding.until > start]
    intervals.replace(conn, line, start, [intervals.told(part) for part in told], found)
    return start


def told_between(conn: Connection, line: Line, since: datetime, until: datetime) -> list[KeptInterval]:
    """What the readings tell of a line in [since, until), as it should be kept."""
    begin = intervals.looked_back_to(conn, line, since - CLOCKS, since - FARTHEST, FEW)
    end = intervals.looked_on_to(conn, line, until, until + FARTHEST, FEW)
    reports = intervals.reports(conn, line, since - FARTHEST if begin is None else begin, until if end is None else end)
    told, _ = _worked_out(conn, line, reports, since)
    return [intervals.told(part) for part in told if part.interval.start < until]


def _worked_out(conn: Connection, line: Line, reports: Sequence[Report], start: datetime) -> tuple[list[Part], list[Finding]]:
    """What is known of the line from `start` on, and all that was found."""
    if not reports:
        return [], []
    first = reports[0].told_at
    resets = intervals.resets(conn, line, first - LEARNED_FROM, first)
    known = reconciled(reports, intervals.restarts(conn, line.device_id, first), resets)
    past_since = needs_past(known.intervals)
    past = {} if past_since is None else intervals.counted(conn, line, past_since, start)
    return parts(known.intervals, past, start), known.findings
