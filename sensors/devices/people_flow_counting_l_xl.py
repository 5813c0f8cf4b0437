"""Terabee People Flow Counting L-XL, time-of-flight people counter over a passage. Port 1, big-endian, 9 bytes.

[0-3]  count in   u32, people in all
[4-7]  count out  u32, people in all
[8]    flags      bit 0 it has stopped, 1 it is stuck, 2 an issue among several devices that count together, 3 its
                  Wi-Fi access point is on (not read)

It gives running totals and no periods. Stopped and stuck leave a gap in the counts; that the third flag does too is not
confirmed, and it is told as an anomaly. Other ports answer commands.
"""

from typing import Any

from sensors import layout
from sensors.layout import Field
from sensors.readings import Decoded

MODEL = "people-flow-counting-l-xl"
MEASURES = ("total_in", "total_out")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

PORT = 1
FAULTS = ("stopped", "stuck", "anomaly")


def total(name: str) -> layout.Read:
    """u32, people; it wraps at 2**32."""
    return lambda data: {name: layout.u(data), "total_bits": 32}


def fault(data: bytes) -> dict[str, Any]:
    """The first fault of a flags byte, in the order of its bits: the earlier say more about the counts."""
    faults = [word for bit, word in enumerate(FAULTS) if data[0] >> bit & 1]
    return {"fault": faults[0]} if faults else {}


FIELDS = (Field("count in", 4, total("total_in")), Field("count out", 4, total("total_out")), Field("flags byte", 1, fault))


def decode(payload: bytes, port: int | None) -> Decoded:
    """One count reading. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT,), "People Flow Counting L-XL")
    return layout.read(payload, FIELDS).count()
