"""Jobs: trees. Once a week they are grown from each council's bins; every hour they say how far each bin will have risen."""

from datetime import UTC, datetime, timedelta

import numpy as np

from streets.bins.habits import HOUR_S, Array
from streets.bins.hours import LOOKED_BACK_H, WEEK_H, Hours, hours_of
from streets.bins.trees import AHEAD_H, Grown, grow
from streets.store import rises
from streets.store.database import Connection, Database

GROWN_EVERY = timedelta(days=7)
LEARNED_FROM_H = 12 * WEEK_H


def grow_trees(db: Database, at: datetime) -> str:
    """Grow the oldest trees that are a week old, one council's for one number of hours ahead: other jobs wait for no more."""
    with db.transaction() as conn:
        due = rises.trees_due(conn, AHEAD_H, at - GROWN_EVERY)
        if due is None:
            return "none due"
        hours = _hours(conn, due.council, at, LEARNED_FROM_H)
    trees = grow(hours, due.ahead_h)
    with db.transaction() as conn:
        rises.keep_trees(conn, due.council, due.ahead_h, trees, at)
    if trees is None:
        return f"none for {due.council}, {due.ahead_h} h: too little to learn from, or the slope alone comes closer"
    return f"{due.council}, {due.ahead_h} h: {trees.error_pct:.1f} points off, the slope alone {trees.slope_error_pct:.1f}"


def tell_rises(db: Database, at: datetime) -> str:
    """Say of every bin that is measured how far it will have risen, council by council."""
    with db.transaction() as conn:
        trees = rises.trees(conn)
    told = 0
    for council, grown in trees.items():
        with db.transaction() as conn:
            hours = _hours(conn, council, at, LOOKED_BACK_H)
            said = rises_of(hours, grown)
            rises.replace_rises(conn, council, said, _end_of(hours))
        told += len(said)
    return f"{told} rises of {len(trees)} councils"


def rises_of(hours: Hours, grown: list[Grown]) -> list[tuple[str, int, Array]]:
    """Low, middle and high of every bin that has a level in the last hour, for each number of hours ahead."""
    last = hours.level.shape[1] - 1
    known = np.flatnonzero(~np.isnan(hours.level[:, last]))
    said = [(one.ahead_h, one.rises(hours, last)) for one in grown]
    return [(hours.bin_ids[row], ahead_h, told[row]) for ahead_h, told in said for row in known]


def _hours(conn: Connection, council: str, at: datetime, span: int) -> Hours:
    """The last whole hours of a council's bins."""
    until = int(at.timestamp()) // HOUR_S
    since_at, until_at = (datetime.fromtimestamp(hour * HOUR_S, UTC) for hour in (until - span, until))
    return hours_of(rises.hours(conn, council, since_at, until_at, at), until - span, until)


def _end_of(hours: Hours) -> datetime:
    return datetime.fromtimestamp((hours.first_hour + hours.level.shape[1]) * HOUR_S, UTC)
