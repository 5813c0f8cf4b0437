"""Milesight VS350, passage people counter on a battery. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery      u8, %
03 67  temperature  s16, tenths of a degree C
04 CC  total in, total out    u16, u16, people; wrap at 65,536, may also be set to 0 by hand or every week
05 CC  period in, period out  u16, u16, people in the reporting period just ended
84 CC, 85 CC        the same and alarm status u8: 0 the alarm ended, 1 it is on
83 67               temperature and alarm status u8: 1 threshold, 3 high temperature; 0 and 4 when they end
0A EF  time of the report     u32, Unix seconds by the device's clock
20 CE  stored record          time u32, kind u8, period in u16, period out u16; kind 1 goes on: total in u16, total out u16

Stored records are old data: their own time is the end of their period, and the envelope's time says nothing of it. They
repeat periods that may have arrived live. A live report with 0A EF carries the same clock's time, so that both agree.
"""

from datetime import UTC, datetime
from typing import Any

from sensors import milesight
from sensors.milesight import Quantity
from sensors.readings import CountReading, Decoded, DecodeError

MODEL = "vs350"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "temperature_c", "battery_pct")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")


def totals(data: bytes) -> dict[str, Any]:
    """u16 in, u16 out, people."""
    return {"total_in": milesight.u(data[:2]), "total_out": milesight.u(data[2:]), "total_bits": 16}


def period(data: bytes) -> dict[str, Any]:
    """u16 in, u16 out, people."""
    return {"people_in": milesight.u(data[:2]), "people_out": milesight.u(data[2:])}


def observed_at(data: bytes) -> dict[str, Any]:
    """u32, Unix seconds."""
    return {"observed_at": datetime.fromtimestamp(milesight.u(data), UTC)}


QUANTITIES = {
    (0x01, 0x75): milesight.BATTERY,
    (0x03, 0x67): Quantity(2, milesight.temperature_c, alarm="temperature", on=(1, 3), off=(0, 4)),
    (0x04, 0xCC): Quantity(4, totals, alarm="threshold"),
    (0x05, 0xCC): Quantity(4, period, alarm="threshold"),
    (0x0A, 0xEF): Quantity(4, observed_at),
}
STORED = (0x20, 0xCE)
STORED_WIDTHS = {0: 9, 1: 13}


def stored_width(rest: bytes) -> int:
    """Bytes of a stored record, by its kind. Raises DecodeError for a kind whose length is not known."""
    kind = rest[4] if len(rest) > 4 else 0
    if kind not in STORED_WIDTHS:
        raise DecodeError(f"a stored record of kind {kind} is not known; it and what follows are not read.")
    return STORED_WIDTHS[kind]


def stored(data: bytes) -> CountReading:
    """The reading of one stored record."""
    return CountReading(**observed_at(data[:4]), **period(data[5:9]), **(totals(data[9:]) if data[4] else {}))


WIDTHS: dict[milesight.Pair, milesight.Width] = {pair: quantity.width for pair, quantity in QUANTITIES.items()}
WIDTHS[STORED] = stored_width


def decode(payload: bytes, port: int | None) -> Decoded:
    """The live reading if there is one, then the stored ones. Raises DecodeError where nothing can be read."""
    frame = milesight.frame(payload, port, WIDTHS)
    values, refusals = milesight.gather(frame.fields, QUANTITIES)
    live = (CountReading(**values),) if values.keys() - {"observed_at"} else ()
    readings = live + tuple(stored(data) for pair, data, _ in frame.fields if pair == STORED)
    return milesight.decoded(readings, refusals, frame)
