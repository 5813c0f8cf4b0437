"""Milesight VS121, camera that counts people at a line and in regions. Port 85, little-endian, framing in `sensors.milesight`.

05 CC  people in, out            u16, u16, people in the reporting period just ended
0D CC  total in, total out       u16, u16, people; wrap at 65,536
0F 85  time of the report        u32, Unix seconds by the device's clock

Read past, because people present are not people who walked by:

04 C9  people present u8, regions u8, mask of the regions with people: 2 bytes, BIG-endian
06 CD  most people present u8
07 D5, 08 D5  people in regions 1 to 8, 9 to 16   u8 x 8
09 DA to 0C DA  people from area A (B, C, D) to A, B, C and D   u16 x 4
0E E4  dwell in a region: region u8, average u16, longest u16
10 F7  line in, line out   u16, u16: whether of a period or since a reset is not confirmed
"""

from sensors import milesight
from sensors.milesight import Quantity
from sensors.milesight_counts import period, totals
from sensors.readings import CountReading, Decoded

MODEL = "vs121"
MEASURES = ("people_in", "people_out", "total_in", "total_out")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

QUANTITIES = {
    (0x05, 0xCC): Quantity(4, period),
    (0x0D, 0xCC): Quantity(4, totals),
    (0x0F, 0x85): Quantity(4, milesight.observed_at),
}
WIDTHS = milesight.widths(QUANTITIES) | {
    (0x04, 0xC9): 4,
    (0x06, 0xCD): 1,
    (0x07, 0xD5): 8,
    (0x08, 0xD5): 8,
    (0x09, 0xDA): 8,
    (0x0A, 0xDA): 8,
    (0x0B, 0xDA): 8,
    (0x0C, 0xDA): 8,
    (0x0E, 0xE4): 5,
    (0x10, 0xF7): 4,
}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One count reading, or none where nobody was counted at a line. Raises DecodeError where nothing can be read."""
    frame = milesight.frame(payload, port, WIDTHS)
    values, refusals = milesight.gather(frame.fields, QUANTITIES)
    readings = (CountReading(**values),) if values.keys() - {"observed_at"} else ()
    return milesight.decoded(readings, refusals, frame)
