"""The reading types: what a device said, in the device's own quantities, with the unit in every field's name.

None means that the frame did not say it. A device that says it *cannot* measure says so in `cannot_measure` or `fault`,
which is neither None nor 0. `observed_at` is None unless the device itself stamped the reading (history records);
then the envelope's time does not apply to it. Readings are made by naming what they say.
"""

from datetime import datetime
from typing import NamedTuple

CANNOT_MEASURE = ("no_echo", "too_close", "too_far", "sensor_fault", "disabled")
LEVEL_ALARMS = ("threshold", "mutation", "temperature", "fire", "tilt", "low_battery", "vandal")
COUNT_FAULTS = ("stopped", "stuck", "misaligned", "node_silent", "anomaly")
COUNT_ALARMS = ("threshold", "temperature", "low_battery", "vandal")
SPEED_BANDS = ("under_20_mph", "20_to_30_mph", "30_to_40_mph", "over_40_mph")


class LevelReading(NamedTuple):
    """One look of a distance sensor into a bin, or a frame of such a sensor without a distance (battery, alarm).

    `cannot_measure` is the device's own word, one of CANNOT_MEASURE (sensor_fault also where its probe is not connected);
    `alarms` are the device's own alarms that are on, of LEVEL_ALARMS. `signal` is the echo's strength in the device's unit.
    `device_fill_pct` is the fill that the device works out with a calibration of its own; ours comes from the distance.
    """

    distance_mm: int | None = None
    cannot_measure: str | None = None
    tilted: bool | None = None
    tilt_deg: float | None = None
    temperature_c: float | None = None
    battery_pct: float | None = None
    battery_mv: int | None = None
    signal: float | None = None
    device_fill_pct: float | None = None
    alarms: tuple[str, ...] = ()
    observed_at: datetime | None = None


class CountReading(NamedTuple):
    """People counted across one line. Period counts cover the interval that ends at the reading's time.

    `total_bits` is the width of the device's running totals (16 or 32): they wrap at 2**total_bits.
    `fault` is the device's own word, one of COUNT_FAULTS; `alarms` are of COUNT_ALARMS.
    """

    line: int = 1
    people_in: int | None = None
    people_out: int | None = None
    total_in: int | None = None
    total_out: int | None = None
    total_bits: int | None = None
    period_s: int | None = None
    fault: str | None = None
    temperature_c: float | None = None
    battery_pct: float | None = None
    battery_mv: int | None = None
    alarms: tuple[str, ...] = ()
    observed_at: datetime | None = None


class BumpReading(NamedTuple):
    """One impact felt by a phone or a vehicle's tablet: a point and a few coarse words, never a trace.

    `heading_octant` 0 is north, counted clockwise; `speed_band` is one of SPEED_BANDS; `severity_g` is the peak of the
    vertical acceleration without gravity, in g; `quality` 0..1 says how sure the phone is. `hour_start` is the hour
    in which it happened: nothing finer leaves the phone.
    """

    lat: float
    lon: float
    hour_start: datetime
    severity_g: float
    heading_octant: int | None = None
    speed_band: str | None = None
    quality: float | None = None


class CoverageReading(NamedTuple):
    """How often one street was driven in one week by one reporter: a count, never a route. `week_start` is a Monday."""

    street: str
    week_start: datetime
    passes: int


Reading = LevelReading | CountReading | BumpReading | CoverageReading

KINDS = {LevelReading: "level", CountReading: "count", BumpReading: "bump", CoverageReading: "coverage"}


Word = int | float | str | bool
About = tuple[tuple[str, Word], ...]


class Decoded(NamedTuple):
    """What one frame said. `refused` says what could not be read after `readings` had been, or None.

    `about` is what the frame said of the device itself rather than of the street, by names with their units: versions,
    its own calibration, settings that explain steps in what it measures. `restarted`: it said that it was just switched on or
    reset, so that its totals may have begun again.
    """

    readings: tuple[Reading, ...]
    refused: str | None = None
    about: About = ()
    restarted: bool = False


class DecodeError(ValueError):
    """Nothing of the frame could be read; the message is for the person who looks at the reject."""


class UnknownPort(DecodeError):  # noqa: N818 said as it is met: decode(...) raises UnknownPort
    """The model does not report on the port that the frame came by."""


def told(reading: Reading) -> dict[str, object]:
    """What a reading says as JSON values, with its `kind`; what it does not say is left out, times are ISO 8601."""
    said: dict[str, object] = {"kind": KINDS[type(reading)]}
    for name, value in reading._asdict().items():
        if value is None or value == ():
            continue
        if isinstance(value, datetime):
            value = value.isoformat()
        said[name] = list(value) if isinstance(value, tuple) else value
    return said
