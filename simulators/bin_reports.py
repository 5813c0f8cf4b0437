"""What the sensors in the bins send in a day: a frame an hour or every two, with the noise and the faults of real ones."""

import numpy as np

from simulators import networks
from simulators.bins import Bin
from simulators.days import Day
from simulators.delivery import Frame, chances, deliver
from simulators.devices import Device
from simulators.dice import dice
from simulators.encoders import direct, dragino, milesight
from simulators.faults import WRONG_CLOCK_S, Fault
from simulators.litter import LitterDay
from simulators.networks import Sent
from simulators.rhythms import Floats

NOISE_MM = 12.0
JITTER_S = 15
BATTERY_PCT_A_DAY = 0.04
OLD_BATTERIES = 0.03
BROKEN_FRAME = 5
"""Which frame of the day of a device with garbage is broken."""


class BinReports:
    """The reports of all bins of one council, day by day."""

    def __init__(self, seed: int, council: str, faults: tuple[Fault, ...]) -> None:
        self.seed, self.council = seed, council
        self.faults: dict[str, list[Fault]] = {}
        for fault in faults:
            self.faults.setdefault(fault.device, []).append(fault)

    def of_day(self, a_bin: Bin, device: Device, litter: LitterDay, day: Day) -> list[Sent]:
        """The day's messages of one bin's device."""
        kinds = {fault.kind for fault in self.faults.get(device.name, ()) if fault.holds_on(day.number)}
        if "silent" in kinds:
            return []
        luck = dice(self.seed, "frames", device.name, day.number)
        frames = device.frames_a_day
        jitter_s = luck.integers(-JITTER_S, JITTER_S + 1, frames)
        seconds = np.clip(device.phase_s + np.arange(frames) * device.report_every_s + jitter_s, 30, 86_399) + luck.random(frames)
        distances = self._distances(a_bin, litter.at(seconds / 3600.0), luck, kinds)
        warmth = day.air_c[(seconds // 3600).astype(int)] + 1.5
        battery = max(1.0, _battery_pct(self.seed, device) - BATTERY_PCT_A_DAY * day.number)
        on_the_way = chances(luck, frames)
        topic = networks.topic(device, self.council)
        sent = self._rejoined(device, day.number, day.midnight_s + float(seconds[0]) - 20.0)
        for frame in range(frames):
            spoken = _frame(device, int(distances[frame]), float(warmth[frame]), battery, kinds)
            if "garbage" in kinds and frame == BROKEN_FRAME:
                spoken = luck.bytes(7)
            at, f_cnt = day.midnight_s + float(seconds[frame]), device.f_cnt(day.number * frames + frame, day.number)
            ahead_s = WRONG_CLOCK_S if "wrong_clock" in kinds else 0.0
            sent += deliver(device, topic, Frame(at, device.session(day.number), f_cnt, spoken, ahead_s), on_the_way[frame])
        return sent

    def _rejoined(self, device: Device, number: int, at: float) -> list[Sent]:
        """The join that comes before the first frame of the day on which the device restarts."""
        if device.rejoins_on_day != number or device.network == "direct":
            return []
        return [(at, networks.topic(device, self.council, "join"), networks.join(device, device.session(number), at))]

    def _distances(self, a_bin: Bin, litres: Floats, luck: np.random.Generator, kinds: set[str]) -> Floats:
        mounting = a_bin.mounting
        depth_mm = mounting.empty_mm - mounting.full_mm
        level = mounting.empty_mm - depth_mm * litres / a_bin.capacity_l + luck.normal(0.0, NOISE_MM, litres.size)
        if "stuck" in kinds:
            level = np.full(litres.size, mounting.empty_mm - 0.37 * depth_mm)
        if "tilted" in kinds:
            level = luck.uniform(mounting.blind_zone_mm, mounting.max_range_mm, litres.size)
        if "no_echo" in kinds:
            return np.full(litres.size, dragino.NO_ECHO_MM)
        return np.clip(np.round(level), mounting.blind_zone_mm, mounting.max_range_mm)


def _battery_pct(seed: int, device: Device) -> float:
    """The battery when the town begins: most are good for years, a few are old."""
    luck = dice(seed, "battery", device.name)
    return float(luck.uniform(6, 18) if luck.random() < OLD_BATTERIES else luck.uniform(72, 100))


def _frame(device: Device, distance_mm: int, temperature_c: float, battery_pct: float, kinds: set[str]) -> bytes:
    tilted = "tilted" in kinds
    if device.model == "em310-udl":
        return milesight.em310(int(battery_pct), distance_mm, tilted)
    if device.model == "ldds75":
        return dragino.ldds75(2_900 + int(7 * battery_pct), distance_mm)
    if device.model == "direct-bin":
        return direct.bin_reading(None if "no_echo" in kinds else distance_mm, tilted, temperature_c, battery_pct).encode()
    return milesight.em400(int(battery_pct), temperature_c, distance_mm, tilted)
