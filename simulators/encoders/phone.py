"""The two messages of a phone as JSON: one impact, and how often one street was driven in a week. Never a trace."""

from sensors.readings import SPEED_BANDS, BumpReading, CoverageReading
from simulators.encoders.direct import spoken
from simulators.encoders.quantities import Moments, OneOf, Steps, Text, hundredths, whole
from simulators.encoders.speech import Form, Speaker

METRE = 100_000
"""A place is told to 5 decimals, which is 1 m."""
WEEK_S, FIRST_MONDAY_S = 604_800, 345_600

BUMP = Form(
    None,
    {
        "lat": Steps(-90, 90, parts=METRE),
        "lon": Steps(-180, 180, parts=METRE),
        "hour_start": Moments(every_s=3_600),
        "severity_g": hundredths(0, 16),
        "heading_octant": whole(0, 7),
        "speed_band": OneOf(SPEED_BANDS),
        "quality": hundredths(0, 1),
    },
    spoken,
    always=("lat", "lon", "hour_start", "severity_g"),
)
COVERAGE = Form(
    None,
    {"street": Text(128), "week_start": Moments(WEEK_S, FIRST_MONDAY_S), "passes": whole(1, 10_000)},
    spoken,
    always=("street", "week_start", "passes"),
)

SPEAKERS = (Speaker("phone-bump", BumpReading, BUMP), Speaker("phone-coverage", CoverageReading, COVERAGE))
