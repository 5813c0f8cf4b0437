"""Phone or vehicle's tablet, one impact that it felt; the payload is the event as JSON. A point and coarse words, never a trace.

lat, lon        degrees WGS84 of the impact
hour_start      ISO 8601 time with zone, on the hour: the hour of the impact, nothing finer leaves the phone
severity_g      0 to 16, peak of the vertical acceleration without gravity, in g
heading_octant  whole number, 0 to 7: 0 north, counted clockwise (optional)
speed_band      under_20_mph, 20_to_30_mph, 30_to_40_mph or over_40_mph (optional)
quality         0 to 1, how sure the phone is (optional)
"""

from sensors import spoken
from sensors.readings import SPEED_BANDS, BumpReading, Decoded

MODEL = "phone-bump"
MEASURES = ("lat", "lon", "hour_start", "severity_g", "heading_octant", "speed_band", "quality")
NEEDS = ()

REQUIRED = ("lat", "lon", "hour_start", "severity_g")
CHECKS = {
    "lat": spoken.number(-90, 90),
    "lon": spoken.number(-180, 180),
    "hour_start": spoken.whole_hour(),
    "severity_g": spoken.number(0, 16),
    "heading_octant": spoken.whole(0, 7),
    "speed_band": spoken.word(SPEED_BANDS),
    "quality": spoken.number(0, 1),
}
FORM = spoken.Form(CHECKS, REQUIRED)


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """One bump. Raises DecodeError naming what cannot be taken."""
    return Decoded((BumpReading(**FORM.values(payload)),))
