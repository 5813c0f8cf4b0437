"""The messages of direct devices: JSON with the reading in words, one object a message (docs/asyncapi.yaml)."""

import json
from datetime import datetime

from sensors.readings import CANNOT_MEASURE, COUNT_ALARMS, COUNT_FAULTS, LEVEL_ALARMS, CountReading, LevelReading, Reading
from simulators.encoders.quantities import PERCENT, U16, YES_OR_NO, OneOf, Quantity, Running, Steps, alarms, tenths, whole
from simulators.encoders.speech import Form, Speaker


def spoken(reading: Reading) -> bytes:
    """The `reading` object: what is said, by its name."""
    said = {name: value for name, value in reading._asdict().items() if value is not None and value != ()}
    return json.dumps(said, separators=(",", ":"), default=iso).encode()


def iso(at: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


POWERED: dict[str, Quantity] = {
    "temperature_c": tenths(-60, 150),
    "battery_pct": PERCENT,
    "battery_mv": whole(0, U16),
}
LEVEL: dict[str, Quantity] = {
    "distance_mm": whole(0, U16),
    "cannot_measure": OneOf(CANNOT_MEASURE),
    "tilted": YES_OR_NO,
    "tilt_deg": tenths(0, 180),
    "signal": Steps(-200, 1_000_000),
    "alarms": alarms(*LEVEL_ALARMS),
}
COUNT: dict[str, Quantity] = {
    "line": whole(1, 16),
    "people_in": whole(0, 1_000_000),
    "people_out": whole(0, 1_000_000),
    "period_s": whole(1, 86_400),
    "total_in": Running(32),
    "total_out": Running(32),
    "total_bits": OneOf((32,)),
    "fault": OneOf(COUNT_FAULTS),
    "alarms": alarms(*COUNT_ALARMS),
}

COUNTER = Form(None, {**POWERED, **COUNT}, spoken, together=(("total_in", "total_out", "total_bits"),))
USUAL_BIN = ("distance_mm", "cannot_measure", "tilted", "temperature_c", "battery_pct", "alarms")
USUAL_COUNTER = ("line", "people_in", "people_out", "period_s", "fault", "alarms")

SPEAKERS = (
    Speaker("direct-bin", LevelReading, Form(None, {**POWERED, **LEVEL}, spoken), reach_mm=(30, 4_000), usual=USUAL_BIN),
    Speaker("direct-counter", CountReading, COUNTER, usual=USUAL_COUNTER),
)
