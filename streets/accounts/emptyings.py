"""A bin's emptyings, put together from the falls that its sensor showed and what crews told; published ones are revised.

The same whoever comes first: a late reading and a tap from a phone without signal both open again what they may change.
"""

from datetime import date, datetime, timedelta
from math import inf

import numpy as np

from streets.bins.visits import REACH_S, Account, Levels, account_of
from streets.rounds.outcome import Told
from streets.store import bins, emptyings, revisions, stop_events
from streets.store.database import Connection

REACH = timedelta(seconds=REACH_S)


def account(conn: Connection, bin_id: str, since: datetime, until: datetime | None = None) -> Account:
    """What happened at a bin from `since` on, and before `until` where it is given, by what is kept of falls, fills and words."""
    seen = since - REACH, None if until is None else until + REACH
    measured = bins.measured(conn, bin_id, *seen)
    found = account_of(
        emptyings.falls(conn, bin_id, *seen),
        stop_events.of_bin(conn, bin_id, *seen),
        Levels(np.array(measured.at_s), np.array(measured.fill_pct)),
    )
    since_s, until_s = since.timestamp(), inf if until is None else until.timestamp()
    return Account(
        [one for one in found.emptyings if since_s <= one.emptied_at_s < until_s],
        [one for one in found.disagreements if since_s <= one.at_s < until_s],
    )


def put_together(conn: Connection, bin_id: str, since: datetime, why: str, at: datetime) -> int:
    """Put a bin's emptyings together anew that falls or words from `since` on may change; return how many published ones did."""
    bins.lock(conn, bin_id)
    begins = since - REACH
    emptyings.replace(conn, bin_id, begins, account(conn, bin_id, begins))
    return revisions.revise_emptyings(conn, bin_id, begins, why, at)


def tell(conn: Connection, service_date: date, told: Told, at: datetime) -> bool:
    """Keep what a crew told on a day's rounds, and what it says of the bin's emptyings; False where it was known already."""
    added = stop_events.keep(conn, service_date, told)
    if added and told.bin_id is not None:
        # An undo takes back what was told before it: all that was told of the bin that day is looked at again.
        put_together(conn, told.bin_id, stop_events.first_of_day(conn, told.bin_id, service_date), "late_data", at)
    return added
