"""What each bin needs on a day: the probability that it overflows before the next visit, or its turn on the fixed schedule.

Where only a bin's history tells of it, the reason says so. A bin without a history falls back to its schedule: not known is never
empty.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from streets.rounds.orders import Ordered
from streets.rounds.outlook import BinToday, load_l, overflow, then_pct

NEGLIGIBLE_PROBABILITY = 0.01
LIKELY_PROBABILITY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why a bin may be visited, or why not, in the words of round_stop.why and round_left_out.why.

    `overflow` is the probability of overflowing before the next visit, None where the schedule decides. `then_pct` is what the
    visit of a day to come finds four times in five, in per cent of fill.
    """

    wanted: bool
    why: str
    overflow: float | None
    load_l: float
    then_pct: tuple[float, float] | None = None
    ordered: Ordered | None = None

    @property
    def must(self) -> bool:
        """Whether an order or an alarm has it visited, whatever it is worth."""
        return self.ordered is not None and self.ordered.must

    def as_seen_overflowing(self, capacity_l: float) -> "Need":
        """The need of a bin that a crew saw overflowing: whatever its sensor says, it is full."""
        return replace(self, wanted=True, why="seen_overflowing", overflow=1.0, load_l=capacity_l)

    def as_ordered(self, ordered: Ordered | None) -> "Need":
        """The same need under an order or an alarm, which outweighs the reason it had."""
        if ordered is None:
            return self
        why = f"must_{ordered.why}" if ordered.must else "cannot"
        return replace(self, wanted=ordered.must, why=why, ordered=ordered)


def need(bin_: BinToday, service_date: date, last_emptied_on: date | None, visit_at: datetime, at: datetime) -> Need:
    """What a bin needs of a visit at about `visit_at`, as far as is known at `at`; the next would be a day later.

    `last_emptied_on` is a local date, in the days to come where a round of a day before empties it.
    """
    chance = overflow(bin_, visit_at + timedelta(days=1), at)
    if chance is None:
        return _by_schedule(bin_, service_date, last_emptied_on)
    found = Need(wanted=chance >= NEGLIGIBLE_PROBABILITY, why="", overflow=chance, load_l=load_l(bin_, visit_at))
    if not found.wanted:
        return replace(found, why=_why_it_waits(bin_, service_date, last_emptied_on))
    likely = "likely_full" if chance >= LIKELY_PROBABILITY else "on_the_way"
    why = likely if bin_.state == "measured" else f"history_{_silence(bin_)}"
    return replace(found, why=why, then_pct=then_pct(bin_, service_date, visit_at))


def _why_it_waits(bin_: BinToday, service_date: date, last_emptied_on: date | None) -> str:
    if bin_.visit_before is not None:
        return "visited_before"
    recently = last_emptied_on is not None and (service_date - last_emptied_on).days <= 1
    return "recently_emptied" if recently else "not_worth_it"


def _by_schedule(bin_: BinToday, service_date: date, last_emptied_on: date | None) -> Need:
    """Due when as many days as the schedule allows have passed since the last known emptying, or none is known.

    The load is not known, so that the bin is taken as full: a vehicle must not meet it with too little space.
    """
    due = last_emptied_on is None or (service_date - last_emptied_on).days >= bin_.visit_every_days
    waits = "not_due" if bin_.visit_before is None else "visited_before"
    return Need(wanted=due, why=f"scheduled_{_silence(bin_)}" if due else waits, overflow=None, load_l=bin_.capacity_l)


def _silence(bin_: BinToday) -> str:
    """Why there is no figure of its sensor's, as the end of a reason's name."""
    if bin_.reason == "unsuitable":
        return "unsuitable"
    return bin_.state if bin_.state in ("silent", "not_measurable", "no_sensor") else "no_forecast"
