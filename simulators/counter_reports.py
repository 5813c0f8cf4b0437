"""What the footfall counters send in a day: a report every quarter of an hour, as each model tells it, and running totals."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from sensors.readings import COUNT_FAULTS, CountReading
from simulators import networks
from simulators.counters import PERIOD_S, PERIODS, Counter, Counts
from simulators.days import Day
from simulators.devices import Device
from simulators.dice import dice
from simulators.faults import WRONG_CLOCK_S, Faults, broken, lost
from simulators.networks.air import Air, Sent

BACKLOG = range(30, 52)
"""Periods of the day in which a counter with a backlog is off the network; it sends them stored, afterwards."""
BROKEN_PERIOD = 5
DELIVERY_S = 0.4
BATTERY_PCT, FLAT_PCT = 96, 4
NOON = PERIODS // 2


@dataclass(frozen=True, slots=True)
class Counted:
    """What a device's lines counted in a day: people of each period and running totals, shape (96, 2) a line."""

    people: list[Counts]
    totals: list[Counts]


class CounterReports:
    """The reports of all counters, day by day; it keeps their running totals."""

    def __init__(self, seed: int, council: str, counters: tuple[Counter, ...], faults: Faults) -> None:
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
            device, kinds = posts[0].device, self.faults.on(name, day.number)
            counted = self._count(posts, day, kinds)
            if not kinds & {"silent", "dead"}:
                sent += self._live(device, counted, day, kinds)
            if "backlog" in kinds:
                sent += self._from_memory(device, counted, day, kinds)
        return sent

    def _count(self, posts: list[Counter], day: Day, kinds: frozenset[str]) -> Counted:
        counted = Counted([], [])
        for post in posts:
            people = post.people(self.seed, day.number, day.midnight)
            seen = people[:, ::-1] if post.swapped else people
            if "stuck" in kinds:
                seen = np.zeros_like(seen)
            totals = self.totals[post.counter_id] + np.cumsum(seen, axis=0)
            begins_anew = self._begins_anew(post.device, day, kinds)
            if begins_anew is not None:
                totals[begins_anew:] = np.cumsum(seen[begins_anew:], axis=0)
            self.totals[post.counter_id] = totals[-1]
            counted.people.append(seen)
            counted.totals.append(totals)
        return counted

    def _begins_anew(self, device: Device, day: Day, kinds: frozenset[str]) -> int | None:
        """The period of the day before which the running totals are set to 0, if any."""
        if "reset" in self.faults.begin(device.name, day.number):
            return NOON
        is_monday = "weekly_reset" in kinds and day.midnight.weekday() == 0
        return 0 if is_monday or device.rejoins_on_day == day.number else None

    def _live(self, device: Device, counted: Counted, day: Day, kinds: frozenset[str]) -> list[Sent]:
        luck = dice(self.seed, "frames", device.name, day.number)
        missing = lost(self.seed, device, day.number, PERIODS, kinds)
        sent = []
        if device.rejoins_on_day == day.number:
            sent = networks.rejoined(device, self.council, device.session(day.number), day.midnight_s + 1.0)
        for period in range(PERIODS):
            ends = day.midnight_s + (period + 1) * PERIOD_S
            air = Air(ends + 2.0 + device.phase_s % 30 + float(luck.uniform(0, 0.8)), 2, int(luck.integers(-100, -70)))
            if missing[period] or ("backlog" in kinds and period in BACKLOG):
                continue
            truths = self._truths(counted, period, day, kinds)
            spoken = device.speaker.report(*truths)
            if "garbage" in kinds and period == BROKEN_PERIOD:
                spoken = broken(device, luck)
            frame = day.number * device.frames_a_day + (period + period // 4 if device.speaker.hourly else period)
            sent.append(self._sent(device, day, frame, spoken, air, ends + (WRONG_CLOCK_S if "wrong_clock" in kinds else 0.0)))
            if device.speaker.hourly and period % 4 == 3:
                later = Air(air.at + 4.0, air.gateways, air.rssi)
                sent.append(self._sent(device, day, frame + 1, device.speaker.hourly_report(*truths), later, ends))
        return sent

    def _truths(self, counted: Counted, period: int, day: Day, kinds: frozenset[str]) -> list[CountReading]:
        """What is so at the end of a period, a reading a line."""
        low = "battery_low" in kinds
        clock_s = day.midnight_s + (period + 1) * PERIOD_S + (WRONG_CLOCK_S if "wrong_clock" in kinds else 0.0)
        left_pct = FLAT_PCT if low else BATTERY_PCT - day.number // 20
        return [
            CountReading(
                line=line,
                people_in=int(people[period, 0]),
                people_out=int(people[period, 1]),
                total_in=int(totals[period, 0]),
                total_out=int(totals[period, 1]),
                total_bits=32,
                period_s=PERIOD_S,
                fault=next((word for word in COUNT_FAULTS if word in kinds), None),
                temperature_c=float(day.air_c[period // 4]),
                battery_pct=left_pct,
                battery_mv=2_900 + 7 * left_pct,
                alarms=("low_battery",) if low else (),
                observed_at=datetime.fromtimestamp(clock_s, UTC),
            )
            for line, (people, totals) in enumerate(zip(counted.people, counted.totals, strict=True), start=1)
        ]

    def _from_memory(self, device: Device, counted: Counted, day: Day, kinds: frozenset[str]) -> list[Sent]:
        """Stored records of the periods off the network, several a frame, with the device's own times."""
        form, sent = device.speaker.stored, []
        if form is None:
            return []
        for first in BACKLOG[:: form.readings]:
            records = []
            for period in range(first, min(first + form.readings, BACKLOG.stop)):
                (truth,) = self._truths(counted, period, day, kinds)
                records.append(form.nearest(truth))
            back_s = day.midnight_s + (BACKLOG.stop + 1) * PERIOD_S + 60.0
            air = Air(back_s + 8.0 * (first - BACKLOG.start), 1, -101)
            sent.append(
                self._sent(device, day, day.number * device.frames_a_day + first, form.say(*records), air, air.at, form.port)
            )
        return sent

    def _sent(
        self, device: Device, day: Day, frame: int, spoken: bytes, air: Air, observed_at: float, port: int | None = None
    ) -> Sent:
        f_cnt, session = device.f_cnt(frame, day.number), device.session(day.number)
        message = networks.up(device, session, f_cnt, spoken, air, port, observed_at)
        received_at = air.at + (DELIVERY_S if device.network in networks.LORAWAN else 0.0)
        return received_at, networks.topic(device, self.council), message
