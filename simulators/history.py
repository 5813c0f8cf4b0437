"""The messages of a stretch of time, in the order in which they are received; live is the same, told as it happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import numpy as np

from simulators.bin_reports import BinReports
from simulators.counter_reports import CounterReports
from simulators.days import Day
from simulators.diary import Diary
from simulators.faults import Faults
from simulators.litter import Litter, LitterDay
from simulators.networks.air import Sent
from simulators.phones import Phones
from simulators.rhythms import air_temperature_c
from simulators.strangers import strangers
from simulators.town import Town

Message = tuple[str, bytes, datetime]
"""Topic, message, and when the broker receives it."""
LONGEST_ON_THE_WAY_S = 86_400.0
"""No message is later than this; what was sent earlier has come."""
FOR_EVER = datetime.max.replace(tzinfo=UTC)


def messages(town: Town, start: datetime, end: datetime = FOR_EVER) -> Iterator[Message]:
    """All messages received in [start, end), in order; without an end they go on for ever. Raises ValueError as TownLife does."""
    yield from TownLife(town, start).until(end)


class TownLife:
    """The town moving on, one UTC day at a time, and what is heard of it."""

    def __init__(self, town: Town, since: datetime, diary: Diary | None = None) -> None:
        """It lives from `town.starts_at` whatever `since` is, so that stretches join without a seam; what is heard begins there.

        `diary` tells of days on which crews went where rounds sent them; on all others they keep to the fixed schedule. Raises
        ValueError for a start before the town's.
        """
        if since < town.starts_at:
            raise ValueError(f"{town.name} begins at {town.starts_at.isoformat()}, after {since.isoformat()}")
        self.town, self.diary = town, diary or Diary()
        self._since_s = since.timestamp()
        self._begun = 0
        self._litter = Litter(town.seed, town.bins)
        self._bins = {a_bin.bin_id: a_bin for a_bin in town.bins}
        self._phones = Phones(town.seed, town.council, town.streets, town.obstacles)
        faults = Faults(town.faults)
        self._bin_reports = BinReports(town.seed, town.council, faults)
        self._counter_reports = CounterReports(town.seed, town.council, town.counters, faults)
        self._to_come: list[Sent] = []
        self._of_bins: dict[str, list[Sent]] = {}
        self._heard_until_s = self._since_s

    @property
    def _tomorrow_s(self) -> float:
        return (self.town.first_day + timedelta(days=self._begun)).timestamp()

    def until(self, end: datetime) -> Iterator[Message]:
        """What is received before `end` and was not taken yet, in order."""
        end_s = end.timestamp()
        while True:
            until_s = min(self._tomorrow_s, end_s)
            while self._to_come and self._to_come[-1][0] < until_s:
                received_at, topic, message = self._to_come.pop()
                if received_at >= self._since_s:
                    self._heard_until_s = received_at
                    yield topic, message, datetime.fromtimestamp(received_at, UTC)
            if until_s == end_s:
                return
            self._begin_day()

    def found_pct(self, bin_id: str, at: datetime) -> float | None:
        """How full a crew finds a bin at a time of the day that was begun last; None where the town has no such bin."""
        today = self._litter.today.get(bin_id)
        if today is None:
            return None
        litres = float(today.at(np.array([self._hour(at)]))[0])
        return 100.0 * litres / self._bins[bin_id].capacity_l

    def empty(self, bin_id: str, at: datetime) -> None:
        """A crew empties a bin, on the day that was begun last and after all that was taken: from then on it is heard so."""
        self.diary.note(at, bin_id)
        a_bin = self._bins[bin_id]
        litter = self._litter.empty(bin_id, self._hour(at))
        if a_bin.device is not None:
            old = set(map(id, self._of_bins[bin_id]))
            kept = [sent for sent in reversed(self._to_come) if id(sent) not in old]
            told = self._reports_of(bin_id, litter, self._day(self._begun - 1))
            self._arrange([*kept, *(sent for sent in told if sent[0] > self._heard_until_s)])

    def _hour(self, at: datetime) -> float:
        return (at - self._midnight(self._begun - 1)).total_seconds() / 3600.0

    def _midnight(self, number: int) -> datetime:
        return self.town.first_day + timedelta(days=number)

    def _day(self, number: int) -> Day:
        midnight = self._midnight(number)
        return Day(number, midnight, air_temperature_c(self.town.seed, midnight, np.arange(24.0)))

    def _begin_day(self) -> None:
        """What the next day's devices send, some of it received on the day after; of a day that nobody hears, little is made."""
        town, day = self.town, self._day(self._begun)
        self._begun += 1
        litter = self._litter.next_day(day.number, day.midnight, self.diary.of(day.midnight.date()))
        sent = self._counter_reports.of_day(day)
        if town.has_phones:
            sent += self._phones.next_day(day.number, day.midnight)
        if self._tomorrow_s <= self._since_s - LONGEST_ON_THE_WAY_S:
            return
        for bin_id, of_bin in litter.items():
            sent += self._reports_of(bin_id, of_bin, day)
        if town.has_strangers:
            sent += strangers(town.seed, town.council, day.number, day.midnight)
        self._arrange([*reversed(self._to_come), *sent])

    def _reports_of(self, bin_id: str, litter: LitterDay, day: Day) -> list[Sent]:
        """What a bin's device sends on a day; kept apart, for a crew may come that was not foreseen."""
        a_bin = self._bins[bin_id]
        told = [] if a_bin.device is None else self._bin_reports.of_day(a_bin, a_bin.device, litter, day)
        self._of_bins[bin_id] = told
        return told

    def _arrange(self, sent: list[Sent]) -> None:
        """Put what is to come in order, the next at the end."""
        self._to_come = sorted(sent, key=itemgetter(0))[::-1]
