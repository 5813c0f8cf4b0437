"""What a phone would have told of a recorded drive."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np

from cli.drives import bumps
from simulators.recorded.recording import Trace

# Due north at 10 m/s from 55 N, 1.6 W, on a Wednesday, at 5 Hz for 100 s; a degree of latitude has 111,195 m.
STARTS = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
SECONDS = np.arange(500) / 5
METRES_PER_DEGREE = 111_195


def drive(name: str = "drive_1", starts: datetime = STARTS) -> Trace:
    """A smooth road, felt as 1 g against -Y with a little noise, and a jolt of half a g at 60.4 s; a position each second."""
    accel_g = np.zeros((500, 3))
    accel_g[:, 1] = -1.0 + 0.01 * np.sin(np.arange(500) * 2.3)
    accel_g[302, 1] = -1.5
    lat = 55.0 + np.floor(SECONDS) * 10 / METRES_PER_DEGREE
    return Trace(name, starts.timestamp() + SECONDS, lat, np.full(500, -1.6), np.full(500, 10.0), accel_g)


def test_a_jolt_is_one_event_at_its_place_to_the_hour_and_the_trace_stays() -> None:
    ((topic, message, _),) = bumps(drive(), "testham")
    assert topic.startswith("streets/v1/testham/phone/")
    assert topic.endswith("/bump")
    said = json.loads(message)
    # 604 m from the start, between the positions of second 60 and 61; 10 m/s is 22 mph.
    assert abs(said["lat"] - (55.0 + 604 / METRES_PER_DEGREE)) < 0.00001
    assert 0.4 < said["severity_g"] < 0.6
    assert said == {
        "lat": said["lat"],
        "lon": -1.6,
        "hour_start": "2026-11-18T09:00:00Z",
        "severity_g": said["severity_g"],
        "heading_octant": 0,
        "speed_band": "20_to_30_mph",
        "quality": 1.0,
    }


def test_a_drive_is_one_reporter_for_a_week_and_no_drive_is_another() -> None:
    def reporter(trace: Trace) -> str:
        ((topic, _, _),) = bumps(trace, "testham")
        return topic.split("/")[4]

    assert reporter(drive()) == reporter(drive(starts=STARTS + timedelta(days=2)))
    others = [drive(starts=STARTS + timedelta(days=7)), drive("drive_2")]
    assert len({reporter(drive()), *map(reporter, others)}) == 3
