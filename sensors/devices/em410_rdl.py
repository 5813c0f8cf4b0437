"""Milesight EM410-RDL, radar distance sensor. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery      u8, %
03 67  temperature  s16, tenths of a degree C; FFFE switched off, FFFF sensor fault: no temperature
83 67  temperature and alarm status u8: 0 the alarm ended, 1 it is on
04 82  distance     u16, mm from the sensor down to the waste; FFFD no target, FFFE switched off, FFFF sensor fault
05 00  position     u8, 0 as mounted, 1 tilted
06 C7  echo         s16, hundredths of a dB
84 82  distance u16 mm, alarm u8: 0 ended, 1 threshold, 2 mutation
94 82  distance u16 mm, its jump s16 mm (not read: the distances tell it), alarm u8 as before
B4 82  distance u16 mm, exception u8: 0 out of the blind zone again, 1 in the blind zone, 2 no target, 3 sensor fault
20 CE  stored record of 11 bytes: time u32, Unix seconds by the device's clock, distance u16, temperature s16, jump s16, and
       events u8: bit 0 threshold, 2 in the blind zone, 4 mutation, 5 tilted (bits as in the maker's README; 1 and 3 are the
       ends of 0 and 2)

A distance beside an exception that is on is not to be used.
"""

from typing import Any

from sensors import milesight
from sensors.milesight import Pair, Quantity, Width
from sensors.milesight_levels import DISTANCE, POSITION, distance_alarm, distance_mm
from sensors.readings import Decoded, DecodeError, LevelReading

MODEL = "em410-rdl"
MEASURES = ("distance_mm", "tilted", "temperature_c", "battery_pct", "signal")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

NO_TEMPERATURE = (0xFFFE, 0xFFFF)
EXCEPTIONS = {0: None, 1: "too_close", 2: "no_echo", 3: "sensor_fault"}
THRESHOLD, BLIND, MUTATION, TILTED = 0x01, 0x04, 0x10, 0x20


def temperature_c(data: bytes) -> dict[str, Any]:
    """s16 in tenths of a degree Celsius; nothing where it is switched off or broken."""
    return {} if milesight.u(data) in NO_TEMPERATURE else milesight.temperature_c(data)


def signal_db(data: bytes) -> dict[str, Any]:
    """s16 in hundredths of a dB, the strength of the echo."""
    return {"signal": int.from_bytes(data, "little", signed=True) / 100}


def exception(data: bytes) -> dict[str, Any]:
    """u16 distance in mm and an exception u8: what it makes of the distance. Raises DecodeError for one that is not known."""
    if data[2] not in EXCEPTIONS:
        raise DecodeError(f"Distance exception {data[2]} is not known.")
    word = EXCEPTIONS[data[2]]
    return {"exception": word} if word else distance_mm(data[:2])


QUANTITIES = {
    (0x01, 0x75): milesight.BATTERY,
    (0x03, 0x67): Quantity(2, temperature_c, alarm="temperature"),
    (0x04, 0x82): DISTANCE,
    (0x05, 0x00): POSITION,
    (0x06, 0xC7): Quantity(2, signal_db),
    (0x84, 0x82): Quantity(3, distance_alarm),
    (0x94, 0x82): Quantity(5, distance_alarm),
    (0xB4, 0x82): Quantity(3, exception),
}
WIDTHS: dict[Pair, Width] = {**milesight.widths(QUANTITIES), milesight.STORED: 11}


def decode(payload: bytes, port: int | None) -> Decoded:
    """The live reading if there is one, then the stored ones. Raises DecodeError where nothing can be read."""
    cut = milesight.frame(payload, port, WIDTHS)
    values, refusals = milesight.gather(cut.fields, QUANTITIES)
    if word := values.pop("exception", None):
        values |= {"distance_mm": None, "cannot_measure": word}
    live = (LevelReading(**values),) if values else ()
    records = tuple(stored(data) for pair, data, _ in cut.fields if pair == milesight.STORED)
    return milesight.decoded(live + records, refusals, cut)


def stored(data: bytes) -> LevelReading:
    """The reading of one stored record."""
    events = data[10]
    said = milesight.observed_at(data[:4]) | distance_mm(data[4:6]) | temperature_c(data[6:8])
    if events & BLIND:
        said |= {"distance_mm": None, "cannot_measure": "too_close"}
    alarms = tuple(word for bit, word in ((THRESHOLD, "threshold"), (MUTATION, "mutation")) if events & bit)
    return LevelReading(**said, tilted=bool(events & TILTED), alarms=alarms)
