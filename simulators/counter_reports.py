"""What the footfall counters send in a day: a period count every quarter of an hour, and running totals."""

from dataclasses import dataclass

import numpy as np

from simulators import networks
from simulators.counters import PERIOD_S, PERIODS, Counter, Counts
from simulators.days import Day
from simulators.devices import Device
from simulators.dice import dice
from simulators.encoders import direct, milesight
from simulators.faults import Fault
from simulators.networks import Air, Sent

FRAMES_A_DAY = {"vs133": PERIODS + 24}
"""A VS133 sends its totals in a frame of their own, once an hour."""
BACKLOG = range(30, 52)
"""Periods of the day in which a counter with a backlog is off the network; it sends them stored, afterwards."""
RECORDS_A_FRAME = 4
DELIVERY_S = 0.4
BATTERY_PCT = 96


@dataclass(frozen=True, slots=True)
class Counted:
    """What a device's lines counted in a day: people of each period and running totals, shape (96, 2) a line."""

    people: list[Counts]
    totals: list[Counts]

    def in_period(self, period: int) -> list[tuple[int, int]]:
        """People in and out of one period, by line."""
        return [(int(counts[period, 0]), int(counts[period, 1])) for counts in self.people]

    def totals_after(self, period: int) -> list[tuple[int, int]]:
        """Running totals at the end of a period, by line."""
        return [(int(counts[period, 0]), int(counts[period, 1])) for counts in self.totals]


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

    def of_day(self, day: Day) -> list[Sent]:
        """The day's messages of every counter; the totals move on by the day's people."""
        sent: list[Sent] = []
        for name, posts in self.on_device.items():
            counted = self._count(posts, day)
            kinds = {fault.kind for fault in self.faults if fault.device == name and fault.holds_on(day.number)}
            if "dead" not in kinds:
                sent += self._live(posts[0].device, counted, day, BACKLOG if "backlog" in kinds else range(0))
            if "backlog" in kinds:
                sent += self._stored(posts[0].device, counted, day)
        return sent

    def _count(self, posts: list[Counter], day: Day) -> Counted:
        counted = Counted([], [])
        for post in posts:
            people = post.people(self.seed, day.number, day.midnight)
            seen = people[:, ::-1] if post.swapped else people
            totals = self.totals[post.counter_id] + np.cumsum(seen, axis=0)
            self.totals[post.counter_id] = totals[-1]
            counted.people.append(seen)
            counted.totals.append(totals)
        return counted

    def _live(self, device: Device, counted: Counted, day: Day, missing: range) -> list[Sent]:
        luck = dice(self.seed, "frames", device.name, day.number)
        first = day.number * FRAMES_A_DAY.get(device.model, PERIODS)
        sent: list[Sent] = []
        for period in range(PERIODS):
            ends = day.midnight_s + (period + 1) * PERIOD_S
            air = Air(ends + 2.0 + device.phase_s % 30 + float(luck.uniform(0, 0.8)), 2, int(luck.integers(-100, -70)))
            people = counted.in_period(period)
            if device.model == "direct-counter":
                message = networks.direct_up(device, first + period, ends, direct.counter_reading(*people[0], PERIOD_S))
                sent.append((air.at, networks.topic(device, self.council), message))
            elif device.model == "vs133":
                frame = first + period + period // 4
                sent.append(self._up(device, day, frame, milesight.vs133_periods(people), air))
                if period % 4 == 3:
                    later = Air(air.at + 4.0, air.gateways, air.rssi)
                    totals = milesight.vs133_totals(counted.totals_after(period))
                    sent.append(self._up(device, day, frame + 1, totals, later))
            elif period not in missing:
                totals_now = counted.totals_after(period)[0]
                spoken = milesight.vs350(BATTERY_PCT - day.number // 20, float(day.air_c[period // 4]), totals_now, people[0])
                sent.append(self._up(device, day, first + period, spoken, air))
        return sent

    def _stored(self, device: Device, counted: Counted, day: Day) -> list[Sent]:
        """Stored records of the periods off the network, several a frame, with the device's own times."""
        sent: list[Sent] = []
        for first in BACKLOG[::RECORDS_A_FRAME]:
            records = []
            for period in range(first, min(first + RECORDS_A_FRAME, BACKLOG.stop)):
                ends = int(day.midnight_s) + (period + 1) * PERIOD_S
                records.append(milesight.vs350_history(ends, counted.in_period(period)[0], counted.totals_after(period)[0]))
            back_s = day.midnight_s + (BACKLOG.stop + 1) * PERIOD_S + 60.0
            air = Air(back_s + 8.0 * (first - BACKLOG.start), 1, -101)
            sent.append(self._up(device, day, day.number * PERIODS + first, b"".join(records), air))
        return sent

    def _up(self, device: Device, day: Day, frame: int, spoken: bytes, air: Air) -> Sent:
        f_cnt = device.f_cnt(frame, day.number)
        message = networks.up(device, device.session(day.number), f_cnt, spoken, air)
        return air.at + DELIVERY_S, networks.topic(device, self.council), message
