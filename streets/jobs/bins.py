"""Jobs: bins. New readings become fills and emptyings; habits are learned; every bin's state and forecast are told anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np

from streets.accounts.emptyings import put_together
from streets.bins.emptyings import CONTEXT_S, DAY_S, SETTLES_S, Emptying, emptyings_of_day, first_day_changed, settled_before
from streets.bins.fill import fill_of
from streets.bins.findings import outlook_by
from streets.bins.forecast import Level, Outlook, look_ahead
from streets.bins.habits import learn
from streets.bins.status import Look, State, state_of, without_vote
from streets.health.rhythm import rhythm_of
from streets.store import bins, emptyings, reopened, revisions
from streets.store.bins import BinStatus, BinToJudge
from streets.store.database import Connection, Database

LEARNED_FROM = timedelta(weeks=8)
LOOKED_BACK = timedelta(days=60)
RISES_LAST = timedelta(hours=3)
"""Trees speak every hour; what they said before is not held against what the bin has done since."""
MOST_LOOKS = 300
"""Three days of a reading every quarter of an hour: what it takes to see that a sensor is stuck."""


def tell_fills(db: Database, at: datetime) -> str:
    """Derive fills and emptyings of the bins with new or late readings, from the earliest of those on."""
    with db.transaction() as conn:
        reopened.reopen_bins(conn)
        waiting = reopened.reopened_bins(conn)
    fills = revised = 0
    for one in waiting:
        with db.transaction() as conn:
            told, changed = tell_again(conn, one.post, one.since, one.why, at)
        fills, revised = fills + told, revised + changed
    with db.transaction() as conn:
        revisions.publish_emptyings(conn, _time_of(settled_before((at - revisions.GRACE).timestamp())), at)
        reopened.close_bins(conn)
    return f"{fills} fills of {len(waiting)} bins, {revised} emptyings revised, told at {at:%H:%M}"


def tell_again(conn: Connection, bin_id: str, since: datetime, why: str, at: datetime) -> tuple[int, int]:
    """Derive a bin's fills from `since` on and the emptyings that they may change: how many fills, how many published changed."""
    bins.lock(conn, bin_id)
    told = [
        (look.observed_at, fill)
        for look in bins.looks(conn, bin_id, since)
        if (fill := fill_of(look.mount, look.distance_mm, look.cannot_measure, look.tilted, look.alarms))
    ]
    bins.replace_fills(conn, bin_id, since, told)
    first_day = _time_of(first_day_changed(since.timestamp()))
    emptyings.replace_falls(conn, bin_id, first_day, falls_since(conn, bin_id, first_day, at))
    return len(told), put_together(conn, bin_id, first_day, why, at)


def falls_since(conn: Connection, bin_id: str, first_day: datetime, at: datetime) -> list[Emptying]:
    """The falls that a bin's fills show from the start of a UTC day on, in time order."""
    seen_from = first_day - timedelta(seconds=CONTEXT_S)
    measured, changes = bins.measured(conn, bin_id, seen_from), emptyings.fitting_changes(conn, bin_id, seen_from)
    at_s, fill_pct = np.array(measured.at_s), np.array(measured.fill_pct)
    until_s = max(at.timestamp(), at_s[-1]) if len(at_s) else at.timestamp()
    days = np.arange(first_day.timestamp(), until_s + 1, DAY_S)
    return [one for day_start_s in days for one in emptyings_of_day(at_s, fill_pct, float(day_start_s), changes)]


def falls_on(conn: Connection, bin_id: str, day: datetime) -> list[Emptying]:
    """The falls that a bin's fills show on the UTC day that begins at `day`."""
    from_then, until = day - timedelta(seconds=CONTEXT_S), day + timedelta(seconds=DAY_S + SETTLES_S)
    measured, changes = bins.measured(conn, bin_id, from_then, until), emptyings.fitting_changes(conn, bin_id, from_then)
    return emptyings_of_day(np.array(measured.at_s), np.array(measured.fill_pct), day.timestamp(), changes)


def learn_habits(conn: Connection, at: datetime) -> str:
    """Learn from the last weeks how each bin usually fills, each council's bins by themselves."""
    learned = 0
    for _, histories in groupby(bins.histories(conn, at - LEARNED_FROM, at), key=lambda history: history.council):
        habits = learn([history.series for history in histories], at.timestamp())
        bins.keep_habits(conn, habits, at)
        learned += len(habits)
    return f"{learned} habits"


