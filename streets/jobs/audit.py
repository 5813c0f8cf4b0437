"""The nightly audit: what is derived is compared with the readings, day by day; what differs is repaired and reported.

Every night the last days are compared, and of the whole history a 28th: the days that were not looked at for longest. One day
is looked at in one run, so that no other job waits for longer. Of days whose readings were deleted for their age nothing can be
told, and nothing is touched.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, isclose
from typing import Any

from streets.accounts.emptyings import account, put_together
from streets.bins.emptyings import SETTLES_S
from streets.bins.fill import Fill, fill_of
from streets.jobs.bins import falls_on, falls_since, tell_again
from streets.jobs.intervals import tell_again as tell_line_again
from streets.jobs.intervals import told_between
from streets.store import audits, bins, emptyings, intervals, reopened, revisions
from streets.store.audits import EXAMPLES, Audit, FillBeside
from streets.store.database import Connection, Database
from streets.store.intervals import KeptInterval, Line
from streets.store.reopened import Readings, ReopenedPost

RECENT_DAYS = 7
NIGHTS = 28
"""Nights in which the whole history is looked at once."""
NIGHT_BEGINS = time(2, 30)
"""In UTC: when a day is over, its late readings are mostly in."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def audit_next(db: Database, at: datetime) -> str:
    """Audit the next day that this night is to look at; the line says what was compared, what differed and what was repaired."""
    night = night_of(at)
    with db.transaction() as conn:
        left = days_left(conn, night)
        if not left:
            return f"nothing is left of the night of {night:%d %B}"
        reopened.note_kept(conn, at)
    return f"{left[0]}: {summary(audit_day(db, left[0], at, night))}"


def night_of(at: datetime) -> datetime:
    """When the last night began."""
    today = datetime.combine(at.astimezone(UTC), NIGHT_BEGINS, UTC)
    return today if today <= at else today - DAY


def days_left(conn: Connection, night: datetime) -> list[date]:
    """The days that a night has yet to look at: recent ones, newest first, then its part of the history."""
    oldest, done = audits.oldest_day(conn) or night.date(), set(audits.days_of(conn, night))
    first_recent = night.date() - RECENT_DAYS * DAY
    recent = [night.date() - back * DAY for back in range(1, RECENT_DAYS + 1)]
    part = ceil((first_recent - oldest).days / NIGHTS) - sum(day < first_recent for day in done)
    old = audits.longest_unaudited(conn, oldest, first_recent, part) if part > 0 else []
    return [day for day in recent if day >= oldest and day not in done] + old


def audit_days(db: Database, days: Iterable[date], at: datetime) -> list[Audit]:
    """Audit these days, whatever was audited before; a day that is not over as far as it is."""
    with db.transaction() as conn:
        reopened.note_kept(conn, at)
    return [audit for day in days for audit in audit_day(db, day, at, at)]


def audit_day(db: Database, day: date, at: datetime, begun_at: datetime) -> list[Audit]:
    """Compare and repair one UTC day, kind by kind, each in transactions of its own; keep what was found."""
    start = datetime.combine(day, datetime.min.time(), UTC)
    with db.transaction() as conn:
        counts = _span(conn, "count", start, revisions.whole_hour(at))
        levels = _span(conn, "level", start, at)
        kept = reopened.hours_are_refreshed_by(conn)
        published = reopened.progress(conn, "hours_published")
    found = []
    if counts:
        found.append(_audit_count_intervals(db, *counts, day))
    if counts and kept != "nothing_kept":
        found.append(_audit_count_hours(db, *counts, day, mine=kept == "jobs"))
    if counts and published and counts[0] < published:
        found.append(_audit_published_hours(db, counts[0], min(counts[1], published), day, at))
    if levels:
        found.append(_audit_fills(db, *levels, day, at))
    found.append(_audit_emptyings(db, start, day, at))
    with db.transaction() as conn:
        for audit in found:
            audits.keep(conn, begun_at, audit)
    return found


def summary(found: Sequence[Audit]) -> str:
    """What these audits found, in a line."""
    compared, differed, repaired = (sum(getattr(one, name) for one in found) for name in ("compared", "differed", "repaired"))
    days = len({one.day for one in found})
    of_days = f"{days} {'day' if days == 1 else 'days'}"
    return f"{compared:,} compared with the readings of {of_days}, {differed:,} differed, {repaired:,} repaired"


def _span(conn: Connection, readings: Readings, start: datetime, at: datetime) -> tuple[datetime, datetime] | None:
    """The part of the day from `start` on that is over and whose readings are kept; None where there is none."""
    kept_since = reopened.kept_since(conn, readings)
    since, until = start if kept_since is None else max(start, kept_since), min(start + DAY, at)
    return (since, until) if since < until else None


def _audit_count_intervals(db: Database, since: datetime, until: datetime, day: date) -> Audit:
    """What is known of each line of a counter; where it differs, all of the line's from there on is told anew."""
    compared, differed, repaired, examples = 0, 0, 0, list[dict[str, Any]]()
    with db.transaction() as conn:
        lines = intervals.lines_between(conn, since, until)
    for line in lines:
        with db.transaction() as conn:
            kept, told = intervals.kept(conn, line, since, until), told_between(conn, line, since, until)
            wrong = set(kept) ^ set(told)
            compared += len(set(kept) | set(told))
            if wrong:
                moments = {one.start_at for one in wrong}
                tell_line_again(conn, line, min(moments))
                left = {one.start_at for one in set(intervals.kept(conn, line, since, until)) ^ set(told)}
                differed, repaired = differed + len(moments), repaired + len(moments - left)
                examples.append(_example_of_line(line, kept, told, min(moments)))
    return Audit("count_intervals", day, compared, differed, repaired, examples[:EXAMPLES])


