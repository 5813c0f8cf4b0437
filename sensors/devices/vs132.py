"""Milesight VS132, time-of-flight people counter with one line. Port 85, little-endian, framing in `sensors.milesight`.

03 D2  total in    u32, people since the last reset; wraps at 2**32
04 D2  total out   u32
05 CC  period in, period out   u16, u16, people in the reporting period just ended

A channel of a second line is not one of this model's and ends the reading.
"""

from sensors import milesight, milesight_counts
from sensors.readings import Decoded

MODEL = "vs132"
MEASURES = ("people_in", "people_out", "total_in", "total_out")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

LINES = {1: milesight_counts.LINES[1]}
WIDTHS = milesight.widths(LINES[1])


def decode(payload: bytes, port: int | None) -> Decoded:
    """The reading of its line, or none where the frame held only attributes. Raises DecodeError where nothing can be read."""
    return milesight_counts.lines(payload, port, LINES, WIDTHS)
