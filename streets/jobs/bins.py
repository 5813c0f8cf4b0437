"""Jobs: bins. New readings become fills and emptyings; habits are learned; every bin's state and forecast are told anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np

from streets.bins.emptyings import emptyings_of
from streets.bins.fill import fill_of
from streets.bins.forecast import Level, Outlook, look_ahead
from streets.bins.habits import learn
from streets.bins.status import Look, State, state_of
from streets.store import bins
from streets.store.bins import BinStatus, BinToJudge
from streets.store.database import Connection

REOPENED = timedelta(days=2)
"""A reading may change what was an emptying this long before it, where sensors report a few times a day or oftener."""
CONTEXT = timedelta(days=7)
LEARNED_FROM = timedelta(weeks=8)
LOOKED_BACK = timedelta(days=60)
MOST_LOOKS = 300
"""Three days of a reading every quarter of an hour: what it takes to see that a sensor is stuck."""


def tell_fills(conn: Connection, at: datetime) -> str:
    """Derive fills and emptyings of the bins with new or late readings, from the earliest of those on."""
    touched = bins.take_touched(conn)
    fills = sum(_tell_fills_of(conn, one.bin_id, one.since) for one in touched)
    for one in touched:
        _tell_emptyings_of(conn, one.bin_id, one.since)
    return f"{fills} fills of {len(touched)} bins, told at {at:%H:%M}"


def _tell_fills_of(conn: Connection, bin_id: str, since: datetime) -> int:
    told = [
        (look.observed_at, fill)
        for look in bins.looks(conn, bin_id, since)
        if (fill := fill_of(look.mount, look.distance_mm, look.cannot_measure, look.tilted, look.alarms))
    ]
    bins.replace_fills(conn, bin_id, since, told)
    return len(told)


def _tell_emptyings_of(conn: Connection, bin_id: str, since: datetime) -> None:
    reopened = since - REOPENED
    measured = bins.measured(conn, bin_id, reopened - CONTEXT)
    found = emptyings_of(np.array(measured.at_s), np.array(measured.fill_pct))
    bins.replace_emptyings(conn, bin_id, reopened, [one for one in found if one.emptied_at_s >= reopened.timestamp()])


def learn_habits(conn: Connection, at: datetime) -> str:
    """Learn from the last weeks how each bin usually fills, each council's bins by themselves."""
    learned = 0
    for _, histories in groupby(bins.histories(conn, at - LEARNED_FROM), key=lambda history: history.council):
        habits = learn([history.series for history in histories], at.timestamp())
        bins.keep_habits(conn, habits, at)
        learned += len(habits)
    return f"{learned} habits"


def tell_states(conn: Connection, at: datetime) -> str:
    """Tell every bin's state and forecast; both depend on the time even where nothing new was heard."""
    statuses = [_status_of(one, at) for one in bins.to_judge(conn, at, at - LOOKED_BACK, MOST_LOOKS)]
    bins.keep_statuses(conn, statuses)
    silent = sum(status.state == "silent" for status in statuses)
    return f"{len(statuses)} bins, {silent} silent"


def _status_of(one: BinToJudge, at: datetime) -> BinStatus:
    looks = [Look(*look) for look in zip(one.at_s, one.fill_pct, one.not_measurable, strict=True)]
    habit = one.habit
    rise_pct_per_h = habit.mean_pct_per_h if habit else None
    state = _told_by_crew(state_of(looks, one.report_every_s, at.timestamp()), one.crew_emptied_at)
    outlook = _outlook_of(one, state, at)
    return BinStatus(
        bin_id=one.bin_id,
        state=state.state,
        reason=state.reason,
        fill_pct=state.fill_pct,
        observed_at=_time(state.observed_at_s),
        expected_fill_pct=outlook.expected_fill_pct if outlook else None,
        last_emptied_at=one.last_emptied_at,
        rise_pct_per_h=rise_pct_per_h,
        full_at=_time(outlook.full_at_s) if outlook else None,
        full_at_early=_time(outlook.full_at_early_s) if outlook else None,
        full_at_late=_time(outlook.full_at_late_s) if outlook else None,
        overflow_24h=outlook.overflow_24h if outlook else None,
        battery_pct=one.battery_pct,
        computed_at=at,
    )


def _told_by_crew(state: State, crew_emptied_at: datetime | None) -> State:
    """A measured state, or what the crew told after it: a bin emptied since the last reading must not be called full."""
    if state.state != "measured" or state.observed_at_s is None or crew_emptied_at is None:
        return state
    emptied_at_s = crew_emptied_at.timestamp()
    if emptied_at_s <= state.observed_at_s:
        return state
    return replace(state, fill_pct=0.0, observed_at_s=emptied_at_s, level_pct=0.0, level_at_s=emptied_at_s)


def _outlook_of(one: BinToJudge, state: State, at: datetime) -> Outlook | None:
    """The forecast from the last level measured or the crew's emptying after it; None where either it or the habit is unknown."""
    levels = [] if state.level_pct is None or state.level_at_s is None else [Level(state.level_pct, state.level_at_s)]
    if one.crew_emptied_at is not None:
        levels.append(Level(0.0, one.crew_emptied_at.timestamp()))
    habit = one.habit
    if habit is None or not levels:
        return None
    unseen_every_h = None if state.state == "measured" else habit.emptied_every_h or one.visit_every_days * 24
    return look_ahead(habit, max(levels, key=lambda level: level.at_s), at.timestamp(), unseen_every_h)


def _time(at_s: float | None) -> datetime | None:
    return None if at_s is None else datetime.fromtimestamp(at_s, UTC)
