"""Phone or vehicle's tablet, how often it drove one street in a week; the payload is JSON. A count, never a route.

street      the street's id in the council's street network, at most 128 characters
week_start  ISO 8601 time with zone: a Monday, 00:00 UTC
passes      whole number, 1 to 10,000
"""

from sensors import spoken
from sensors.readings import CoverageReading, Decoded

MODEL = "phone-coverage"
MEASURES = ("street", "week_start", "passes")
NEEDS = ()

CHECKS = {"street": spoken.text(128), "week_start": spoken.monday(), "passes": spoken.whole(1, 10_000)}
FORM = spoken.Form(CHECKS, required=CHECKS)


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """One count of passes. Raises DecodeError naming what cannot be taken."""
    return Decoded((CoverageReading(**FORM.values(payload)),))
