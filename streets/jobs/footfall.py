"""Jobs: footfall. Counts become intervals; hours are refreshed, published and, where late data changed them, revised. Once an
hour: which of them can be believed, what is usual, and how far the forecasts were off.
"""

from datetime import datetime, timedelta

from streets.footfall.counts import HOUR_S, LEAST_COVERED, LONDON
from streets.footfall.forecast import error_bands, past_hours
from streets.footfall.health import Unfit, fit_hours, unfit_stretches
from streets.footfall.usual import WEEKS, usual_week
from streets.jobs.intervals import note_restarts, tell_reopened
from streets.store import footfall, intervals, reopened, revisions
from streets.store.database import Connection, Database

# Eight weeks make the usual; four more are forecast from the eight before each, to learn the errors.
LOOKS_BACK = timedelta(weeks=WEEKS + 4)


def _monday(at: datetime) -> datetime:
    """The Monday before, so that a stretch older than LOOKS_BACK begins at the same hour in every run of a week."""
    local = at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
    return local - timedelta(days=local.weekday())


def refresh_usual(conn: Connection, at: datetime) -> str:
    """Work out health, usual and past errors anew from the last LOOKS_BACK of hours."""
    since = _monday(at - LOOKS_BACK)
    fit, unfit = {}, list[Unfit]()
    for counter_id, hours in footfall.counted_hours(conn, since, at).items():
        counted = [hour for hour in hours if hour.covered_s >= LEAST_COVERED * HOUR_S]
        stretches = unfit_stretches(counted)
        unfit += stretches
        fit[counter_id] = fit_hours(counted, stretches)
    usual = {counter_id: usual_week(hours, at) for counter_id, hours in fit.items()}
    bands = {
        place_id: error_bands(past_hours([fit[counter] for counter in counters if counter in fit]))
        for place_id, counters in footfall.counters_of_places(conn, at).items()
    }
    footfall.keep_unfit(conn, unfit, since)
    footfall.keep_usual(conn, usual, at)
    footfall.keep_error_bands(conn, bands)
    known = sum(map(bool, usual.values()))
    return f"{known} of {len(usual)} counters have a usual; {len(unfit)} stretches are not to be believed"


def tell_hours(db: Database, at: datetime) -> str:
    """Tell anew what the readings of reopened counters change: their intervals, the hours of these where they are kept, and the
    published hours, each change marked; publish the hours that are now over.
    """
    with db.transaction() as conn:
        note_restarts(conn, at)
        reopened.reopen_counters(conn)
    tell_reopened(db)
    with db.transaction() as conn:
        waiting = reopened.reopened_counters(conn)
        kept_by_us = reopened.hours_are_refreshed_by(conn) == "jobs"
    if kept_by_us:
        _refresh(db, min((one.since for one in waiting), default=at), at)
    with db.transaction() as conn:
        revised = revisions.revise_hours(conn, waiting, at)
        published = revisions.publish_hours(conn, at)
        reopened.close_counters(conn)
    return f"{len(waiting)} counters heard, {published} hours published, {revised} revised"


def _refresh(db: Database, since: datetime, at: datetime) -> None:
    """Materialise the hours that are over, from `since` or where the last refresh ended. They are of intervals, which stay."""
    with db.transaction() as conn:
        before = reopened.progress(conn, "hours_refreshed") or intervals.oldest(conn)
    if before is None:
        return
    start, until = revisions.whole_hour(min(since, before)), revisions.whole_hour(at)
    if start < until:
        reopened.refresh_hours(db, start, until)
        with db.transaction() as conn:
            reopened.note_progress(conn, "hours_refreshed", until)
