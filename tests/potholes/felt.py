"""Traces, bumps and positions for the pothole tests, with defaults for what a test does not speak of."""

from datetime import UTC, datetime
from math import cos, radians, sin

from streets.potholes.cluster import METRES_PER_DEGREE
from streets.potholes.detect import Sample
from streets.potholes.evidence import Bump

HERE = (54.9741, -1.6131)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def moved(north_m: float, east_m: float, start: tuple[float, float] = HERE) -> tuple[float, float]:
    """The point so many metres north and east of `start`."""
    return (
        start[0] + north_m / METRES_PER_DEGREE,
        start[1] + east_m / (METRES_PER_DEGREE * cos(radians(start[0]))),
    )


def bump(reporter: str, at: tuple[float, float] = HERE, hour: datetime = MONDAY, severity_g: float = 0.8) -> Bump:
    return Bump(at[0], at[1], reporter, hour, severity_g)


def trace(
    jolts: dict[float, float],
    seconds: int = 120,
    rate_hz: int = 50,
    speed_m_per_s: float | None = 10.0,
    down: tuple[float, float, float] = (0.0, -1.0, 0.0),
) -> list[Sample]:
    """A drive over a road of 0.02 g roughness; `jolts` are seconds → g along gravity, `down` the way the phone lies."""
    samples = []
    for n in range(seconds * rate_hz):
        at_s = n / rate_hz
        along = 1.0 + 0.02 * sin(n * 2.1) + jolts.get(at_s, 0.0)
        x, y, z = (along * part for part in down)
        samples.append(Sample(at_s, x, y, z, speed_m_per_s))
    return samples
