"""Dragino frames, port 2: fixed offsets, big-endian (facts of the user manuals)."""

from struct import pack

NO_ECHO_MM = 0


def ldds75(battery_mv: int, distance_mm: int) -> bytes:
    """LDDS75 from firmware 1.1.4: battery mV u16, distance mm u16 (0: no echo), interrupt, probe s16/10 C, sensor flag 1."""
    return pack(">HHBhB", battery_mv & 0x3FFF, distance_mm, 0, 0, 1)
