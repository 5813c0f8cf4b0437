"""A recorded drive, told as a phone would tell it: impacts found on the spot, single events sent, the trace kept back."""

from datetime import UTC, datetime
from hashlib import sha256

import numpy as np

from simulators.encoders import phone
from simulators.history import Message
from simulators.recorded.recording import Trace
from streets.potholes.detect import Sample, impacts

MPH_PER_M_PER_S = 2.236936
SPEED_BANDS = ((20, "under_20_mph"), (30, "20_to_30_mph"), (40, "30_to_40_mph"), (np.inf, "over_40_mph"))
MOST_G = 16.0
HEADING_OVER_S = 2.0


def bumps(trace: Trace, council: str) -> list[Message]:
    """The bump messages of a drive: (topic, message, when it was felt). Each drive is a reporter of its own."""
    felt = impacts(
        Sample(float(at_s), float(x), float(y), float(z), float(speed))
        for at_s, (x, y, z), speed in zip(trace.time_s, trace.accel_g, trace.speed_m_s, strict=True)
    )
    told = []
    for impact in felt:
        at = datetime.fromtimestamp(impact.at_s, UTC)
        index = int(np.searchsorted(trace.time_s, impact.at_s))
        message = phone.bump(
            float(trace.lat[index]),
            float(trace.lon[index]),
            at.replace(minute=0, second=0, microsecond=0).isoformat(),
            min(impact.severity_g, MOST_G),
            _octant(trace, impact.at_s),
            _speed_band(float(trace.speed_m_s[index])),
            impact.quality,
        )
        told.append((f"streets/v1/{council}/phone/{_token(trace.name, at)}/bump", message.encode(), at))
    return told


def _token(drive: str, at: datetime) -> str:
    week = at.isocalendar()
    return sha256(f"{drive}/{week.year}-{week.week}".encode()).hexdigest()[:16]


def _octant(trace: Trace, at_s: float) -> int:
    """The heading around that time, 0 to 7: 0 north, clockwise."""
    before, after = np.searchsorted(trace.time_s, [at_s - HEADING_OVER_S, at_s + HEADING_OVER_S]).clip(0, len(trace.time_s) - 1)
    north = trace.lat[after] - trace.lat[before]
    east = (trace.lon[after] - trace.lon[before]) * np.cos(np.radians(trace.lat[before]))
    return round(float(np.degrees(np.arctan2(east, north))) / 45) % 8


def _speed_band(speed_m_s: float) -> str:
    return next(band for below_mph, band in SPEED_BANDS if speed_m_s * MPH_PER_M_PER_S < below_mph)
