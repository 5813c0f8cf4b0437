"""Milesight VS133, time-of-flight people counter with up to four lines. Port 85, little-endian, framing in `sensors.milesight`.

Line   1      2      3      4
       03 D2  06 D2  09 D2  0C D2  total in    u32, people since the last reset
       04 D2  07 D2  0A D2  0D D2  total out   u32
       05 CC  08 CC  0B CC  0E CC  period in, period out   u16, u16, people in the reporting period just ended

0F E3  people in regions 1 to 4   u8 x 4, read past: people present are not people who walked by
10 E4  dwell in a region          region u8, average s u16, longest s u16, read past

Totals and periods come in different frames as a rule. A line that the frame does not name gives no reading.
"""

from typing import Any

from sensors import milesight
from sensors.milesight import Quantity
from sensors.readings import CountReading, Decoded

MODEL = "vs133"
MEASURES = ("people_in", "people_out", "total_in", "total_out")
NEEDS = ("counter_id", "line", "period_s", "report_every_s", "swap_in_out")


def total_in(data: bytes) -> dict[str, Any]:
    """u32, people; it wraps at 2**32."""
    return {"total_in": milesight.u(data), "total_bits": 32}


def total_out(data: bytes) -> dict[str, Any]:
    """u32, people; it wraps at 2**32."""
    return {"total_out": milesight.u(data), "total_bits": 32}


def period(data: bytes) -> dict[str, Any]:
    """u16 in, u16 out, people."""
    return {"people_in": milesight.u(data[:2]), "people_out": milesight.u(data[2:])}


LINES = {
    line: {
        (3 * line, 0xD2): Quantity(4, total_in, alarm="threshold"),
        (3 * line + 1, 0xD2): Quantity(4, total_out, alarm="threshold"),
        (3 * line + 2, 0xCC): Quantity(4, period, alarm="threshold"),
    }
    for line in (1, 2, 3, 4)
}
READ_PAST = {(0x0F, 0xE3): 4, (0x10, 0xE4): 5}
WIDTHS = {pair: quantity.width for quantities in LINES.values() for pair, quantity in quantities.items()} | READ_PAST


def decode(payload: bytes, port: int | None) -> Decoded:
    """One reading per line that the frame names. Raises DecodeError where nothing can be read."""
    frame = milesight.frame(payload, port, WIDTHS)
    readings: list[CountReading] = []
    refusals: list[str] = []
    for line, quantities in LINES.items():
        values, refused = milesight.gather(frame.fields, quantities)
        refusals += refused
        if values:
            readings.append(CountReading(line=line, **values))
    return milesight.decoded(tuple(readings), refusals, frame)
