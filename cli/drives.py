"""A recorded drive, told as the phone in the car would have told it: single impacts, and nothing of the trace.

The recorder page leaves out the first and last minutes of a drive, where people live. Recorded drives are minutes long and
public already, so here nothing is left out.
"""

from datetime import UTC, datetime
from hashlib import sha256
from math import atan2, cos, degrees, radians

import numpy as np
import numpy.typing as npt

from sensors.readings import BumpReading
from simulators.encoders import speaker
from simulators.history import Message
from simulators.recorded.recording import Trace
from streets.potholes.detect import Impact, Sample, impacts

MPH_PER_M_PER_S = 2.236936
SPEED_BANDS = ((20.0, "under_20_mph"), (30.0, "20_to_30_mph"), (40.0, "30_to_40_mph"))
Degrees = npt.NDArray[np.float64]


def bumps(trace: Trace, council: str) -> list[Message]:
    """The drive's impacts as messages, in order. The same drive in the same week is the same reporter."""
    known = fixes(trace)
    topic = f"streets/v1/{council}/phone/{_token(trace, council)}/bump"
    return [
        (topic, speaker("phone-bump").report(_bump(impact, known, trace)), datetime.fromtimestamp(impact.at_s, UTC))
        for impact in felt(trace)
    ]


def felt(trace: Trace) -> list[Impact]:
    """The impacts of a drive, as the recorder finds them."""
    return impacts(
        Sample(at_s, x_g, y_g, z_g, speed)
        for at_s, (x_g, y_g, z_g), speed in zip(trace.time_s, trace.accel_g, trace.speed_m_s, strict=True)
    )


def _token(trace: Trace, council: str) -> str:
    """A reporter of the drive's own, who has another name in another week, as a phone has."""
    week = datetime.fromtimestamp(trace.time_s[0], UTC).isocalendar()
    return sha256(f"{council}/{trace.name}/{week.year}-{week.week}".encode()).hexdigest()[:16]


def fixes(trace: Trace) -> tuple[Degrees, Degrees, Degrees]:
    """Seconds, latitudes and longitudes at which the position was new: it comes once a second, and is repeated in between."""
    new = np.ones(len(trace.time_s), dtype=bool)
    new[1:] = (np.diff(trace.lat) != 0) | (np.diff(trace.lon) != 0)
    return trace.time_s[new], trace.lat[new], trace.lon[new]


def _bump(impact: Impact, known: tuple[Degrees, Degrees, Degrees], trace: Trace) -> BumpReading:
    """The event: placed between the fixes before and after, to the hour, with eighths of the compass and bands of speed."""
    at_s, lats, lons = known
    lat, lon = float(np.interp(impact.at_s, at_s, lats)), float(np.interp(impact.at_s, at_s, lons))
    after = min(max(int(np.searchsorted(at_s, impact.at_s)), 1), len(at_s) - 1)
    east, north = (lons[after] - lons[after - 1]) * cos(radians(lat)), lats[after] - lats[after - 1]
    octant = round(degrees(atan2(east, north)) / 45.0) % 8
    speed_mph = float(np.interp(impact.at_s, trace.time_s, trace.speed_m_s)) * MPH_PER_M_PER_S
    band = next((name for below, name in SPEED_BANDS if speed_mph < below), "over_40_mph")
    return BumpReading(lat, lon, datetime.fromtimestamp(impact.at_s, UTC), impact.severity_g, octant, band, impact.quality)
