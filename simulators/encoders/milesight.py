"""Milesight's distance sensors, port 85: channel, type, data; numbers are little-endian (facts of the user guides).

EM310-UDL and EM500-UDL have their distance on channel 03, the EM400 family on channel 04, because 03 is its temperature. An
alarm is the same field on the channel 80 higher with a status byte: 1 it is on.
"""

from struct import pack
from typing import Any

from sensors.readings import LevelReading
from simulators.encoders.quantities import MOMENTS, PERCENT, YES_OR_NO, Alarms, OneOf, Quantity, hundredths, tenths, whole
from simulators.encoders.speech import Encode, Form, Speaker, unix_s

PORT = 85
BEGINS = ((PORT, bytes.fromhex("ff0bff ff0101 ff166445b43411300001 ff090100 ff0a0101 ff0f00")),)
"""Power on, protocol, serial number, hardware, firmware and class, as sent at join."""
BATTERY, TEMPERATURE_03, DISTANCE_03, DISTANCE_04 = b"\x01\x75", b"\x03\x67", b"\x03\x82", b"\x04\x82"
ALARM = 0x80
WORDS = {"no_echo": 0xFFFD, "disabled": 0xFFFE, "sensor_fault": 0xFFFF}
"""In the place of a distance; the maker lists them of EM410-RDL, the family shares them."""

Says = dict[str, Quantity]
Reach = tuple[int, int]


def battery(reading: Any) -> bytes:
    """01 75: battery % u8, where it is said."""
    return b"" if reading.battery_pct is None else BATTERY + bytes([int(reading.battery_pct)])


def temperature(reading: Any) -> bytes:
    """03 67: temperature s16/10 C; with its alarm 83 67 and 1."""
    if reading.temperature_c is None:
        return b""
    return twin(TEMPERATURE_03, pack("<h", round(reading.temperature_c * 10)), "temperature" in reading.alarms)


def twin(pair: bytes, data: bytes, alarm: bool) -> bytes:
    """A field, or with its alarm on the twin of it."""
    return bytes([pair[0] + ALARM]) + pair[1:] + data + b"\x01" if alarm else pair + data


def distance_mm(reading: LevelReading) -> int | None:
    """What stands in the place of a distance: mm, or one of the three values that are words."""
    return WORDS[reading.cannot_measure] if reading.cannot_measure else reading.distance_mm


def distance(pair: bytes, reading: LevelReading) -> bytes:
    """Distance mm u16, with its alarm where it is on."""
    value = distance_mm(reading)
    return b"" if value is None else twin(pair, pack("<H", value), "threshold" in reading.alarms)


def tilted(pair: bytes, reading: LevelReading) -> bytes:
    """Position u8: 1 tilted."""
    return b"" if reading.tilted is None else pair + bytes([reading.tilted])


def em310(reading: LevelReading) -> bytes:
    """EM310-UDL: battery, 03 82 distance, 04 00 position."""
    return battery(reading) + distance(DISTANCE_03, reading) + tilted(b"\x04\x00", reading)


def em400(reading: LevelReading) -> bytes:
    """EM400 family: battery, 03 67 temperature, 04 82 distance, 05 00 position."""
    return battery(reading) + temperature(reading) + distance(DISTANCE_04, reading) + tilted(b"\x05\x00", reading)


def em410(reading: LevelReading) -> bytes:
    """EM410-RDL: as EM400, 06 C7 echo s16/100 dB; B4 82 distance and 1 in the blind zone, 94 82 distance, jump s16 and 2."""
    echo = b"" if reading.signal is None else b"\x06\xc7" + pack("<h", round(reading.signal * 100))
    head = battery(reading) + temperature(reading)
    if reading.cannot_measure == "too_close":
        return head + tilted(b"\x05\x00", reading) + echo + b"\xb4\x82" + pack("<HB", 0, 1)
    jump = b"\x94\x82" + pack("<HhB", reading.distance_mm, 0, 2) if "mutation" in reading.alarms else b""
    return head + distance(DISTANCE_04, reading) + jump + tilted(b"\x05\x00", reading) + echo


