"""Sensoneo Single Sensor 3.0, ultrasonic bin sensor that listens four times. 17 bytes in fixed places, by LoRaWAN or NB-IoT.

[0-1]    FFFF
[2]      type in the upper four bits, 2 is a single sensor; role in the lower four, not read
[3]      firmware
[4-7]    id of the sensor, u32 little-endian, as on its label; who speaks is the network's to say
[8]      events: bit 0 it measured, 1 fire, 2 tilt; the rest is not confirmed and not read
[9-12]   four echoes, u8 each in 2 cm; `distance_mm` is the median of those that are not 0
[13]     battery, u8: 2,500 mV and 10 mV for each
[14]     temperature, s8, degrees C
[15]     tilt in degrees, which a single sensor does not use; not read
[16]     events since the start, u8; not read

No document tells a port, so none is held to, nor what an echo is that was not heard: 0 is taken for it. Not confirmed on
a device. Without bit 0 the echoes are not of this frame and are not read.
"""

from sensors.echoes import middle_mm
from sensors.readings import Decoded, DecodeError, LevelReading

MODEL = "sensoneo-single"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

LENGTH = 17
HEAD = b"\xff\xff"
SINGLE = 2
MEASURED, FIRE, TILT = 0x01, 0x02, 0x04
ECHO_MM = 20


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 no document tells a port
    """One level reading. Raises DecodeError on another length, head or type."""
    if len(payload) != LENGTH:
        raise DecodeError(f"A Sensoneo single sensor sends {LENGTH} bytes; this frame has {len(payload)}.")
    if payload[:2] != HEAD:
        raise DecodeError(f"A frame begins with FF FF; this one with {payload[0]:02X} {payload[1]:02X}.")
    if payload[2] >> 4 != SINGLE:
        raise DecodeError(f"Type {payload[2] >> 4} is not a single sensor, which is {SINGLE}.")
    events = payload[8]
    reading = LevelReading(
        battery_mv=2500 + 10 * payload[13],
        temperature_c=int.from_bytes(payload[14:15], "big", signed=True),
        alarms=tuple(word for bit, word in ((FIRE, "fire"), (TILT, "tilt")) if events & bit),
    )
    about = (("firmware", payload[3]), ("sensor_id", int.from_bytes(payload[4:8], "little")))
    if not events & MEASURED:
        return Decoded((reading,), about=about)
    distance_mm = middle_mm([ECHO_MM * echo for echo in payload[9:13] if echo])
    word = "no_echo" if distance_mm is None else None
    return Decoded((reading._replace(distance_mm=distance_mm, cannot_measure=word),), about=about)
