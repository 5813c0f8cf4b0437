"""Dragino LDS12-LB, LiDAR distance sensor to 12 m. Big-endian, the bytes are in `sensors.dragino`.

Port 2  11 bytes: battery, probe, distance, signal, flags, temperature, message type
Port 3  stored log, without signals             Port 5  the device

A distance with a signal of 100 or less, or of 65,535 (blinded), is not to be trusted, and 0 is none. Published examples
are those of a thermometer; the limits are the LLDS12's, its forerunner: not confirmed on a device.
"""

from sensors import dragino
from sensors.readings import Decoded

MODEL = "lds12-lb"
MEASURES = ("distance_mm", "temperature_c", "battery_mv", "signal")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

WEAKEST, BLINDED = 100, 65_535


def untrusted(distance_mm: int, signal: int | None) -> str | None:
    """Why a distance is none."""
    is_weak = signal is not None and (signal <= WEAKEST or signal == BLINDED)
    return "no_echo" if is_weak or distance_mm == 0 else None


SENSOR = dragino.lidar("LDS12-LB", untrusted)


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    return dragino.decode(payload, port, SENSOR)
