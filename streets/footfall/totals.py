"""Running totals of a counter: how many people passed between two of them, where they wrapped, and where they began again.

A total that fell either wrapped at the width of its register or was set to 0: by hand, by losing power, or every week by a
schedule. A fall is a wrap only where the total had been near the end of its register; then either direction wraps alone, while a
reset sets both to 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streets.footfall.counts import LONDON
from streets.footfall.reports import (
    AFTER_RESET,
    FRAMES_MISSING,
    IMPLAUSIBLE,
    MAY_HAVE_WRAPPED,
    RESET,
    SILENT,
    WRAPPED,
    Finding,
    Pair,
    Report,
    told,
)

# A dense crowd passes at 1.4 people per second and metre of width (Fruin 1971: the end of level of service E); 4 metres of it.
PEOPLE_PER_S_AT_MOST = 5.6
# What passes between setting to 0 and the moment that is known of it.
SLACK = timedelta(minutes=1)
NEAR_THE_END = 1 / 4
"""A total within this share of its register's width of the end may be about to wrap."""
WRAPS_UNSEEN_AFTER = {16: timedelta(days=1), 32: timedelta(days=3650)}
"""So long a busy street takes to fill a register once: 65,536 people a day are 0.76 a second in one direction."""
FRAMES_ARE_MISSING_AFTER = 1.5
WEEK = timedelta(weeks=1)
LEARNED_FROM = timedelta(weeks=5)
LEAST_WEEKLY_RESETS = 2


@dataclass(frozen=True, slots=True)
class Passed:
    """People between two totals. `since` is when the count begins: the first total, or where it was set to 0 in between.

    Where the totals do not tell, `people` is None and `why` says the reason. `found` is wrapped, reset or implausible.
    """

    people: Pair | None
    since: datetime
    why: str | None = None
    found: str | None = None


def frames_are_missing(length: timedelta, rhythm_s: int) -> bool:
    """Whether a frame is missing between two that are so far apart."""
    return length > timedelta(seconds=FRAMES_ARE_MISSING_AFTER * rhythm_s)


def passed(before: Report, now: Report, restarts: Iterable[datetime], weekly: timedelta | None) -> Passed:
    """How many people passed between two reports of totals of one line.

    `restarts` are the times at which the device joined its network anew: what it counts since power-up may have begun again.
    `weekly` is the time of the week (after Monday 00:00 on the street's clocks) at which its totals are set to 0, where known.
    """
    length = now.told_at - before.told_at
    fell = any(is_less(*pair) for pair in zip(now.totals, before.totals, strict=True))
    missing = frames_are_missing(length, now.rhythm_s)
    reset_at = _reset_between(before.told_at, now.told_at, restarts if fell else (), weekly if fell or missing else None)
    if reset_at is not None and plausible(now.totals, now.told_at - reset_at + SLACK):
        return Passed(now.totals, reset_at, AFTER_RESET, RESET)
    bits = now.total_bits or 32
    wrapped = tuple(_between(*pair, bits) for pair in zip(before.totals, now.totals, strict=True))
    people: Pair = (wrapped[0], wrapped[1])
    if not told(people):
        return Passed(None, before.told_at, SILENT)
    if fell and (reset_at is not None or not (_near_the_end(before, now, bits) and plausible(people, length))):
        if missing or not plausible(now.totals, length):
            return Passed(None, before.told_at, RESET, RESET)
        return Passed(now.totals, before.told_at, AFTER_RESET, RESET)
    if not plausible(people, length):
        return Passed(None, before.told_at, IMPLAUSIBLE, IMPLAUSIBLE)
    if length > WRAPS_UNSEEN_AFTER[bits]:
        return Passed(None, before.told_at, MAY_HAVE_WRAPPED)
    return Passed(people, before.told_at, FRAMES_MISSING if missing else None, WRAPPED if fell else None)


def plausible(people: Pair, length: timedelta) -> bool:
    """Whether so many people can have passed one line in that time, in each direction."""
    return all(one is None or one <= PEOPLE_PER_S_AT_MOST * length.total_seconds() for one in people)


def is_less(one: int | None, other: int | None) -> bool:
    """Whether both were told and the first is the lesser."""
    return one is not None and other is not None and one < other


def _between(before: int | None, now: int | None, bits: int) -> int | None:
    """What was added to a register of that many bits, if it wrapped once at most."""
    return None if before is None or now is None else (now - before) % 2**bits


def _near_the_end(before: Report, now: Report, bits: int) -> bool:
    """Whether each total that fell had been near the end of its register."""
    pairs = zip(before.totals, now.totals, strict=True)
    fallen = [was for was, is_now in pairs if was is not None and is_less(is_now, was)]
    return all(2**bits - was <= NEAR_THE_END * 2**bits for was in fallen)


def _reset_between(since: datetime, until: datetime, restarts: Iterable[datetime], weekly: timedelta | None) -> datetime | None:
    """The last time in (since, until] at which the totals were set to 0, as far as that is known."""
    known = [at for at in restarts if since < at <= until]
    if weekly is not None:
        at = _last_weekly(until, weekly)
        known += [at] if at > since else []
    return max(known, default=None)


def time_of_week(at: datetime) -> timedelta:
    """How long after Monday 00:00, on the street's clocks."""
    local = at.astimezone(LONDON)
    return timedelta(days=local.weekday(), hours=local.hour, minutes=local.minute, seconds=local.second)


def _last_weekly(until: datetime, weekly: timedelta) -> datetime:
    """The last moment up to `until` of that time of the week."""
    local = until.astimezone(LONDON).replace(tzinfo=None)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    at = monday + weekly
    at -= WEEK if at > local else timedelta(0)
    return at.replace(tzinfo=LONDON).astimezone(until.tzinfo)


def weekly_reset(resets: Sequence[Finding], at: datetime) -> timedelta | None:
    """The time of the week at which totals are set to 0 by a schedule, learned from the resets found in the weeks before `at`.

    It is known where two resets of the last LEARNED_FROM lie at the same time of different weeks.
    """
    recent = [reset for reset in resets if reset.kind == RESET and at - LEARNED_FROM <= reset.until <= at]
    for last in reversed(recent):
        same = [last, *(reset for reset in recent if _a_week_apart(reset, last))]
        if len(same) >= LEAST_WEEKLY_RESETS:
            return max(time_of_week(reset.since) for reset in same)
    return None


def _a_week_apart(one: Finding, other: Finding) -> bool:
    """Whether both resets may have been at one time of different weeks; when between two totals each was is not known closer."""
    if abs(one.until - other.until) < WEEK / 2:
        return False
    first, second = time_of_week(one.since), time_of_week(other.since)
    return first < second + (other.until - other.since) and second < first + (one.until - one.since)
