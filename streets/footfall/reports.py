"""What a counter's line said, and what is known from it: how many people passed from when to when, and how that is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTED = "counted"
FROM_TOTALS = "from_totals"
ESTIMATED = "estimated"
GAP = "gap"

FRAMES_MISSING = "frames_missing"
AFTER_RESET = "after_reset"
RESET = "reset"
SILENT = "silent"
IMPLAUSIBLE = "implausible"
MAY_HAVE_WRAPPED = "may_have_wrapped"
TOTALS_DISAGREE = "totals_disagree"
WRAPPED = "wrapped"
TOLD_OTHERWISE = "told_otherwise"
"""Words for why: of an estimate frames_missing or after_reset; of a gap the device's own fault, or silent, reset, implausible,
may_have_wrapped, totals_disagree; of a finding wrapped, reset, implausible, totals_disagree, told_otherwise."""

Pair = tuple[int | None, int | None]
"""People in and people out; None: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One reading of one line: `told_at` ends its period of `period_s` seconds. `post` is where its device stood meanwhile.

    `rhythm_s` are the seconds between frames as configured; `by_own_clock` says that the device itself told the time.
    `fault` is the device's own word (sensors.readings.COUNT_FAULTS).
    """

    told_at: datetime
    post: str
    rhythm_s: int
    period_s: int | None = None
    people_in: int | None = None
    people_out: int | None = None
    total_in: int | None = None
    total_out: int | None = None
    total_bits: int | None = None
    fault: str | None = None
    by_own_clock: bool = False

    @property
    def people(self) -> Pair:
        """The period's counts."""
        return self.people_in, self.people_out

    @property
    def totals(self) -> Pair:
        """The running totals."""
        return self.total_in, self.total_out


@dataclass(frozen=True, slots=True)
class Interval:
    """People past one line in [start, end), and how that is `known`: counted, from_totals, estimated, or gap (not known).

    `why` says of an estimate and of a gap what is behind it.
    """

    start: datetime
    end: datetime
    people_in: int | None
    people_out: int | None
    known: str
    why: str | None = None

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def people(self) -> Pair:
        """People in and out."""
        return self.people_in, self.people_out


@dataclass(frozen=True, slots=True)
class Finding:
    """What the reports from `since` to `until` tell of the counter itself; people both ways by its periods and its totals."""

    since: datetime
    until: datetime
    kind: str
    by_periods: int | None = None
    by_totals: int | None = None


def told(pair: Pair) -> bool:
    """Whether either direction was told."""
    return pair != (None, None)


def both_ways(pair: Pair) -> int:
    """People of the directions that were told."""
    return sum(people for people in pair if people is not None)
