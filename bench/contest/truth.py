"""What truly happens, day by day: litter comes in as it comes, crews empty what a policy sends them to, sensors tell of it."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

import numpy as np

from bench.contest.town import ContestTown, midnight
from simulators.bin_reports import BinReports, Heard
from simulators.bins import Bin
from simulators.days import Day
from simulators.dice import dice
from simulators.faults import Faults
from simulators.litter import MISSED_VISITS, Litter, visits
from simulators.rhythms import LOCAL, air_temperature_c
from streets.bins.fill import nearest_quarter
from streets.bins.visits import Tap

LOOKED_AT_FROM_H, LOOKED_AT_UNTIL_H = 7.0, 22.0
"""Local hours in which a full bin counts as overflowing that day."""
MISJUDGED = 0.1
"""Share of visits at which the crew's tap is a quarter off."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A day that is over. `heard` and `taps` by bin are all that the council learns of it; `overflowing` is the truth."""

    heard: Mapping[str, list[Heard]]
    taps: Mapping[str, Tap]
    overflowing: frozenset[str]
    came_in_l: float


class Truth:
    """The bins of a town moving on from its first day. Litter, missed stops and every noise follow from the seed alone."""

    def __init__(self, contest: ContestTown, bins: tuple[Bin, ...]) -> None:
        self.seed, self.bins, self.number = contest.town.seed, bins, 0
        self.litter = Litter(self.seed, bins)
        self.reports = BinReports(self.seed, contest.town.council, Faults(contest.faults))

    def copy(self) -> "Truth":
        """The same, which goes on by itself."""
        same = copy(self)
        same.litter = copy(self.litter)
        same.litter.held = dict(self.litter.held)
        return same

    def pass_day(self, sent_to: Mapping[str, float] | None) -> Passed:
        """One more day. `sent_to`: the UTC hour at which a crew comes to each bin; None: as the bins' fixed schedule has it."""
        number, day = self.number, midnight(self.number)
        self.number += 1
        emptied = visits(self.seed, self.bins, number, day) if sent_to is None else self._reached(number, sent_to)
        litter = self.litter.next_day(number, day, emptied)
        air = Day(number, day, air_temperature_c(self.seed, day, np.arange(24.0)))
        offset = LOCAL.utcoffset(day)
        ahead_h = offset.total_seconds() / 3600 if offset else 0.0
        hours = LOOKED_AT_FROM_H - ahead_h, LOOKED_AT_UNTIL_H - ahead_h
        capacity_l = {each.bin_id: each.capacity_l for each in self.bins}
        return Passed(
            heard={
                each.bin_id: self.reports.heard(each, each.device, litter[each.bin_id], air)
                for each in self.bins
                if each.device is not None
            },
            taps={
                bin_id: self._tap(bin_id, number, hour, 100 * litter[bin_id].found(hour) / capacity_l[bin_id])
                for bin_id, hour in emptied.items()
            },
            overflowing=frozenset(bin_id for bin_id, each in litter.items() if each.at_most(*hours) >= capacity_l[bin_id]),
            came_in_l=float(sum(each.came_in[-1] for each in litter.values())),
        )

    def _reached(self, number: int, sent_to: Mapping[str, float]) -> dict[str, float]:
        """The bins that the crew could empty: now and then a parked car stands before one, whoever planned the round."""
        return {
            bin_id: hour for bin_id, hour in sent_to.items() if dice(self.seed, "crew", bin_id, number).random() >= MISSED_VISITS
        }

    def _tap(self, bin_id: str, number: int, hour: float, fill_pct: float) -> Tap:
        """What the crew told: emptied, and the fill that they saw in quarters."""
        luck = dice(self.seed, "tap", bin_id, number)
        misjudged_pct = 25.0 * float(luck.choice((-1, 1))) if luck.random() < MISJUDGED else 0.0
        at_s = midnight(number).timestamp() + hour * 3600
        return Tap(at_s, "emptied", nearest_quarter(nearest_quarter(fill_pct) + misjudged_pct))
