"""What the footfall counters send in a day: a period count every quarter of an hour, and running totals."""

from datetime import datetime

import numpy as np

from simulators import networks
from simulators.counters import PERIOD_S, PERIODS, Counter, Counts
from simulators.devices import Device
from simulators.dice import dice
from simulators.encoders import direct, milesight
from simulators.faults import Fault
from simulators.networks import Air
from simulators.phones import Sent
from simulators.rhythms import Floats

FRAMES_A_DAY = {"vs133": PERIODS + 24}
"""A VS133 sends its totals in a frame of their own, once an hour."""
BACKLOG = range(30, 52)
"""Periods of the day in which a counter with a backlog is off the network; it sends them stored, afterwards."""
RECORDS_A_FRAME = 4
DELIVERY_S = 0.4


class CounterReports:
    """The reports of all counters, day by day; it keeps their running totals."""

    def __init__(self, seed: int, council: str, counters: tuple[Counter, ...], faults: tuple[Fault, ...]) -> None:
        self.seed, self.council, self.faults = seed, council, faults
        self.on_device: dict[str, list[Counter]] = {}
        for counter in counters:
            self.on_device.setdefault(counter.device.name, []).append(counter)
        self.totals = {
            counter.counter_id: dice(seed, "totals", counter.counter_id).integers(20_000, 65_000, 2) for counter in counters
        }

    def of_day(self, number: int, day: datetime, air_c: Floats) -> list[Sent]:
        """The day's messages of every counter; the totals move on by the day's people."""
        sent: list[Sent] = []
        for name, posts in self.on_device.items():
            people = [self._as_seen(post, post.people(self.seed, number, day)) for post in posts]
            totals = [self.totals[post.counter_id] + np.cumsum(seen, axis=0) for post, seen in zip(posts, people, strict=True)]
            for post, running in zip(posts, totals, strict=True):
                self.totals[post.counter_id] = running[-1]
            kinds = {fault.kind for fault in self.faults if fault.device == name and fault.holds_on(number)}
            if "dead" not in kinds:
                sent += self._frames(posts[0].device, people, totals, number, day, air_c, "backlog" in kinds)
        return sent

    def _as_seen(self, post: Counter, people: Counts) -> Counts:
        return people[:, ::-1] if post.swapped else people

    def _frames(
        self, device: Device, people: list[Counts], totals: list[Counts], number: int, day: datetime, air_c: Floats, backlog: bool
    ) -> list[Sent]:
        luck = dice(self.seed, "frames", device.name, number)
        topic = networks.topic(device, self.council)
        first = number * FRAMES_A_DAY.get(device.model, PERIODS)
        battery = 96 - number // 20
        after_s = 2.0 + device.phase_s % 30
        sent: list[Sent] = []
        for period in range(PERIODS):
            ends = day.timestamp() + (period + 1) * PERIOD_S
            at = ends + after_s + float(luck.uniform(0, 0.8))
            seen = [(int(counts[period, 0]), int(counts[period, 1])) for counts in people]
            running = [(int(total[period, 0]), int(total[period, 1])) for total in totals]
            air = Air(at, 2, int(luck.integers(-100, -70)))
            if device.model == "direct-counter":
                message = networks.direct_up(device, first + period, ends, direct.counter_reading(*seen[0], PERIOD_S))
                sent.append((at, topic, message))
                continue
            frame = first + period + (period // 4 if device.model == "vs133" else 0)
            if device.model == "vs133":
                spoken = milesight.vs133_periods(seen)
            else:
                spoken = milesight.vs350(battery, float(air_c[period // 4]), running[0], seen[0])
            if not (backlog and period in BACKLOG):
                sent.append((at + DELIVERY_S, topic, self._up(device, number, frame, spoken, air)))
            if device.model == "vs133" and period % 4 == 3:
                later = Air(at + 4.0, 2, air.rssi)
                spoken = milesight.vs133_totals(running)
                sent.append((later.at + DELIVERY_S, topic, self._up(device, number, frame + 1, spoken, later)))
        if backlog:
            sent += self._stored(device, people[0], totals[0], number, day, topic)
        return sent

    def _stored(self, device: Device, people: Counts, totals: Counts, number: int, day: datetime, topic: str) -> list[Sent]:
        """Stored records of the periods off the network, several a frame, with the device's own times."""
        sent: list[Sent] = []
        for first in range(BACKLOG.start, BACKLOG.stop, RECORDS_A_FRAME):
            periods = range(first, min(first + RECORDS_A_FRAME, BACKLOG.stop))
            spoken = b"".join(
                milesight.vs350_history(
                    int(day.timestamp()) + (period + 1) * PERIOD_S, _pair(people, period), _pair(totals, period)
                )
                for period in periods
            )
            air = Air(day.timestamp() + (BACKLOG.stop + 1) * PERIOD_S + 60.0 + 8.0 * (first - BACKLOG.start), 1, -101)
            sent.append((air.at + DELIVERY_S, topic, self._up(device, number, number * PERIODS + first, spoken, air)))
        return sent

    def _up(self, device: Device, number: int, frame: int, spoken: bytes, air: Air) -> bytes:
        return networks.up(device, device.session(number), device.f_cnt(frame, number), spoken, air)


def _pair(counts: Counts, period: int) -> tuple[int, int]:
    return int(counts[period, 0]), int(counts[period, 1])
