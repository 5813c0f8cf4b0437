"""Dragino LDS40-LB, LiDAR distance sensor to 40 m. Big-endian, the bytes are in `sensors.dragino`.

Port 2  11 bytes: battery, probe, distance, signal, flags, temperature, message type
Port 3  stored log, without signals             Port 5  the device

A distance with a signal of 60 or less is not to be trusted, 0 is none, and from 45,000 mm on it is too far. Published
examples are those of a thermometer; the limits are the LLDS40's manual, its forerunner: not confirmed on a device.
"""

from sensors import dragino
from sensors.readings import Decoded

MODEL = "lds40-lb"
MEASURES = ("distance_mm", "temperature_c", "battery_mv", "signal")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

WEAKEST = 60
TOO_FAR_MM = 45_000


def untrusted(distance_mm: int, signal: int | None) -> str | None:
    """Why a distance is none."""
    if distance_mm == 0 or (signal is not None and signal <= WEAKEST):
        return "no_echo"
    return "too_far" if distance_mm >= TOO_FAR_MM else None


SENSOR = dragino.lidar("LDS40-LB", untrusted)


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    return dragino.decode(payload, port, SENSOR)
