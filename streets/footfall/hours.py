"""Intervals cut at whole hours, so that each part counts in one hour; estimates over several hours are spread over them.

What was counted is cut by time alone. An estimate over several hours is spread by what the same hours of the weeks before
counted on that line, where that is known of all of them, else evenly. Whatever is cut, the sum stays the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from streets.footfall.counts import HOUR, hour_start_of, people_per_hour, weeks_before
from streets.footfall.reports import COUNTED, ESTIMATED, FROM_TOTALS, Interval, both_ways
from streets.footfall.shares import shares
from streets.footfall.usual import LEAST_WEEKS, WEEKS

SLIVER = timedelta(minutes=1)
SLIVER_SHARE = 0.05
"""A part shorter than both of these is what clocks made of an interval that was meant to end with the hour."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of an interval that lies in one hour; `told_s` are the seconds of the whole interval."""

    interval: Interval
    told_s: int


Counts = Mapping[datetime, tuple[int, float]]
"""By the start of an hour: people that a line counted in it, both ways, and in how many seconds."""


def needs_past(intervals: Iterable[Interval]) -> datetime | None:
    """From when on hours counted before are to be known to spread these intervals; None where they need not be."""
    spread = [one.start for one in intervals if _is_spread(one)]
    return hour_start_of(min(spread)) - timedelta(weeks=WEEKS) - HOUR if spread else None


def parts(intervals: Iterable[Interval], past: Counts, since: datetime) -> list[Part]:
    """The parts of intervals by their hours, in order, that begin at or after `since`; `past` is what was counted before."""
    counted = defaultdict(lambda: (0, 0.0), past)
    cut: list[Part] = []
    for interval in intervals:
        spans = _spans(interval)
        weights = _usual_weights(spans, counted) if _is_spread(interval) else None
        weights = weights or [(end - start).total_seconds() for start, end in spans]
        of_interval = [part for part in _shared(interval, spans, weights) if part.start >= since]
        told_s = max(1, round(interval.length.total_seconds()))
        cut += [Part(part, told_s) for part in of_interval]
        if interval.known in (COUNTED, FROM_TOTALS):
            for part in of_interval:
                people, seconds = counted[hour_start_of(part.start)]
                counted[hour_start_of(part.start)] = people + both_ways(part.people), seconds + part.length.total_seconds()
    return cut


def _is_spread(interval: Interval) -> bool:
    return interval.known == ESTIMATED and len(_spans(interval)) > 1


def _spans(interval: Interval) -> list[tuple[datetime, datetime]]:
    """The parts of the interval's time by hour, without slivers."""
    spans, start = [], interval.start
    while start < interval.end:
        end = min(interval.end, hour_start_of(start) + HOUR)
        spans.append((start, end))
        start = end
    least = min(SLIVER, SLIVER_SHARE * interval.length)
    return [span for span in spans if span[1] - span[0] >= least]


def _shared(interval: Interval, spans: Sequence[tuple[datetime, datetime]], weights: Sequence[float]) -> list[Interval]:
    ways = [[None] * len(spans) if people is None else shares(people, weights) for people in interval.people]
    return [
        Interval(start, end, people_in, people_out, interval.known, interval.why)
        for (start, end), people_in, people_out in zip(spans, *ways, strict=True)
    ]


def _usual_weights(spans: Sequence[tuple[datetime, datetime]], counted: Counts) -> list[float] | None:
    """People to be expected in each part from the weeks before; None where that is not known of every part, or is nobody."""
    weights = []
    for start, end in spans:
        hour = hour_start_of(start)
        before = [counted.get(weeks_before(hour, weeks), (0, 0.0)) for weeks in range(1, WEEKS + 1)]
        rates = [rate for people, seconds in before if (rate := people_per_hour(people, seconds)) is not None]
        if len(rates) < LEAST_WEEKS:
            return None
        weights.append(median(rates) * ((end - start) / HOUR))
    return weights if sum(weights) > 0 else None
