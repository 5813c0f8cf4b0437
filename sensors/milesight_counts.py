"""What Milesight's people counters (VS series) have in common beyond their framing in `sensors.milesight`.

Counters of lines (VS13x) count across up to four lines, with totals of 32 bits:

Line   1      2      3      4
       03 D2  06 D2  09 D2  0C D2  total in    u32, people since the last reset
       04 D2  07 D2  0A D2  0D D2  total out   u32
       05 CC  08 CC  0B CC  0E CC  period in, period out   u16, u16, people in the reporting period just ended

Counters of a passage (VS35x, VS360) have one, with totals of 16 bits:

04 CC  total in, total out    u16, u16, people; wrap at 65,536, may also be set to 0 by hand or every week
05 CC  period in, period out  u16, u16, people in the reporting period just ended
84 CC, 85 CC        the same and alarm status u8: 0 the alarm ended, 1 it is on
03 67  temperature  s16, tenths of a degree C
83 67               temperature and alarm status u8: 1 threshold, 3 high temperature; 0 and 4 when they end
0A EF  time of the report     u32, Unix seconds by the device's clock
20 CE  stored record          time u32, kind u8, period in u16, period out u16; kind 1 goes on: total in u16, total out u16

Stored records are old data: their own time is the end of their period. They repeat periods that may have arrived live. A
live report with 0A EF carries the same clock's time, so that both agree.
"""

from collections.abc import Mapping
from typing import Any

from sensors import milesight
from sensors.milesight import Frame, Pair, Quantity, Width
from sensors.readings import CountReading, Decoded, DecodeError

STORED_WIDTHS = {0: 9, 1: 13}


def total_in(data: bytes) -> dict[str, Any]:
    """u32, people; it wraps at 2**32."""
    return {"total_in": milesight.u(data), "total_bits": 32}


def total_out(data: bytes) -> dict[str, Any]:
    """u32, people; it wraps at 2**32."""
    return {"total_out": milesight.u(data), "total_bits": 32}


def totals(data: bytes) -> dict[str, Any]:
    """u16 in, u16 out, people; they wrap at 65,536."""
    return {"total_in": milesight.u(data[:2]), "total_out": milesight.u(data[2:]), "total_bits": 16}


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
LINES_WIDTHS = {pair: width for quantities in LINES.values() for pair, width in milesight.widths(quantities).items()}
REGION_WIDTHS = {(0x0F, 0xE3): 4, (0x10, 0xE4): 5}


def lines(
    payload: bytes, port: int | None, quantities_of: Mapping[int, Mapping[Pair, Quantity]], cut_by: Mapping[Pair, Width]
) -> Decoded:
    """One reading per line that the frame names. Raises DecodeError where nothing can be read."""
    frame = milesight.frame(payload, port, cut_by)
    readings: list[CountReading] = []
    refusals: list[str] = []
    for line, quantities in quantities_of.items():
        values, refused = milesight.gather(frame.fields, quantities)
        refusals += refused
        if values:
            readings.append(CountReading(line=line, **values))
    return milesight.decoded(tuple(readings), refusals, frame)


def _stored_width(rest: bytes) -> int:
    """Bytes of a stored record, by its kind. Raises DecodeError for a kind whose length is not known."""
    kind = rest[4] if len(rest) > 4 else 0
    if kind not in STORED_WIDTHS:
        raise DecodeError(f"a stored record of kind {kind} is not known; it and what follows are not read.")
    return STORED_WIDTHS[kind]


PASSAGE = {
    (0x01, 0x75): milesight.BATTERY,
    (0x03, 0x67): Quantity(2, milesight.temperature_c, alarm="temperature", on=(1, 3), off=(0, 4)),
    (0x04, 0xCC): Quantity(4, totals, alarm="threshold"),
    (0x05, 0xCC): Quantity(4, period, alarm="threshold"),
    (0x0A, 0xEF): Quantity(4, milesight.observed_at),
}
PASSAGE_WIDTHS: dict[Pair, Width] = {**milesight.widths(PASSAGE), milesight.STORED: _stored_width}


def passage(payload: bytes, port: int | None) -> Decoded:
    """The live reading if there is one, then the stored ones. Raises DecodeError where nothing can be read."""
    frame = milesight.frame(payload, port, PASSAGE_WIDTHS)
    values, refusals = milesight.gather(frame.fields, PASSAGE)
    live = (CountReading(**values),) if values.keys() - {"observed_at"} else ()
    return milesight.decoded(live + stored(frame), refusals, frame)


def stored(frame: Frame) -> tuple[CountReading, ...]:
    """The readings of a passage counter's stored records."""
    return tuple(_stored(data) for pair, data, _ in frame.fields if pair == milesight.STORED)


def _stored(data: bytes) -> CountReading:
    return CountReading(**milesight.observed_at(data[:4]), **period(data[5:9]), **(totals(data[9:]) if data[4] else {}))
