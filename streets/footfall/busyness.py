"""How busy a place is now: the last 60 minutes of the counters that report, against what is usual for those same counters.

Like is compared with like: a counter that does not report leaves both sides, so that a dead camera can neither halve the
figure nor make a full street read as quiet. Where coverage or age fails the answer is `not_known`, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from sensors.readings import COUNT_FAULTS
from streets.footfall.counts import HOUR, Spell, people_per_hour
from streets.footfall.reports import SILENT
from streets.footfall.usual import usual_between

GRACE = timedelta(minutes=30)
LEAST_REPORTING = 0.5
SURELY_SOMEBODY = 20.0
LEVELS = (("very_quiet", 0.5), ("quiet", 0.75), ("usual", 1.25), ("busy", 1.5))

NO_COUNTERS = "no_counters"
NO_RECENT_READINGS = "no_recent_readings"
TOO_FEW_COUNTERS = "too_few_counters"
COUNTERS_DOUBTFUL = "counters_doubtful"
USUAL_NOT_KNOWN = "usual_not_known"
DOUBTFUL = "doubtful"
REASONS = (NO_COUNTERS, NO_RECENT_READINGS, TOO_FEW_COUNTERS, COUNTERS_DOUBTFUL, USUAL_NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class CounterNow:
    """One counter as it stands: `sources` are the devices installed on it, `usual` people per hour by hour of the week.

    `doubted` says that its recent hours were found stuck, dead or imputed (health.py); `not_counted_why` why what it said last
    is no count (reports.py): a fault of its own, or silence before it. Estimates say nothing of now.
    """

    counter_id: str
    sources: frozenset[str]
    spells: Sequence[Spell]
    usual: Mapping[int, float]
    doubted: bool = False
    not_counted_why: str | None = None


@dataclass(frozen=True, slots=True)
class LastHour:
    """What one counter counted in the 60 minutes up to `ended_at`, and what is usual there and then."""

    people: float
    usual: float | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Busyness:
    """A place's level with what it rests on. `count`, `usual_count` and `ratio` speak of the `reporting` counters only."""

    level: str
    reason: str | None
    count: int | None
    usual_count: int | None
    ratio: float | None
    observed_to: datetime | None
    reporting: tuple[str, ...]
    counters_total: int

    @property
    def counters_reporting(self) -> int:
        """How many counters the answer rests on."""
        return len(self.reporting)


def last_hour(counter: CounterNow, at: datetime) -> LastHour | None:
    """The counter's last 60 minutes, or None when any of its devices is silent, faulty, too old or counted too little of them.

    A period may be one period and GRACE old: an hourly counter speaks of 10:00 to 11:00 until half past twelve.
    """
    by_source: dict[str, list[Spell]] = defaultdict(list)
    for spell in counter.spells:
        if spell.ended_at <= at:
            by_source[spell.source].append(spell)
    if (
        counter.not_counted_why in COUNT_FAULTS
        or not by_source
        or counter.sources - {source.partition("/")[0] for source in by_source}
    ):
        return None
    ended_at = min(max(spell.ended_at for spell in spells) for spells in by_source.values())
    people = 0.0
    for spells in by_source.values():
        newest = max(spells, key=lambda spell: spell.ended_at)
        if at - newest.ended_at > GRACE + timedelta(seconds=newest.told_s):
            return None
        told = [spell for spell in spells if spell.started_at >= newest.ended_at - HOUR]
        covered_s = sum((spell.ended_at - spell.started_at).total_seconds() for spell in told)
        rate = people_per_hour(sum(spell.people for spell in told), covered_s)
        if rate is None:
            return None
        people += rate
    return LastHour(people, usual_between(counter.usual, ended_at - HOUR, ended_at), ended_at)


def busyness(counters: Iterable[CounterNow], at: datetime) -> Busyness:
    """How busy the place of `counters` is at `at`.

    `reason` is one of REASONS where the level is not_known. A counter that sees nobody where at least SURELY_SOMEBODY
    people are usual is taken for dead, not for a sign of quiet: that chance is below one in a hundred million.
    """
    total = tuple(counters)
    heard = [(counter, hour) for counter in total if (hour := last_hour(counter, at)) is not None]
    trusted = [(counter, hour) for counter, hour in heard if not counter.doubted and not _sees_nobody(hour)]
    known = [(counter.counter_id, hour, hour.usual) for counter, hour in trusted if hour.usual is not None]
    reporting = tuple(counter_id for counter_id, _, _ in known)
    reason = _why_not(len(total), len(heard), len(trusted), len(known))
    if reason is not None:
        oldest = min((hour.ended_at for _, hour in heard), default=None)
        return Busyness("not_known", reason, None, None, None, oldest, reporting, len(total))
    count = sum(hour.people for _, hour, _ in known)
    usual = sum(usual for _, _, usual in known)
    return Busyness(
        level=level_of(count, usual),
        reason=None,
        count=round(count),
        usual_count=round(usual),
        ratio=round(count / usual, 3) if usual > 0 else None,
        observed_to=min(hour.ended_at for _, hour, _ in known),
        reporting=reporting,
        counters_total=len(total),
    )


def why_not_reporting(counter: CounterNow, at: datetime) -> str | None:
    """Why a counter is left out of how busy its place is at `at`, or None: a word of reports.py, DOUBTFUL or USUAL_NOT_KNOWN."""
    hour = last_hour(counter, at)
    if hour is None:
        return counter.not_counted_why or SILENT
    if counter.doubted or _sees_nobody(hour):
        return DOUBTFUL
    return USUAL_NOT_KNOWN if hour.usual is None else None


def level_of(count: float, usual: float) -> str:
    """The word for `count` people where `usual` are usual: a quarter off is quiet or busy, a half very quiet or very busy.

    A difference that chance alone would make (two standard deviations of a Poisson count) is still usual.
    """
    if abs(count - usual) <= 2 * sqrt(max(usual, 1.0)):
        return "usual"
    ratio = count / usual if usual > 0 else float("inf")
    return next((level for level, below in LEVELS if ratio <= below), "very_busy")


def _sees_nobody(hour: LastHour) -> bool:
    return hour.people == 0 and hour.usual is not None and hour.usual >= SURELY_SOMEBODY


def _why_not(total: int, heard: int, trusted: int, known: int) -> str | None:
    """Why the level cannot be known from so many counters, or None when it can: the first stage that loses too many."""
    if total == 0:
        return NO_COUNTERS
    if heard == 0:
        return NO_RECENT_READINGS
    for left, reason in ((heard, TOO_FEW_COUNTERS), (trusted, COUNTERS_DOUBTFUL), (known, USUAL_NOT_KNOWN)):
        if left < LEAST_REPORTING * total:
            return reason
    return None
