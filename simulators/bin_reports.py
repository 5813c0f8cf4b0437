"""What the sensors in the bins send in a day: a frame an hour or every two, with the noise and the faults of real ones."""

from datetime import datetime

import numpy as np

from simulators import networks
from simulators.bins import Bin
from simulators.devices import Device
from simulators.dice import dice
from simulators.encoders import direct, dragino, milesight
from simulators.faults import COPIED_MESSAGE, LATE, SAME_FRAME_TWICE, WRONG_CLOCK_S, Fault
from simulators.litter import LitterDay
from simulators.networks import Air
from simulators.phones import Sent
from simulators.rhythms import Floats

NOISE_MM = 12.0
JITTER_S = 15
DELIVERY_S = 0.45
BROKEN_FRAME = 5
"""Which frame of the day of a device with garbage is broken."""


class BinReports:
    """The reports of all bins of one council, day by day."""

    def __init__(self, seed: int, council: str, faults: tuple[Fault, ...]) -> None:
        self.seed, self.council = seed, council
        self.faults: dict[str, list[Fault]] = {}
        for fault in faults:
            self.faults.setdefault(fault.device, []).append(fault)

    def of_day(self, a_bin: Bin, device: Device, litter: LitterDay, number: int, day: datetime, air_c: Floats) -> list[Sent]:
        """The day's messages of one bin's device; `air_c` is the air's temperature at hours 0..23."""
        kinds = {fault.kind for fault in self.faults.get(device.name, ()) if fault.holds_on(number)}
        if "silent" in kinds:
            return []
        luck = dice(self.seed, "frames", device.name, number)
        frames = device.frames_a_day
        jitter_s = luck.integers(-JITTER_S, JITTER_S + 1, frames)
        seconds = np.clip(device.phase_s + np.arange(frames) * device.report_every_s + jitter_s, 0, 86_399) + luck.random(frames)
        distances = self._distances(a_bin, litter.at(seconds / 3600.0), luck, kinds)
        warmth = air_c[(seconds // 3600).astype(int)] + 1.5
        battery = float(dice(self.seed, "battery", device.name).uniform(72, 100)) - 0.04 * number
        rolls, rssi, delays = luck.random(frames), luck.integers(-112, -68, frames), luck.uniform(600, 32_000, frames)
        topic = networks.topic(device, self.council)
        sent: list[Sent] = []
        if device.rejoins_on_day == number and device.network != "direct":
            at = day.timestamp() + max(1.0, float(seconds[0]) - 20.0)
            sent.append((at, networks.topic(device, self.council, "join"), networks.join(device, 2, at)))
        for frame in range(frames):
            at = day.timestamp() + float(seconds[frame])
            spoken = _frame(device, int(distances[frame]), float(warmth[frame]), battery, kinds)
            if "garbage" in kinds and frame == BROKEN_FRAME:
                spoken = luck.bytes(7)
            f_cnt = device.f_cnt(number * frames + frame, number)
            air = Air(at, 1 + (int(rssi[frame]) > -104) + (int(rssi[frame]) > -84), int(rssi[frame]))
            roll = float(rolls[frame])
            received_at = at + (float(delays[frame]) if roll < LATE else DELIVERY_S)
            clock_s = WRONG_CLOCK_S if "wrong_clock" in kinds else 0
            message = _message(device, number, f_cnt, spoken, air, clock_s)
            sent.append((received_at, topic, message))
            if LATE <= roll < LATE + SAME_FRAME_TWICE:
                again = Air(at + 1.7, air.gateways, air.rssi - 3, copy=1)
                sent.append((received_at + 1.7, topic, _message(device, number, f_cnt, spoken, again, clock_s)))
            elif LATE + SAME_FRAME_TWICE <= roll < LATE + SAME_FRAME_TWICE + COPIED_MESSAGE:
                sent.append((received_at + 0.2, topic, message))
        return sent

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


def _frame(device: Device, distance_mm: int, temperature_c: float, battery_pct: float, kinds: set[str]) -> bytes:
    tilted = "tilted" in kinds
    if device.model == "em310-udl":
        return milesight.em310(int(battery_pct), distance_mm, tilted)
    if device.model == "ldds75":
        return dragino.ldds75(2_900 + int(7 * battery_pct), distance_mm)
    if device.model == "direct-bin":
        return direct.bin_reading(None if "no_echo" in kinds else distance_mm, tilted, temperature_c, battery_pct).encode()
    return milesight.em400(int(battery_pct), temperature_c, distance_mm, tilted)


def _message(device: Device, day: int, f_cnt: int, spoken: bytes, air: Air, clock_s: float) -> bytes:
    if device.network == "direct":
        return networks.direct_up(device, f_cnt, air.at + clock_s - 1.7 * air.copy, spoken.decode())
    return networks.up(device, device.session(day), f_cnt, spoken, air)
