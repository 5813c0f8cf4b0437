"""Direct bin sensor, one that speaks JSON on the council's own topic; the payload is its `reading` object, at least one of:

distance_mm     whole number, 0 to 65,535, from the sensor down to the waste
cannot_measure  no_echo, too_close, too_far, sensor_fault or disabled: instead of a distance, never beside one
tilted          true or false
tilt_deg        0 to 180, from how it was mounted
temperature_c   -60 to 150
battery_pct     0 to 100
battery_mv      whole number, 0 to 65,535
signal          -200 to 1,000,000, strength of the echo in the device's own unit
alarms          list of threshold, mutation, temperature, fire, tilt, low_battery, vandal
"""

from sensors import spoken
from sensors.readings import CANNOT_MEASURE, LEVEL_ALARMS, Decoded, DecodeError, LevelReading

MODEL = "direct-bin"
MEASURES = ("distance_mm", "tilted", "tilt_deg", "temperature_c", "battery_pct", "battery_mv", "signal")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

CHECKS = {
    "distance_mm": spoken.whole(0, 65_535),
    "cannot_measure": spoken.word(CANNOT_MEASURE),
    "tilted": spoken.yes_or_no(),
    "tilt_deg": spoken.number(0, 180),
    "temperature_c": spoken.number(-60, 150),
    "battery_pct": spoken.number(0, 100),
    "battery_mv": spoken.whole(0, 65_535),
    "signal": spoken.number(-200, 1_000_000),
    "alarms": spoken.word_list(LEVEL_ALARMS),
}
FORM = spoken.Form(CHECKS)


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """One level reading. Raises DecodeError naming what cannot be taken."""
    values = FORM.values(payload)
    if "distance_mm" in values and "cannot_measure" in values:
        raise DecodeError("The reading has both distance_mm and cannot_measure.")
    return Decoded((LevelReading(**values),))
