"""Stretches of a line from one total to the next, the holes that its periods leave in them, and what the totals tell of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streets.footfall.periods import JITTER
from streets.footfall.reports import AFTER_RESET, GAP, RESET, SILENT, Interval, Pair

LONGEST_REPAIR = timedelta(days=7)
"""A count over a longer silence says too little of any hour in it, and the silence is told by the absence of intervals."""

Hole = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time from one total to the next, or to where it was set to 0: `people` passed in it, or `why` that is not known.

    Before the first total it has no `start`, after the last no `end`. With people, `why` says of what kind an estimate is.
    """

    start: datetime | None
    end: datetime | None
    people: Pair | None
    why: str | None


def holes_of(stretch: Stretch, inside: Sequence[Interval], told_to: datetime | None, next_start: datetime | None) -> list[Hole]:
    """The parts of a stretch from `told_to` on that no period covers, but for what clocks make beside a period."""
    holes = []
    begin, slack = told_to, timedelta(0)
    for period in inside:
        if begin is not None and period.start - begin > JITTER * period.length:
            holes.append((begin, period.start))
        begin, slack = period.end, JITTER * period.length
    end = min((at for at in (stretch.end, next_start) if at), default=None)
    if begin is not None and stretch.end is not None and end is not None and end - begin > slack:
        holes.append((begin, end))
    return holes


def why_not_told(stretch: Stretch, inside: Sequence[Interval], holes: Sequence[Hole]) -> str | None:
    """Why the totals cannot tell what passed in the holes of a stretch, or None where they can."""
    if stretch.people is None:
        return stretch.why or SILENT
    if any(end - start > LONGEST_REPAIR for start, end in holes):
        return SILENT
    if inside and stretch.why == AFTER_RESET:
        return RESET
    return next((period.why for period in inside if period.known == GAP), None)


def left_of(people: Pair | None, inside: Sequence[Interval]) -> Pair:
    """What totals tell beyond the periods, each direction by itself; None where either is not told."""
    if people is None:
        return None, None
    people_in, people_out = (
        None if total is None else total - sum(one.people[way] or 0 for one in inside) for way, total in enumerate(people)
    )
    return people_in, people_out
