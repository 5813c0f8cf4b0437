"""Milesight VS350, passage people counter on a battery. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery      u8, %
The temperature, counts, totals of 16 bits, alarms and stored records of a passage are in `sensors.milesight_counts`.
"""

from sensors import milesight_counts
from sensors.readings import Decoded

MODEL = "vs350"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "temperature_c", "battery_pct")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")


def decode(payload: bytes, port: int | None) -> Decoded:
    """The live reading if there is one, then the stored ones. Raises DecodeError where nothing can be read."""
    return milesight_counts.passage(payload, port)