def tell_states(conn: Connection, at: datetime) -> str:
    """Tell every bin's state and forecast; both depend on the time even where nothing new was heard."""
    statuses = [status_of(one, at) for one in bins.to_judge(conn, at, at - LOOKED_BACK, MOST_LOOKS, at - RISES_LAST)]
    bins.keep_statuses(conn, statuses)
    silent = sum(status.state == "silent" for status in statuses)
    return f"{len(statuses)} bins, {silent} silent"


def status_of(one: BinToJudge, at: datetime) -> BinStatus:
    """A bin's state and forecast at that time."""
    looks = [Look(*look) for look in zip(one.at_s, one.fill_pct, one.not_measurable, strict=True)]
    habit = one.habit
    rise_pct_per_h = habit.mean_pct_per_h if habit else None
    state = state_of(looks, _silent_after_s(one), at.timestamp())
    state = _told_by_crew(state, one.crew_emptied_at) if one.votes else without_vote(state)
    outlook, rests_on = _outlook_of(one, state, at) or (None, None)
    fills = list(zip(*outlook.fill_by_pct, strict=True)) if outlook and outlook.fill_by_pct else None
    return BinStatus(
        bin_id=one.bin_id,
        state=state.state,
        reason=state.reason,
        fill_pct=state.fill_pct,
        observed_at=_time(state.observed_at_s),
        expected_fill_pct=outlook.expected_fill_pct if outlook else None,
        expected_low_pct=outlook.low_fill_pct if outlook else None,
        expected_high_pct=outlook.high_fill_pct if outlook else None,
        full_by=list(outlook.full_by) if outlook else None,
        low_by_pct=list(fills[0]) if fills else None,
        middle_by_pct=list(fills[1]) if fills else None,
        high_by_pct=list(fills[2]) if fills else None,
        rests_on=rests_on,
        last_emptied_at=one.last_emptied_at,
        rise_pct_per_h=rise_pct_per_h,
        full_at=_time(outlook.full_at_s) if outlook else None,
        full_at_early=_time(outlook.full_at_early_s) if outlook else None,
        full_at_late=_time(outlook.full_at_late_s) if outlook else None,
        overflow_24h=outlook.overflow_24h if outlook else None,
        battery_pct=one.battery_pct,
        computed_at=at,
    )


def _silent_after_s(one: BinToJudge) -> float | None:
    """After how long without a word its sensor is silent: by its rhythm, until that is learned by its record; None: no sensor."""
    if one.report_every_s is None:
        return None
    return one.silent_after_s or rhythm_of((), one.report_every_s).silent_after_s


def _told_by_crew(state: State, crew_emptied_at: datetime | None) -> State:
    """A measured state, or what the crew told after it: a bin emptied since the last reading must not be called full."""
    if state.state != "measured" or state.observed_at_s is None or crew_emptied_at is None:
        return state
    emptied_at_s = crew_emptied_at.timestamp()
    if emptied_at_s <= state.observed_at_s:
        return state
    return replace(state, fill_pct=0.0, observed_at_s=emptied_at_s, level_pct=0.0, level_at_s=emptied_at_s)


def _outlook_of(one: BinToJudge, state: State, at: datetime) -> tuple[Outlook, str] | None:
    """The forecast and what it rests on, as bin_status.rests_on has it; None where neither sensor nor crew ever told enough.

    A bin that is not measured is told of by its last level where nobody emptied it since, else by what collections found.
    """
    levels = [] if state.level_pct is None or state.level_at_s is None else [Level(state.level_pct, state.level_at_s)]
    if one.crew_emptied_at is not None:
        levels.append(Level(0.0, one.crew_emptied_at.timestamp()))
    last = max(levels, key=lambda level: level.at_s, default=None)
    habit, finding, now_s = one.habit, one.finding, at.timestamp()
    if state.state == "measured" and habit is not None and last is not None:
        return look_ahead(habit, last, now_s, rises=one.rises), "readings"
    if finding is not None and (last is None or last.at_s != state.level_at_s):
        return outlook_by(finding, now_s), "collections"
    if habit is None or last is None:
        return None
    outlook = look_ahead(habit, last, now_s, habit.emptied_every_h or one.visit_every_days * 24)
    return outlook, "readings" if any(fill_pct is not None for fill_pct in one.fill_pct) else "others"


def _time(at_s: float | None) -> datetime | None:
    return None if at_s is None else _time_of(at_s)


def _time_of(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
