"""Xovis people counters, by the packages that their push agents send: JSON of firmware 5, one of two members.

logics_data.logics[]     name, info (XLT_LINE_IN_OUT_COUNT, XLT_LINE_LATE_COUNT, and the same after XLT_4X_), records[]
  records[]              from, to (milliseconds since 1970, or ISO 8601), samples, samples_expected (minutes), counts[]
  counts[]               name (fw or forward, bw, backward or reverse), value: people in the interval
status_data.states       device.state.state (OK, WARN, ERROR), device.state.details.temperatures.housing (°C),
                         singlesensor.status.illumination (SUFFICIENT, INSUFFICIENT)

A logic's line is the number from 1 to 16 that its name ends in, else 1: two logics of one package must not have the same. Other
logics (zones, queues, groups, bicycles) are read past: they count the same people again, or no people who pass. An interval with
fewer samples than expected was counted in part and is told as stopped; with none at all it has no counts, which is not nobody.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sensors import spoken
from sensors.readings import CountReading, Decoded, DecodeError

MODEL = "xovis"
MEASURES = ("people_in", "people_out", "temperature_c")
NEEDS = ("counter_id", "line", "period_s", "report_every_s", "swap_in_out")

LINE_LOGICS = re.compile(r"XLT_(4X_)?LINE_(IN_OUT|LATE)_COUNT")
NUMBER_OF_NAME = re.compile(r"(?<!\d)(1[0-6]|[1-9])\s*$")
DIRECTIONS = {"fw": "people_in", "forward": "people_in", "bw": "people_out", "backward": "people_out", "reverse": "people_out"}
PEOPLE = spoken.whole(0, 1_000_000)
SAMPLES = spoken.whole(0, 86_400)
PERIOD_S_AT_MOST = 86_400


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """One reading per line and interval, or one of the sensor's state. Raises DecodeError where nothing can be read."""
    package = spoken.json_object(payload)
    match package:
        case {"logics_data": {"logics": list(logics)}}:
            return _counted(logics)
        case {"status_data": {"states": dict(states)}}:
            return _state(states)
    raise DecodeError("The package has neither logics_data with logics nor status_data with states.")


def _counted(logics: list[Any]) -> Decoded:
    readings: list[CountReading] = []
    refusals: list[str] = []
    taken: dict[int, str] = {}
    for logic in logics:
        if not isinstance(logic, dict) or not LINE_LOGICS.fullmatch(str(logic.get("info"))):
            continue
        name = str(logic.get("name", ""))[:64]
        line = _line(name)
        if line in taken:
            refusals.append(f"Logics {taken[line]!r} and {name!r} would both be line {line}: end their names in numbers.")
            continue
        taken[line] = name
        try:
            readings.extend(_intervals(logic.get("records"), line))
        except ValueError as wrong:
            refusals.append(f"Logic {name!r}: {wrong}.")
    if refusals and not readings:
        raise DecodeError(refusals[0])
    return Decoded(tuple(readings), "; ".join(refusals) or None)


def _line(name: str) -> int:
    number = NUMBER_OF_NAME.search(name)
    return int(number.group(1)) if number else 1


def _intervals(records: Any, line: int) -> Iterator[CountReading]:
    """The intervals of one logic; all of them, or none: a logic that is misread once is set up otherwise than it looks."""
    if not isinstance(records, list):
        raise ValueError("records must be a list")
    yield from [_interval(record, line) for record in records]


def _interval(record: Any, line: int) -> CountReading:
    if not isinstance(record, dict):
        raise ValueError("a record must be an object")
    begins, ends = _time(record.get("from"), "from"), _time(record.get("to"), "to")
    period_s = round((ends - begins).total_seconds())
    if not 1 <= period_s <= PERIOD_S_AT_MOST:
        raise ValueError(f"an interval of {period_s} s is not possible")
    samples, expected = record.get("samples"), record.get("samples_expected")
    missed = samples is not None and expected is not None and SAMPLES(samples) < SAMPLES(expected)
    people = {} if missed and samples == 0 else _people(record.get("counts"))
    people_in, people_out = people.get("people_in"), people.get("people_out")
    fault = "stopped" if missed else None
    return CountReading(line, people_in, people_out, period_s=period_s, fault=fault, observed_at=ends)


def _people(counts: Any) -> dict[str, int]:
    if not isinstance(counts, list):
        raise ValueError("counts must be a list")
    people = {}
    for count in counts:
        direction = DIRECTIONS.get(str(count.get("name")).lower()) if isinstance(count, dict) else None
        if direction is None:
            continue
        if direction in people:
            raise ValueError(f"{direction} is told twice")
        try:
            people[direction] = PEOPLE(count.get("value"))
        except ValueError as wrong:
            raise ValueError(f"{count['name']} must be {wrong}") from wrong
    if not people:
        raise ValueError(f"no count is named {', '.join(DIRECTIONS)}")
    return people


def _time(told: Any, name: str) -> datetime:
    try:
        if isinstance(told, str):
            at = datetime.fromisoformat(told)
            if at.tzinfo is None:
                raise ValueError("no zone")
            return at.astimezone(UTC)
        if type(told) is not int:
            raise ValueError("no number")
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=told)
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f"{name} must be milliseconds since 1970, or an ISO 8601 time with zone") from wrong


def _state(states: dict[str, Any]) -> Decoded:
    failed = _within(states, "device", "state", "state") == "ERROR"
    in_the_dark = _within(states, "singlesensor", "status", "illumination") == "INSUFFICIENT"
    celsius = _within(states, "device", "state", "details", "temperatures", "housing")
    temperature_c = float(celsius) if type(celsius) in (int, float) and -60 <= celsius <= 150 else None
    fault = "stopped" if failed else "anomaly" if in_the_dark else None
    if fault is None and temperature_c is None:
        return Decoded(())
    return Decoded((CountReading(fault=fault, temperature_c=temperature_c),))


def _within(states: Any, *names: str) -> Any:
    for name in names:
        states = states.get(name) if isinstance(states, dict) else None
    return states
