"""Litter: what really lies in every bin, hour by hour, and when crews really emptied it. Never published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from simulators.bins import Bin
from simulators.dice import dice
from simulators.rhythms import LOCAL, Floats, hours_of

PIECE_L = 0.5
"""Litres of one piece of litter: what comes in an hour is a gamma variable of that scale."""
HEAPED = 1.2
"""Litter heaps over the rim up to this share of the capacity; the rest lies beside the bin."""
FIRST_STOP_HOUR, LAST_STOP_HOUR, LAST_HIGH_STREET_HOUR = 6.2, 13.0, 9.6
MISSED_VISITS = 0.03


@dataclass(frozen=True, slots=True)
class LitterDay:
    """One UTC day of one bin, in litres. `came_in` is cumulative at hours 0..24; `emptied_hour` is None without a visit."""

    held: float
    came_in: Floats
    emptied_hour: float | None
    residue: float
    limit: float

    def at(self, hours: Floats) -> Floats:
        """Litres in the bin at these hours (0..24) of the day."""
        so_far = np.interp(hours, np.arange(25.0), self.came_in)
        level = np.minimum(self.held + so_far, self.limit)
        if self.emptied_hour is None:
            return level
        at_visit = float(np.interp(self.emptied_hour, np.arange(25.0), self.came_in))
        return np.where(hours < self.emptied_hour, level, np.minimum(self.residue + so_far - at_visit, self.limit))

    def at_most(self, from_hour: float, until_hour: float) -> float:
        """The most litres that lay in the bin between two hours of the day: at the later, or just before it was emptied."""
        highest = float(self.at(np.array([until_hour]))[0])
        if self.emptied_hour is None or not from_hour <= self.emptied_hour <= until_hour:
            return highest
        return max(highest, self.found(self.emptied_hour))

    def found(self, hour: float) -> float:
        """Litres that a crew finds which is the first to come that day."""
        return min(self.held + float(np.interp(hour, np.arange(25.0), self.came_in)), self.limit)


class Litter:
    """The litter of all bins; it moves on day by day."""

    def __init__(self, seed: int, bins: tuple[Bin, ...]) -> None:
        self.seed, self.bins = seed, bins
        self.held = {
            a_bin.bin_id: a_bin.capacity_l * float(dice(seed, "held", a_bin.bin_id).uniform(0.05, 0.5)) for a_bin in bins
        }
        self.today: dict[str, LitterDay] = {}

    def next_day(self, number: int, day: datetime, visited: Mapping[str, float] | None = None) -> dict[str, LitterDay]:
        """The `number`-th day of the town, from `day` (midnight UTC), by bin; the bins then hold what it left.

        `visited` tells the UTC hour at which each bin is emptied that day; None: as the fixed schedule has it. What comes in
        is the same whoever empties.
        """
        visited = visits(self.seed, self.bins, number, day) if visited is None else visited
        hours = {land_use: hours_of(self.seed, land_use, day) for land_use in {a_bin.land_use for a_bin in self.bins}}
        days = {}
        for a_bin in self.bins:
            luck = dice(self.seed, "litter", a_bin.bin_id, number)
            expected = a_bin.daily_l * hours[a_bin.land_use] * np.exp(luck.normal(-0.02, 0.2))
            came_in = np.concatenate(([0.0], np.cumsum(luck.gamma(np.maximum(expected / PIECE_L, 1e-9), PIECE_L))))
            today = LitterDay(
                self.held[a_bin.bin_id], came_in, visited.get(a_bin.bin_id), a_bin.residue_l, HEAPED * a_bin.capacity_l
            )
            self.held[a_bin.bin_id] = float(today.at(np.array([24.0]))[0])
            days[a_bin.bin_id] = today
        self.today = days
        return days

    def empty(self, bin_id: str, hour: float) -> LitterDay:
        """A crew that nobody foresaw at midnight empties a bin at a UTC hour of the day; return its day as it then is."""
        today = self.today[bin_id] = replace(self.today[bin_id], emptied_hour=hour)
        self.held[bin_id] = float(today.at(np.array([24.0]))[0])
        return today


def visits(seed: int, bins: tuple[Bin, ...], number: int, day: datetime) -> dict[str, float]:
    """When crews empty which bin on that day, in UTC hours: the fixed schedule, pedestrian streets first, few stops missed."""
    due = [a_bin for a_bin in bins if number % a_bin.visit_every_days == a_bin.first_visit_day]
    offset = LOCAL.utcoffset(day)
    utc_offset_h = offset.total_seconds() / 3600 if offset else 0.0
    early = [a_bin for a_bin in due if a_bin.reach_until is not None]
    later = sorted((a_bin for a_bin in due if a_bin.reach_until is None), key=lambda a_bin: (a_bin.ward_code, a_bin.bin_id))
    visited = {}
    for stops, last_hour in ((early, LAST_HIGH_STREET_HOUR), (later, LAST_STOP_HOUR)):
        for order, a_bin in enumerate(stops):
            luck = dice(seed, "crew", a_bin.bin_id, number)
            if luck.random() >= MISSED_VISITS:
                share = order / max(1, len(stops))
                hour = FIRST_STOP_HOUR + (last_hour - FIRST_STOP_HOUR) * share + float(luck.uniform(0, 0.1))
                visited[a_bin.bin_id] = hour - utc_offset_h
    return visited
