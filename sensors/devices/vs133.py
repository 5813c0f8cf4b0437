"""Milesight VS133, time-of-flight people counter with up to four lines. Port 85, little-endian, framing in `sensors.milesight`.

Totals and periods of lines 1 to 4 as in `sensors.milesight_counts`; they come in different frames as a rule.

0F E3  people in regions 1 to 4   u8 x 4, read past: people present are not people who walked by
10 E4  dwell in a region          region u8, average s u16, longest s u16, read past

A line that the frame does not name gives no reading.
"""

from sensors import milesight_counts
from sensors.milesight_counts import LINES, LINES_WIDTHS, REGION_WIDTHS
from sensors.readings import Decoded

MODEL = "vs133"
MEASURES = ("people_in", "people_out", "total_in", "total_out")
NEEDS = ("counter_id", "line", "period_s", "report_every_s", "swap_in_out")

WIDTHS = LINES_WIDTHS | REGION_WIDTHS


def decode(payload: bytes, port: int | None) -> Decoded:
    """One reading per line that the frame names. Raises DecodeError where nothing can be read."""
    return milesight_counts.lines(payload, port, LINES, WIDTHS)
