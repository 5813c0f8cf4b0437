"""Jobs: collections. Once a week a council's are learned from; every hour they say what one would find in each bin.

A bin that is measured needs no such word. One without a sensor, or whose sensor is silent or not believed, has no other.
"""

from datetime import datetime, timedelta

import numpy as np

from streets.bins.collection_trees import grow
from streets.bins.collections import Asked, Past
from streets.bins.findings import Finding, Learned, foreseen, past_errors
from streets.bins.forecast import CHANCE_DIGITS
from streets.bins.habits import HOUR_S
from streets.store import findings
from streets.store.database import Database

LEARNED_FROM = timedelta(weeks=26)
GROWN_EVERY = timedelta(days=7)
AHEAD_H = (0, 6, 12, 24, 36, 48, 60, 72, 96, 120, 168, 240, 336, 504, 680)
"""Until the horizon of a forecast, and the hours that pass before it is told anew."""


def grow_trees(db: Database, at: datetime) -> str:
    """Learn from the collections of the council that waited longest for it, if that is a week."""
    with db.transaction() as conn:
        council = findings.trees_due(conn, at - GROWN_EVERY)
        if council is None:
            return "none due"
        past = findings.past(conn, council, at - LEARNED_FROM, at)
    trees = grow(past)
    with db.transaction() as conn:
        findings.keep_trees(conn, council, trees, at)
    if trees is None:
        return f"none for {council}: too few collections, or those after like waits come closer"
    return f"{council}: {trees.error_pct:.1f} points off, like waits {trees.usual_error_pct:.1f}"


def tell_findings(db: Database, at: datetime) -> str:
    """Say of every bin that was ever found at some fill what a collection would find now, and by when it is full."""
    told = 0
    with db.transaction() as conn:
        councils = findings.councils(conn)
    for council in councils:
        with db.transaction() as conn:
            past = findings.past(conn, council, at - LEARNED_FROM, at)
            learned: Learned | None = findings.trees(conn, council) or past_errors(past)
            said = findings_of(past, learned, at.timestamp()) if learned is not None else []
            findings.replace_findings(conn, council, said, at)
        told += len(said)
    return f"{told} bins of {len(councils)} councils"


def findings_of(past: Past, learned: Learned, at_s: float) -> list[tuple[str, Finding]]:
    """What collections would find in every bin that they found at some fill before."""
    known = np.unique(past.bin_row[past.told])
    if not len(known):
        return []
    ahead_h = np.array(AHEAD_H, dtype=float)
    asked = Asked(np.repeat(known, len(ahead_h)), np.tile(at_s + ahead_h * HOUR_S, len(known)))
    found = foreseen(past, asked, learned)
    full_by = np.maximum.accumulate(found.full.reshape(len(known), len(ahead_h)), axis=1)
    low, middle, high = (each[:: len(ahead_h)].tolist() for each in (found.low_pct, found.middle_pct, found.high_pct))
    return [
        (past.bin_ids[row], Finding(at_s, low[k], middle[k], high[k], ahead_h, full_by[k].round(CHANCE_DIGITS)))
        for k, row in enumerate(known)
    ]
