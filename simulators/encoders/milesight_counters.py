"""Milesight's people counters (VS series), port 85: channel, type, data; numbers are little-endian (facts of the user guides).

Counters over a line (VS13x) have totals of 32 bits, counters of a passage (VS35x, VS360) and the camera VS121 of 16, which
a busy street wraps within days. An alarm is the same field on the channel 80 higher with a status byte: 1 it is on.
"""

from struct import pack

from sensors.readings import CountReading
from simulators.encoders.milesight import BEGINS, PORT, battery, temperature, twin
from simulators.encoders.quantities import MOMENTS, PEOPLE_16, PERCENT, Alarms, OneOf, Quantity, Running, tenths, whole
from simulators.encoders.speech import Encode, Form, Speaker, unix_s

VS360_EVENTS = {"anomaly": 0, "node_silent": 1, "misaligned": 2}
RECORDS = 4


def lines(*readings: CountReading) -> bytes:
    """VS13x, per line: 03/06/09/0C D2 total in u32, 04/07/0A/0D D2 total out u32; then 05/08/0B/0E CC people in, out u16."""
    return b"".join(_line_totals(reading) for reading in readings) + b"".join(_line_people(reading) for reading in readings)


def _line_totals(reading: CountReading) -> bytes:
    first = 3 * reading.line
    return b"" if reading.total_in is None else pack("<BBIBBI", first, 0xD2, reading.total_in, first + 1, 0xD2, reading.total_out)


def _line_people(reading: CountReading) -> bytes:
    if reading.people_in is None:
        return b""
    pair = bytes([3 * reading.line + 2, 0xCC])
    return twin(pair, pack("<HH", reading.people_in, reading.people_out), "threshold" in reading.alarms)


def passage(reading: CountReading) -> bytes:
    """VS35x: battery, 03 67 temperature, 0A EF time u32, 04 CC totals u16, 05 CC people of the period u16."""
    return battery(reading) + temperature(reading) + _clock(b"\x0a\xef", reading) + _counts(reading)


def vs360(reading: CountReading) -> bytes:
    """VS360: as VS35x, 02 75 the battery of the second half, 03 F4 an event and 1: it is on."""
    second = b"" if reading.battery_pct is None else b"\x02" + battery(reading)[1:]
    event = b"" if reading.fault is None else bytes([0x03, 0xF4, VS360_EVENTS[reading.fault], 1])
    return battery(reading) + second + temperature(reading) + event + _clock(b"\x0a\xef", reading) + _counts(reading)


def vs121(reading: CountReading) -> bytes:
    """VS121: 0F 85 time u32, 05 CC people of the period u16, 0D CC totals u16."""
    totals = b"" if reading.total_in is None else pack("<BBHH", 0x0D, 0xCC, reading.total_in, reading.total_out)
    people = b"" if reading.people_in is None else pack("<BBHH", 0x05, 0xCC, reading.people_in, reading.people_out)
    return _clock(b"\x0f\x85", reading) + people + totals


def stored(*readings: CountReading) -> bytes:
    """20 CE: time u32, kind u8, people in and out of the period u16; kind 1 goes on with the totals u16."""
    return b"".join(_record(reading) for reading in readings)


def _record(reading: CountReading) -> bytes:
    people = pack("<HH", reading.people_in, reading.people_out)
    totals = b"" if reading.total_in is None else pack("<HH", reading.total_in, reading.total_out)
    return b"\x20\xce" + pack("<IB", unix_s(reading), bool(totals)) + people + totals


def _counts(reading: CountReading) -> bytes:
    is_over, said = "threshold" in reading.alarms, b""
    if reading.total_in is not None:
        said += twin(b"\x04\xcc", pack("<HH", reading.total_in, reading.total_out), is_over)
    if reading.people_in is not None:
        said += twin(b"\x05\xcc", pack("<HH", reading.people_in, reading.people_out), is_over)
    return said


def _clock(pair: bytes, reading: CountReading) -> bytes:
    return b"" if reading.observed_at is None else pair + pack("<I", unix_s(reading))


def _totals(bits: int) -> dict[str, Quantity]:
    return {"total_in": Running(bits), "total_out": Running(bits), "total_bits": OneOf((bits,))}


TOGETHER = (("people_in", "people_out"), ("total_in", "total_out", "total_bits"))
COUNTED: dict[str, Quantity] = {"people_in": PEOPLE_16, "people_out": PEOPLE_16, **_totals(16)}
PASSED: dict[str, Quantity] = {
    **COUNTED,
    "battery_pct": PERCENT,
    "temperature_c": tenths(-40, 85),
    "observed_at": MOMENTS,
    "alarms": Alarms({"temperature": "temperature_c", "threshold": "people_in"}),
}
STORED = Form(
    PORT, {**COUNTED, "observed_at": MOMENTS}, stored, ("people_in", "people_out", "observed_at"), TOGETHER, readings=RECORDS
)


def _lines(model: str, how_many: int) -> Speaker:
    says = {"line": whole(1, how_many), **COUNTED, **_totals(32), "alarms": Alarms({"threshold": "people_in"})}
    form = Form(PORT, says, lines, together=TOGETHER, readings=how_many)
    people, totals = TOGETHER
    return Speaker(model, CountReading, form, begins=BEGINS, usual=("line", *people), hourly=("line", *totals))


def _passage(model: str, encode: Encode, more: dict[str, Quantity]) -> Speaker:
    says = {**PASSED, **more}
    usual = tuple(name for name in says if name != "observed_at")
    return Speaker(model, CountReading, Form(PORT, says, encode, together=TOGETHER), STORED, begins=BEGINS, usual=usual)


SPEAKERS = (
    _lines("vs132", 1),
    _lines("vs133", 4),
    _lines("vs135", 4),
    _passage("vs350", passage, {}),
    _passage("vs351", passage, {}),
    _passage("vs360", vs360, {"fault": OneOf(tuple(VS360_EVENTS))}),
    Speaker("vs121", CountReading, Form(PORT, {**COUNTED, "observed_at": MOMENTS}, vs121, together=TOGETHER), begins=BEGINS),
)
