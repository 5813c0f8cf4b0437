"""Dingtek DF702, ultrasonic bin sensor. Port 3, big-endian but for the place, 17 bytes, or 25 with GPS.

Without  With GPS
[0]      [0]      80
[1-2]    [1-2]    read past
[3]      [3]      data type   01 heartbeat, 02 alarm, 03 the parameters as a command's answer
[4]      [4]      bytes of the frame
[5-6]    [5-6]    distance    u16, mm
[7]      [7]      GPS         0 without, 1 with a place
         [8-15]   longitude, latitude  2 x float32, little-endian: not read, where it stands is the asset's to say
[8]      [16]     temperature s8, degrees C; that it is signed is not confirmed
[9]      [17]     sign of the angle: lower nibble 0 positive, otherwise negative
[10]     [18]     angle       u8, degrees
[11]     [19]     alarms      upper nibble full, lower nibble fire
[12]     [20]     alarms      upper nibble tilt, lower nibble low battery
[13-15]  [21-23]  frame counter and reserved, read past
[16]     [24]     81

Full is the device's own threshold. A tilt flag of 0 does not say that the bin stands upright, because the detection can
be switched off. The Things Network's published decoder makes every angle negative.

Parameters, 25 bytes: [5-6] read past, [7] report every u8 hours, [8] look every u8 minutes, thresholds of the alarms:
[9] full u8 cm, [10] fire u8 degrees C, [11] tilt u8 degrees, [12] tilt alarm on, [13] range 0 2 m, otherwise 5 m,
[14-23] read past, [24] 81. They tell of the device and are no reading.
"""

from typing import Any

from sensors import layout
from sensors.layout import Field, read_past
from sensors.readings import Decoded, DecodeError

MODEL = "df702"
MEASURES = ("distance_mm", "tilt_deg", "temperature_c")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

PORT = 3
HEAD_BYTES = 5
BEGIN, END = 0x80, 0x81
HEARTBEAT, ALARM, PARAMETERS = 1, 2, 3
GPS_AT = 7


def temperature_c(data: bytes) -> dict[str, Any]:
    """s8, whole degrees."""
    return {"temperature_c": float(int.from_bytes(data, "big", signed=True))}


def tilt_deg(data: bytes) -> dict[str, Any]:
    """A sign and u8 degrees."""
    return {"tilt_deg": float(-data[1] if data[0] & 0x0F else data[1])}


def alarms(data: bytes) -> dict[str, Any]:
    """Four nibbles, each an alarm that is on where it is not 0."""
    nibbles = (data[0] >> 4, data[0] & 0x0F, data[1] >> 4, data[1] & 0x0F)
    words = ("threshold", "fire", "tilt", "low_battery")
    return {"alarms": tuple(word for word, nibble in zip(words, nibbles, strict=True) if nibble)}


def end(data: bytes) -> dict[str, Any]:
    """The last byte of every frame."""
    if data[0] != END:
        raise DecodeError(f"The frame ends with {data[0]:02X}, not {END:02X}: what it says is in doubt.")
    return {}


def range_mm(data: bytes) -> dict[str, Any]:
    """u8: 0 is the short range."""
    return {"about": {"range_mm": 5000 if data[0] else 2000}}


DISTANCE = (Field("distance", 2, layout.unsigned("distance_mm")), Field("GPS mark", 1, read_past))
PLACE = (Field("place", 8, read_past),)
STATE = (
    Field("temperature", 1, temperature_c),
    Field("angle", 2, tilt_deg),
    Field("alarms", 2, alarms),
    Field("counter", 3, read_past),
    Field("end", 1, end),
)
SETTINGS = (
    Field("head", 2, read_past),
    Field("report interval", 1, layout.about("report_every_h")),
    Field("look interval", 1, layout.about("look_every_min")),
    Field("threshold of full", 1, layout.about("full_alarm_mm", times=10)),
    Field("threshold of fire", 1, layout.about("fire_alarm_c")),
    Field("threshold of tilt", 1, layout.about("tilt_alarm_deg")),
    Field("tilt switch", 1, layout.about_yes("tilt_alarm_on")),
    Field("range", 1, range_mm),
    Field("reserved part", 10, read_past),
    Field("end", 1, end),
)
WITHOUT_PLACE = DISTANCE + STATE
WITH_PLACE = DISTANCE + PLACE + STATE


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading; of the parameters what they tell of the device. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT,), "DF702")
    if len(payload) < HEAD_BYTES:
        raise DecodeError(f"The frame has {len(payload)} bytes; its head alone has {HEAD_BYTES}.")
    if payload[0] != BEGIN:
        raise DecodeError(f"The frame begins with {payload[0]:02X}, not {BEGIN:02X}.")
    if payload[3] == PARAMETERS:
        return layout.read(payload, SETTINGS, at=HEAD_BYTES).device()
    if payload[3] not in (HEARTBEAT, ALARM):
        raise DecodeError(f"Data type {payload[3]:02X} is not known.")
    has_place = len(payload) > GPS_AT and payload[GPS_AT] != 0
    return layout.read(payload, WITH_PLACE if has_place else WITHOUT_PLACE, at=HEAD_BYTES).level()
