"""Counters that a cloud tells of, as the cloud words one interval: Vivacity's and Telraam's JSON (facts of their API pages)."""

import json
from datetime import datetime, timedelta
from typing import Any

from sensors.readings import CountReading
from simulators.encoders.direct import iso
from simulators.encoders.quantities import MOMENTS, OneOf, whole
from simulators.encoders.speech import Form, Speaker

HOUR_S = 3_600
SILENT_UPTIME = 0.1
PEOPLE = whole(0, 20_000)


def countline(reading: CountReading) -> bytes:
    """Vivacity: the interval, and pedestrians clockwise and anti-clockwise in it."""
    since, until = interval(reading)
    crossed = {"clockwise": {"pedestrian": reading.people_in}, "anti_clockwise": {"pedestrian": reading.people_out}}
    return json.dumps({"from": iso(since), "to": iso(until), **crossed}).encode()


def segment(reading: CountReading) -> bytes:
    """Telraam: the hour's beginning, the part of it that was counted, and people left and right projected onto all of it."""
    since, _ = interval(reading)
    uptime = SILENT_UPTIME if reading.fault is not None else (reading.period_s or 0) / HOUR_S
    left, right = (reading.people_in or 0) / uptime, (reading.people_out or 0) / uptime
    told = {"pedestrian": left + right, "pedestrian_lft": left, "pedestrian_rgt": right}
    return json.dumps({"date": iso(since), "uptime": uptime, **told}).encode()


def interval(reading: CountReading) -> tuple[datetime, datetime]:
    """When the reading's interval began and ended."""
    until: Any = reading.observed_at
    return until - timedelta(seconds=reading.period_s or 0), until


COUNTLINE = Form(
    None,
    {"people_in": PEOPLE, "people_out": PEOPLE, "period_s": whole(60, 86_400), "observed_at": MOMENTS},
    countline,
    always=("people_in", "people_out", "period_s", "observed_at"),
)
SEGMENT = Form(
    None,
    {
        "people_in": PEOPLE,
        "people_out": PEOPLE,
        "period_s": whole(HOUR_S // 2, HOUR_S),
        "fault": OneOf(("stopped",)),
        "observed_at": MOMENTS,
    },
    segment,
    always=("people_in", "people_out", "period_s", "observed_at"),
    with_word={"stopped": {"period_s": OneOf((HOUR_S,))}},
)

SPEAKERS = (
    Speaker("vivacity-countline", CountReading, COUNTLINE, is_asked=True),
    Speaker("telraam-segment", CountReading, SEGMENT, is_asked=True),
)