def em410_stored(*readings: LevelReading) -> bytes:
    """20 CE: time u32, distance u16, temperature s16 (FFFE: off), jump s16, events u8: 1 threshold, 4 blind, 10 jump, 20 tilt."""
    return b"".join(_em410_record(reading) for reading in readings)


def _em410_record(reading: LevelReading) -> bytes:
    bits = {"threshold": 0x01, "mutation": 0x10}
    events = sum(bits[word] for word in reading.alarms) + (0x20 if reading.tilted else 0)
    is_close = reading.cannot_measure == "too_close"
    value = 0 if is_close else distance_mm(reading)
    warm = b"\xfe\xff" if reading.temperature_c is None else pack("<h", round(reading.temperature_c * 10))
    return b"\x20\xce" + pack("<IH", unix_s(reading), value) + warm + pack("<hB", 0, events + (0x04 if is_close else 0))


def em500(reading: LevelReading) -> bytes:
    """EM500-UDL: battery, 03 82 distance; 83 E9 distance u16, jump u16, alarm u8: 1 threshold, 2 mutation."""
    status = {"threshold": 1, "mutation": 2}
    alarms = b"".join(b"\x83\xe9" + pack("<HHB", reading.distance_mm, 0, status[word]) for word in reading.alarms)
    value = distance_mm(reading)
    return battery(reading) + (alarms or (b"" if value is None else DISTANCE_03 + pack("<H", value)))


def em500_stored(*readings: LevelReading) -> bytes:
    """20 CE: time u32, distance u16."""
    return b"".join(b"\x20\xce" + pack("<IH", unix_s(reading), distance_mm(reading)) for reading in readings)


TILTED: Says = {"tilted": YES_OR_NO}
WARM: Says = {"tilted": YES_OR_NO, "temperature_c": tenths(-40, 85)}
# The bytes of -0.2 and -0.1 degrees are the radar's words for a temperature that is switched off and for a broken one.
RADAR_WARM: Says = {**WARM, "temperature_c": tenths(-40, 85, but=(-0.2, -0.1))}
RADAR: Says = {**RADAR_WARM, "signal": hundredths(-100, 100), "cannot_measure": OneOf((*WORDS, "too_close"))}
RECORD: Says = {"distance_mm": whole(0, min(WORDS.values()) - 1), "cannot_measure": OneOf(tuple(WORDS)), "observed_at": MOMENTS}
EM400_ALARMS = {"temperature": "temperature_c", "threshold": "distance_mm"}
EM500_ALARMS = {"threshold": "distance_mm", "mutation": "distance_mm"}
RECORDS = 4

EM500_STORED = Form(PORT, RECORD, em500_stored, ("distance_mm", "observed_at"), readings=RECORDS)
EM410_STORED = Form(
    PORT,
    {**RECORD, **RADAR_WARM, "cannot_measure": RADAR["cannot_measure"], "alarms": Alarms(EM500_ALARMS)},
    em410_stored,
    ("distance_mm", "tilted", "observed_at"),
    readings=RECORDS,
)


def _speaker(
    model: str, encode: Encode, more: Says, alarms: dict[str, str], reach_mm: Reach, stored: Form | None = None
) -> Speaker:
    says = {"battery_pct": PERCENT, **RECORD, **more, "alarms": Alarms(alarms)}
    del says["observed_at"]
    return Speaker(model, LevelReading, Form(PORT, says, encode), stored, begins=BEGINS, reach_mm=reach_mm)


SPEAKERS = (
    _speaker("em310-udl", em310, TILTED, {"threshold": "distance_mm"}, (30, 4_500)),
    _speaker("em400-mud", em400, WARM, EM400_ALARMS, (30, 4_500)),
    _speaker("em400-udl", em400, WARM, EM400_ALARMS, (30, 4_500)),
    _speaker("em400-tld", em400, WARM, EM400_ALARMS, (20, 3_500)),
    _speaker("em410-rdl", em410, RADAR, {**EM400_ALARMS, "mutation": "distance_mm"}, (200, 10_000), EM410_STORED),
    _speaker("em500-udl", em500, {}, EM500_ALARMS, (300, 5_000), EM500_STORED),
)
