"""What a sensor sees that looks into a bin, in every quantity at once; each model says what it can of it."""

import numpy as np

from sensors.readings import CANNOT_MEASURE, LEVEL_ALARMS, LevelReading
from simulators.bins import Bin, Mounting
from simulators.devices import Device
from simulators.dice import dice
from simulators.rhythms import Floats

NOISE_MM = 12.0
BATTERY_PCT_A_DAY = 0.04
OLD_BATTERIES = 0.03
SLIPPED = 0.3
"""A sensor that slipped up its post reads a bin emptier by this share of its depth."""
FLAT_PCT = 4.0
ECHO, NO_ECHO = 300.0, 0.0
"""Strength of an echo, in whatever unit the device has."""
UPRIGHT_DEG, FALLEN_DEG = 2.0, 64.0
FIRE_C = 93.0
ALARM_OF = {"tilted": "tilt", "battery_low": "low_battery", "fire": "fire", "vandal": "vandal"}


def distances(a_bin: Bin, litres: Floats, luck: np.random.Generator, kinds: frozenset[str]) -> Floats:
    """Millimetres down to so many litres of litter, as the sensor measures them."""
    mounting = a_bin.mounting
    depth_mm = mounting.empty_mm - mounting.full_mm
    level = mounting.empty_mm - depth_mm * litres / a_bin.capacity_l + luck.normal(0.0, NOISE_MM, litres.size)
    if "stuck" in kinds:
        level = np.full(litres.size, mounting.empty_mm - 0.37 * depth_mm)
    if "liner" in kinds:
        level = mounting.full_mm + luck.normal(0.0, NOISE_MM, litres.size)
    if "slipped" in kinds:
        level = level + SLIPPED * depth_mm
    if "tilted" in kinds:
        level = luck.uniform(mounting.blind_zone_mm, mounting.max_range_mm, litres.size)
    return np.clip(np.round(level), mounting.blind_zone_mm, mounting.max_range_mm)


def look(mounting: Mounting, distance_mm: int, air_c: float, battery_pct: float, kinds: frozenset[str]) -> LevelReading:
    """One look. `kinds` are the device's faults (`simulators.faults`); its own calibration is that of its mounting."""
    fill_pct = 100.0 * (mounting.empty_mm - distance_mm) / (mounting.empty_mm - mounting.full_mm)
    word = next((kind for kind in CANNOT_MEASURE if kind in kinds), None)
    left_pct = min(battery_pct, FLAT_PCT) if "battery_low" in kinds else battery_pct
    raised = {ALARM_OF[kind] for kind in kinds if kind in ALARM_OF}
    return LevelReading(
        distance_mm=None if word else distance_mm,
        cannot_measure=word,
        tilted="tilted" in kinds,
        tilt_deg=FALLEN_DEG if "tilted" in kinds else UPRIGHT_DEG,
        temperature_c=FIRE_C if "fire" in kinds else air_c,
        battery_pct=left_pct,
        battery_mv=2_900 + int(7 * left_pct),
        device_fill_pct=None if word else fill_pct,
        signal=NO_ECHO if word else ECHO,
        alarms=tuple(alarm for alarm in LEVEL_ALARMS if alarm in raised),
    )


def battery_pct(seed: int, device: Device, day: int) -> float:
    """The battery on that day of the town: when it begins most are good for years, and a few are old."""
    luck = dice(seed, "battery", device.name)
    began = float(luck.uniform(6, 18) if luck.random() < OLD_BATTERIES else luck.uniform(72, 100))
    return max(1.0, began - BATTERY_PCT_A_DAY * day)
