"""The fixed schedule that rounds replace: on which days it would have had a bin visited, whatever was planned or done."""

import math
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """A visit each `visit_every_days`, the first when so many days have passed: n days, `counted_from` the first of them,
    hold the whole part of n / visit_every_days visits, so that no stretch of time holds more than its share.
    """

    visit_every_days: float
    counted_from: date

    def visits(self, until: date) -> int:
        """How many visits the days from `counted_from` to `until`, both counted, hold."""
        days = (until - self.counted_from).days + 1
        return max(0, math.floor(days / self.visit_every_days))

    def due(self, day: date) -> bool:
        """Whether it has the bin visited on a day. Of several visits a day one counts, since a bin is on one round a day."""
        return self.visits(day) > self.visits(day - timedelta(days=1))

    def changed(self, visit_every_days: float, day: date) -> "Schedule":
        """The schedule from `day` on with another interval, which is counted from the day after the last visit before it."""
        if visit_every_days == self.visit_every_days:
            return self
        days_until_last = math.ceil(self.visits(day - timedelta(days=1)) * self.visit_every_days)
        return Schedule(visit_every_days, min(day, self.counted_from + timedelta(days=days_until_last)))
