"""Xovis people counters: the JSON packages of their push agents, firmware 5 (facts of the maker's pages)."""

import json

from sensors.readings import CountReading
from simulators.encoders.clouds import interval
from simulators.encoders.direct import iso
from simulators.encoders.quantities import MOMENTS, OneOf, tenths, whole
from simulators.encoders.speech import Form, Speaker, unix_s

LINES = 4
PEOPLE = whole(0, 1_000_000)


def counts(*readings: CountReading) -> bytes:
    """logics_data: of each line one interval; an interval that was counted in part has fewer samples than expected.

    Packages are numbered as their intervals follow each other, so that one that never comes is missing.
    """
    number = unix_s(readings[0]) // (readings[0].period_s or 1)
    return _package("logics_data", 1, number, {"logics": [_logic(reading) for reading in readings]})


def _logic(reading: CountReading) -> dict[str, object]:
    since, until = interval(reading)
    samples = {"samples": 4 if reading.fault else 5, "samples_expected": 5}
    people = [{"name": "fw", "value": reading.people_in}, {"name": "bw", "value": reading.people_out}]
    record = {"from": iso(since), "to": iso(until), **samples, "counts": people}
    return {"id": reading.line, "name": f"Line {reading.line}", "info": "XLT_LINE_IN_OUT_COUNT", "records": [record]}


def state(reading: CountReading) -> bytes:
    """status_data: how warm its housing is, whether it works, whether it has light enough."""
    is_well = "ERROR" if reading.fault == "stopped" else "OK"
    housing = {"details": {"temperatures": {"housing": reading.temperature_c}}, "state": is_well}
    light = {"status": {"illumination": "INSUFFICIENT" if reading.fault == "anomaly" else "SUFFICIENT"}}
    return _package("status_data", 2, 1, {"states": {"device": {"state": housing}, "singlesensor": light}})


def _package(kind: str, agent: int, number: int, content: dict[str, object]) -> bytes:
    return json.dumps({kind: {"package_info": {"version": "5.0", "id": number, "agent_id": agent}, **content}}).encode()


COUNTS = Form(
    None,
    {
        "line": whole(1, LINES),
        "people_in": PEOPLE,
        "people_out": PEOPLE,
        "period_s": whole(60, 86_400),
        "fault": OneOf(("stopped",)),
        "observed_at": MOMENTS,
    },
    counts,
    always=("line", "people_in", "people_out", "period_s", "observed_at"),
    readings=LINES,
)
STATE = Form(None, {"temperature_c": tenths(-60, 150), "fault": OneOf(("stopped", "anomaly"))}, state, ("temperature_c",))

SPEAKERS = (Speaker("xovis", CountReading, COUNTS, state=STATE),)
