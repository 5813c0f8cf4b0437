"""Dragino DDS75-LB, ultrasonic distance sensor on a probe. Big-endian, the bytes are in `sensors.dragino`.

Port 2  8 bytes: battery, distance, interrupt, temperature of a probe, sensor connected or not
        a batch of newer firmware, where bit 4 of byte 0 is set:
        [0-1]  battery          u16, mV in the lower 12 bits
        [2-3]  distance         u16, mm
        [4-7]  not read
        [8-]   more distances   u16, mm each; not read, as nothing says when they were measured
        then   interrupt u8, temperature s16, sensor u8, as in a frame of 8 bytes
Port 3  stored log             Port 5  the device

Its blind zone reaches to about 280 mm. Published examples of it are those of a thermometer, one published decoder takes
the temperature for hundredths, and the places in a batch are not confirmed on a device.
"""

from sensors import dragino
from sensors.readings import Decoded, DecodeError

MODEL = "dds75-lb"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

SENSOR = dragino.ultrasonic("DDS75-LB", dragino.no_echo_75)
BATCH = 0x10
BATCH_LENGTH = 12
MORE_AT = 8


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    if port == dragino.DATA_PORT and payload and payload[0] & BATCH:
        return _batch(payload)
    return dragino.decode(payload, port, SENSOR)


def _batch(payload: bytes) -> Decoded:
    if len(payload) < BATCH_LENGTH or len(payload) % 2:
        raise DecodeError(f"A batch has an even number of bytes, from {BATCH_LENGTH} on; this frame has {len(payload)}.")
    reading = dragino.ultrasonic_reading(payload[:4] + payload[-4:], dragino.no_echo_75)
    more = (len(payload) - BATCH_LENGTH) // 2
    refused = f"{more} more distances of the batch are not read: it does not say when they were measured." if more else None
    return Decoded((reading._replace(battery_mv=dragino.u(payload[:2]) & 0x0FFF),), refused)
