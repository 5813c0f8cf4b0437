"""A day's rounds beside the schedule they replace: which visits count on which side.

The rule leans one way only: what is not known is no saving. The rounds are charged with every stop on them, told of or not. The
schedule is credited with a visit that was due if the rounds made it too; or if planning looked at a forecast of a measured fill
and left the bin, and nobody is seen to have emptied it otherwise. So neither a silent sensor, nor a shift that was too short,
nor a crew that goes on emptying by habit is ever counted as saved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from streets.rounds.schedule import Schedule

LEFT_BY_FORECAST = ("not_worth_it", "recently_emptied")
"""Why a bin was left out because of what is known of it. Other reasons (no_time, unreachable …) say that it should have been
visited, or that its schedule decided.
"""

DRIVEN_FROM_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class RoundTold:
    """How many bins were on a round, and of how many the crew said what became of them."""

    bins: int
    told: int

    @property
    def driven(self) -> bool:
        """Whether the crew told of at least half of the bins."""
        return self.bins > 0 and self.told >= DRIVEN_FROM_SHARE * self.bins


@dataclass(frozen=True, slots=True)
class Work:
    """Metres driven, and seconds of driving and working."""

    metres: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BinDay:
    """A bin on a day, as savings_bin_day keeps it. `work` is that of its stop on the rounds in force; None: it was on none."""

    bin_id: str
    ward_code: str | None
    schedule: Schedule
    work: Work | None
    why: str | None
    told: str | None
    told_overflowing: bool
    emptied_off_round_on: date | None
    overflowed: bool | None


def state_of(rounds: Iterable[RoundTold]) -> str:
    """Whether a day is counted, or why not, in the words of savings_day.state. One round that was not driven spoils the day."""
    planned = list(rounds)
    with_bins = [each for each in planned if each.bins > 0]
    if not planned:
        return "no_plan"
    if not with_bins:
        return "nothing_planned"
    return "counted" if all(each.driven for each in with_bins) else "not_driven"


def counts(one: BinDay, day: date) -> bool:
    """Whether the schedule is credited with a visit to the bin on a counted day."""
    if not one.schedule.due(day):
        return False
    return one.work is not None or (one.why in LEFT_BY_FORECAST and not _emptied_otherwise(one, day))


def _emptied_otherwise(one: BinDay, day: date) -> bool:
    """Whether somebody who was not sent there emptied it within the interval that the visit was to end."""
    seen_on = one.emptied_off_round_on
    return seen_on is not None and (day - seen_on).days < max(1.0, one.schedule.visit_every_days)