def _example_of_line(line: Line, kept: Iterable[KeptInterval], told: Iterable[KeptInterval], at: datetime) -> dict[str, Any]:
    def plain(known: Iterable[KeptInterval]) -> Any:
        return next(([one.people_in, one.people_out, one.known] for one in known if one.start_at == at), None)

    return {**line._asdict(), "start_at": at.isoformat(), "kept": plain(kept), "told": plain(told)}


def _audit_count_hours(db: Database, since: datetime, until: datetime, day: date, mine: bool) -> Audit:
    """The hourly counts that TimescaleDB keeps; without the right to refresh them a difference is only reported."""
    with db.transaction() as conn:
        found = audits.compare_count_hours(conn, since, until)
    left = found.differed
    if found.differed and mine:
        for hour_start in found.hours:
            reopened.refresh_hours(db, hour_start, hour_start + HOUR, every=True)
        with db.transaction() as conn:
            left = audits.compare_count_hours(conn, since, until).differed
    return Audit("count_hours", day, found.compared, found.differed, found.differed - left, found.examples)


def _audit_published_hours(db: Database, since: datetime, until: datetime, day: date, at: datetime) -> Audit:
    """The published hours; a repair is a revision."""
    with db.transaction() as conn:
        found = audits.compare_published_hours(conn, since, until)
        left = found.differed
        if found.differed:
            differing = [ReopenedPost(counter_id, since, "repaired") for counter_id in found.counters]
            revisions.revise_hours(conn, differing, at, until)
            left = audits.compare_published_hours(conn, since, until).differed
    return Audit("published_hours", day, found.compared, found.differed, found.differed - left, found.examples)


def _audit_fills(db: Database, since: datetime, until: datetime, day: date, at: datetime) -> Audit:
    """The fills; where one differs, all of the bin's from there on are derived anew, and its emptyings."""
    with db.transaction() as conn:
        compared, differing = _compare_fills(conn, since, until)
    first: dict[str, datetime] = {}
    for one in differing:
        first.setdefault(one.bin_id, one.observed_at)
    for bin_id, from_then in first.items():
        with db.transaction() as conn:
            tell_again(conn, bin_id, from_then, "repaired", at)
    left = 0
    if differing:
        with db.transaction() as conn:
            left = len(_compare_fills(conn, since, until)[1])
    examples = [_example(one) for one in differing[:EXAMPLES]]
    return Audit("fills", day, compared, len(differing), len(differing) - left, examples)


def _compare_fills(conn: Connection, since: datetime, until: datetime) -> tuple[int, list[FillBeside]]:
    """How many fills there are or should be, and those that are not what the readings say."""
    compared, differing = 0, []
    for one in audits.fills_beside(conn, since, until):
        told = _told(one)
        if one.is_kept or told is not None:
            compared += 1
            if not _agree(one.kept, told):
                differing.append(one)
    return compared, differing


def _told(one: FillBeside) -> Fill | None:
    mount = one.mount
    if mount is None:
        return None
    return fill_of(mount, one.distance_mm, one.cannot_measure, one.tilted, one.alarms or ())


def _agree(kept: Fill | None, told: Fill | None) -> bool:
    """Whether a kept fill, of single precision, is the one told."""
    if kept is None or told is None:
        return kept is told
    if kept.fill_pct is None or told.fill_pct is None:
        return kept == told
    return isclose(kept.fill_pct, told.fill_pct, rel_tol=1e-6, abs_tol=1e-4)


def _example(one: FillBeside) -> dict[str, Any]:
    def plain(fill: Fill | None) -> Any:
        return None if fill is None else fill.not_measurable or fill.fill_pct

    observed_at = one.observed_at.isoformat()
    return {"bin_id": one.bin_id, "observed_at": observed_at, "kept": plain(one.kept), "told": plain(_told(one))}


def _audit_emptyings(db: Database, start: datetime, day: date, at: datetime) -> Audit:
    """The falls that sensors showed, against the fills, and the emptyings, against the falls and what crews told."""
    compared, differed, repaired, examples = 0, 0, 0, list[dict[str, Any]]()
    with db.transaction() as conn:
        kept = audits.emptyings_kept(conn, start, start + DAY, start + DAY + timedelta(seconds=SETTLES_S))
    for one in kept:
        with db.transaction() as conn:
            fell, emptied = _rounded(one.fell_at_s), _rounded(one.emptied_at_s)
            shown = _rounded(found.emptied_at_s for found in falls_on(conn, one.bin_id, start))
            if shown != fell:
                bins.lock(conn, one.bin_id)
                emptyings.replace_falls(conn, one.bin_id, start, falls_since(conn, one.bin_id, start, at))
            told = _rounded(found.emptied_at_s for found in account(conn, one.bin_id, start, start + DAY).emptyings)
            wrong = len(shown ^ fell) + len(told ^ emptied)
            compared += len(shown | fell) + len(told | emptied)
            if wrong:
                put_together(conn, one.bin_id, start, "repaired", at)
                differed, repaired = differed + wrong, repaired + wrong
                examples.append({"bin_id": one.bin_id, "kept": _times(fell | emptied), "told": _times(shown | told)})
    return Audit("emptyings", day, compared, differed, repaired, examples[:EXAMPLES])


def _rounded(at_s: Iterable[float]) -> set[float]:
    """To the millisecond: the store keeps microseconds."""
    return {round(one, 3) for one in at_s}


def _times(at_s: Iterable[float]) -> list[str]:
    return [datetime.fromtimestamp(one, UTC).isoformat() for one in sorted(at_s)]
