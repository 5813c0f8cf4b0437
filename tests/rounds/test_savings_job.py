"""The job that closes days, with no more rights than jobs have."""

from datetime import date, datetime, timedelta
from typing import Any

from ledger_town import NORTH, SOUTH, drive, understood
from small_town import found_town

from streets.accounts.savings import months_told
from streets.jobs.savings import close_days
from streets.planning.day import LONDON
from streets.store.database import Database

FIRST = date(2026, 3, 10)


def closing_time(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=2), datetime.min.time(), LONDON)


def test_days_are_closed_in_their_order_once_taps_have_had_time_to_come(databases: Any) -> None:
    with databases.copy() as url:
        everybody, jobs = Database(url, "postgres", size=1), Database(url, "streets_jobs", size=1)
        everybody.open()
        jobs.open()
        with everybody.transaction() as conn:
            town = found_town(conn)
            for word, at_m in (("full", SOUTH), ("spare", NORTH)):
                town.add_bin(word, at_m)
            for day in (FIRST, FIRST + timedelta(days=2)):
                understood(town, "full", day, fill_pct=95, full_in_h=3)
                understood(town, "spare", day, fill_pct=10, full_in_h=300)
                drive(town, day)
        assert close_days(jobs, closing_time(FIRST) - timedelta(minutes=1)) == "no day to close"
        late = closing_time(FIRST + timedelta(days=2))
        said = [close_days(jobs, late) for _ in range(4)]
        with everybody.transaction() as conn:
            (told,) = months_told(conn)
        everybody.close()
        jobs.close()
    assert said == [
        "smalltown: 2026-03-10 counted",
        "smalltown: 2026-03-11 no_plan",
        "smalltown: 2026-03-12 counted",
        "no day to close",
    ]
    assert told.saved is not None
    assert (told.facts.days, told.facts.days_counted, told.saved.visits) == (3, 2, 2)
    assert (told.version, told.assumed.told_by, told.recomputed) == (1, "software", None)
