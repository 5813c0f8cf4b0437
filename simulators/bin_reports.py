"""What the sensors in the bins send in a day: a frame an hour or every two, with the noise and the faults of real ones."""

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from sensors.readings import LevelReading
from simulators import looks, networks
from simulators.bins import Bin
from simulators.days import Day
from simulators.delivery import DELIVERY_S, Chance, Frame, chances, deliver
from simulators.devices import Device
from simulators.dice import dice
from simulators.faults import LATE, OFF_THE_NETWORK_H, WRONG_CLOCK_S, Faults, broken, lost
from simulators.litter import LitterDay
from simulators.networks.air import Sent

JITTER_S = 15
BROKEN_FRAME = 5
"""Which frame of the day of a device with garbage is broken."""
BACK_S, RECORDS_EVERY_S = 960.0, 32.0
"""So long after it is back on the network a device begins with its stored records, and sends the next frame of them."""

Look = tuple[float, LevelReading]
"""When the sensor looked (Unix seconds), and what it saw."""


class Heard(NamedTuple):
    """A frame out of its decoder: when it was received and when the sensor looked (Unix seconds), and what it says."""

    received_at: float
    looked_at: float
    said: LevelReading


class BinReports:
    """The reports of all bins of one council, day by day."""

    def __init__(self, seed: int, council: str, faults: Faults) -> None:
        self.seed, self.council, self.faults = seed, council, faults

    def of_day(self, a_bin: Bin, device: Device, litter: LitterDay, day: Day) -> list[Sent]:
        """The day's messages of one bin's device."""
        kinds = self.faults.on(device.name, day.number)
        if kinds & {"silent", "dead"}:
            return []
        luck = dice(self.seed, "frames", device.name, day.number)
        seen, on_the_way = self._seen(a_bin, device, litter, day, kinds, luck)
        missing = lost(self.seed, device, day.number, len(seen), kinds)
        sent = []
        if device.rejoins_on_day == day.number:
            sent = networks.rejoined(device, self.council, device.session(day.number), seen[0][0] - 20.0)
        for frame, (at, look) in enumerate(seen):
            if not missing[frame] and not self._is_off(at, day, kinds):
                spoken = device.speaker.report(look)
                if "garbage" in kinds and frame == BROKEN_FRAME:
                    spoken = broken(device, luck)
                sent += self._sent(device, day, frame, at, spoken, kinds, on_the_way[frame])
        return sent + self._from_memory(device, day, seen, kinds)

    def heard(self, a_bin: Bin, device: Device, litter: LitterDay, day: Day) -> list[Heard]:
        """The same day without bytes: what decoders make of those messages, where no device has a memory or joins anew.

        A broken frame says nothing, and what a clock that runs ahead has stamped is refused.
        """
        kinds = self.faults.on(device.name, day.number)
        if kinds & {"silent", "dead", "wrong_clock"}:
            return []
        luck = dice(self.seed, "frames", device.name, day.number)
        seen, on_the_way = self._seen(a_bin, device, litter, day, kinds, luck)
        missing = lost(self.seed, device, day.number, len(seen), kinds)
        form, usual = device.speaker.live, device.speaker.usual
        return [
            Heard(at + (chance.delay_s if chance.roll < LATE else DELIVERY_S), at, form.nearest(look, usual))
            for frame, ((at, look), chance) in enumerate(zip(seen, on_the_way, strict=True))
            if not missing[frame] and not ("garbage" in kinds and frame == BROKEN_FRAME)
        ]

    def _seen(
        self, a_bin: Bin, device: Device, litter: LitterDay, day: Day, kinds: frozenset[str], luck: np.random.Generator
    ) -> tuple[list[Look], list[Chance]]:
        """What the sensor saw that day, one look a frame, and what befalls each frame."""
        frames = device.frames_a_day
        jitter_s = luck.integers(-JITTER_S, JITTER_S + 1, frames)
        seconds = np.clip(device.phase_s + np.arange(frames) * device.report_every_s + jitter_s, 30, 86_399) + luck.random(frames)
        distances = looks.distances(a_bin, litter.at(seconds / 3600.0), luck, kinds)
        warmth = day.air_c[(seconds // 3600).astype(int)] + 1.5
        battery = looks.battery_pct(self.seed, device, day.number)
        measured = zip(seconds.tolist(), distances.tolist(), warmth.tolist(), strict=True)
        seen = [
            (day.midnight_s + second, looks.look(a_bin.mounting, int(mm), air_c, battery, kinds))
            for second, mm, air_c in measured
        ]
        return seen, chances(luck, len(seen))

    def _sent(
        self, device: Device, day: Day, frame: int, at: float, spoken: bytes, kinds: frozenset[str], chance: Chance
    ) -> list[Sent]:
        """The messages that come of the `frame`-th frame of the day."""
        ahead_s = WRONG_CLOCK_S if "wrong_clock" in kinds else 0.0
        f_cnt = device.f_cnt(day.number * device.frames_a_day + frame, day.number)
        told = Frame(at, device.session(day.number), f_cnt, spoken, ahead_s, device.port)
        return deliver(device, networks.topic(device, self.council), told, chance)

    def _is_off(self, at: float, day: Day, kinds: frozenset[str]) -> bool:
        return "backlog" in kinds and int((at - day.midnight_s) // 3600) in OFF_THE_NETWORK_H

    def _from_memory(self, device: Device, day: Day, seen: list[Look], kinds: frozenset[str]) -> list[Sent]:
        """What the device stored while it was off the network, several looks a frame, with its own times."""
        form, topic, sent = device.speaker.stored, networks.topic(device, self.council), []
        stored = [(frame, at, look) for frame, (at, look) in enumerate(seen) if self._is_off(at, day, kinds)]
        if form is None or not stored:
            return []
        back_s = day.midnight_s + 3_600.0 * OFF_THE_NETWORK_H.stop + BACK_S
        for number, first in enumerate(range(0, len(stored), form.readings)):
            records = stored[first : first + form.readings]
            told = [form.nearest(look._replace(observed_at=datetime.fromtimestamp(at, UTC))) for _, at, look in records]
            f_cnt = device.f_cnt(day.number * device.frames_a_day + records[0][0], day.number)
            at = back_s + RECORDS_EVERY_S * number
            frame = Frame(at, device.session(day.number), f_cnt, form.say(*told), 0.0, form.port)
            sent += deliver(device, topic, frame, Chance(-101, 1.0, 0.0))
        return sent
