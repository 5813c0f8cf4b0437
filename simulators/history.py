"""The messages of a stretch of time, in the order in which they are received; live is the same, told as it happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np

from simulators.bin_reports import BinReports
from simulators.counter_reports import CounterReports
from simulators.days import Day
from simulators.faults import Faults
from simulators.litter import Litter
from simulators.networks.air import Sent
from simulators.phones import Phones
from simulators.rhythms import air_temperature_c
from simulators.strangers import strangers
from simulators.town import Town

Message = tuple[str, bytes, datetime]
"""Topic, message, and when the broker receives it."""
LONGEST_ON_THE_WAY_S = 86_400.0
"""No message is later than this; what was sent earlier has come."""


def messages(town: Town, start: datetime, end: datetime | None = None) -> Iterator[Message]:
    """All messages received in [start, end), in order; without an end they go on for ever.

    The town lives from `town.starts_at` whatever `start` is, so that stretches join without a seam. Raises ValueError
    for a start before the town's.
    """
    if start < town.starts_at:
        raise ValueError(f"{town.name} begins at {town.starts_at.isoformat()}, after {start.isoformat()}")
    first_s, last_s = start.timestamp(), end.timestamp() if end is not None else float("inf")
    still_to_come: list[Sent] = []
    life = TownLife(town)
    for number in count():
        tomorrow_s = (town.first_day + timedelta(days=number + 1)).timestamp()
        still_to_come += life.next_day(told=tomorrow_s > first_s - LONGEST_ON_THE_WAY_S)
        still_to_come.sort(key=lambda sent: sent[0])
        for position, (received_at, topic, message) in enumerate(still_to_come):
            if received_at >= min(tomorrow_s, last_s):
                still_to_come = still_to_come[position:]
                break
            if received_at >= first_s:
                yield topic, message, datetime.fromtimestamp(received_at, UTC)
        else:
            still_to_come = []
        if tomorrow_s >= last_s:
            return


class TownLife:
    """The town moving on, one UTC day at a time."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.number = 0
        self.litter = Litter(town.seed, town.bins)
        self.phones = Phones(town.seed, town.council, town.streets, town.obstacles)
        faults = Faults(town.faults)
        self.bin_reports = BinReports(town.seed, town.council, faults)
        self.counter_reports = CounterReports(town.seed, town.council, town.counters, faults)

    def next_day(self, told: bool) -> list[Sent]:
        """What the next day's devices send, in no order; some of it is received on the day after.

        A day that nobody needs to hear of (`told` is False) passes all the same, and faster.
        """
        town, midnight = self.town, self.town.first_day + timedelta(days=self.number)
        day = Day(self.number, midnight, air_temperature_c(town.seed, midnight, np.arange(24.0)))
        self.number += 1
        litter = self.litter.next_day(day.number, midnight)
        sent = self.counter_reports.of_day(day)
        if town.has_phones:
            sent += self.phones.next_day(day.number, midnight)
        if not told:
            return []
        for a_bin in town.bins:
            if a_bin.device is not None:
                sent += self.bin_reports.of_day(a_bin, a_bin.device, litter[a_bin.bin_id], day)
        return sent + (strangers(town.seed, town.council, day.number, midnight) if town.has_strangers else [])
