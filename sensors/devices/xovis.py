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
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, MsgspecError, Raw, Struct, field
from msgspec.json import Decoder

from sensors.readings import CountReading, Decoded, DecodeError

MODEL = "xovis"
MEASURES = ("people_in", "people_out", "temperature_c")
NEEDS = ("counter_id", "line", "period_s", "report_every_s", "swap_in_out")

LINE_LOGICS = re.compile(r"XLT_(4X_)?LINE_(IN_OUT|LATE)_COUNT")
NUMBER_OF_NAME = re.compile(r"(?<!\d)(1[0-6]|[1-9])\s*$")
FORWARD = ("fw", "forward")
BACKWARD = ("bw", "backward", "reverse")
PERIOD_S_AT_MOST = 86_400
PEOPLE_AT_MOST = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Time = Annotated[int, Meta(ge=0, le=253_402_300_799_999)] | Annotated[datetime, Meta(tz=True)]
Minutes = Annotated[int, Meta(ge=0, le=1_440)]


class Count(Struct, frozen=True):
    """One figure of an interval; what is no people passing may be any number."""

    name: str
    value: int | float | None = None


class Record(Struct, frozen=True):
    """What a logic counted in one interval."""

    begins: Time = field(name="from")
    ends: Time = field(name="to")
    counts: list[Count] = []
    samples: Minutes | None = None
    samples_expected: Minutes | None = None


class Logic(Struct, frozen=True):
    """Which logic it is, and its intervals still unread."""

    info: str = ""
    name: Annotated[str, Meta(max_length=256)] = ""
    records: Raw = Raw(b"[]")


class Logics(Struct, frozen=True):
    """What a package of counts holds."""

    logics: list[Raw]


class Temperatures(Struct, frozen=True):
    """Of the sensor itself, °C."""

    housing: Annotated[float, Meta(ge=-60, le=150)] | None = None


class Details(Struct, frozen=True):
    """What a state says more."""

    temperatures: Temperatures = Temperatures()


class State(Struct, frozen=True):
    """Whether a module is well."""

    state: str = ""
    details: Details = Details()


class Module(Struct, frozen=True):
    """A part of the sensor."""

    state: State = State()


class Light(Struct, frozen=True):
    """Whether there is enough of it to see people."""

    illumination: str = ""


class Optics(Struct, frozen=True):
    """The part that looks."""

    status: Light = Light()


class States(Struct, frozen=True):
    """The parts whose state bears on counting."""

    device: Module = Module()
    singlesensor: Optics = Optics()


class Status(Struct, frozen=True):
    """What a package of states holds."""

    states: States


class Package(Struct, frozen=True):
    """One package; the other members of its kind are read past."""

    logics_data: Logics | None = None
    status_data: Status | None = None


PACKAGE, LOGIC, RECORDS = Decoder(Package), Decoder(Logic), Decoder(list[Record])


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """One reading per line and interval, or one of the sensor's state. Raises DecodeError where nothing can be read."""
    try:
        package = PACKAGE.decode(payload)
    except (MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise DecodeError(f"The package is not what a Xovis sensor pushes: {wrong}.") from wrong
    if package.logics_data:
        return _counted(package.logics_data.logics)
    if package.status_data:
        return _state(package.status_data.states)
    raise DecodeError("The package has neither logics_data with logics nor status_data with states.")


def _counted(logics: Iterable[Raw]) -> Decoded:
    readings: list[CountReading] = []
    refusals: list[str] = []
    taken: dict[int, str] = {}
    for raw in logics:
        name = ""
        try:
            logic = LOGIC.decode(raw)
            if not LINE_LOGICS.fullmatch(logic.info):
                continue
            name, line = logic.name, _line(logic.name)
            if line in taken:
                raise ValueError(f"it would be line {line}, as {taken[line]!r} is: end their names in numbers")
            taken[line] = name
            readings += [_interval(record, line) for record in RECORDS.decode(logic.records)]
        except (ValueError, RecursionError) as wrong:  # msgspec's are ValueErrors
            refusals.append(f"Logic {name!r}: {wrong}.")
    if refusals and not readings:
        raise DecodeError(refusals[0])
    return Decoded(tuple(readings), " ".join(refusals) or None)


def _line(name: str) -> int:
    number = NUMBER_OF_NAME.search(name)
    return int(number.group(1)) if number else 1


def _interval(record: Record, line: int) -> CountReading:
    begins, ends = _time(record.begins), _time(record.ends)
    period_s = round((ends - begins).total_seconds())
    if not 1 <= period_s <= PERIOD_S_AT_MOST:
        raise ValueError(f"an interval of {period_s} s is not possible")
    stopped = record.samples is not None and record.samples_expected is not None and record.samples < record.samples_expected
    fault = "stopped" if stopped else None
    if stopped and not record.samples:
        return CountReading(line, period_s=period_s, fault=fault, observed_at=ends)
    people_in, people_out = _people(record.counts, FORWARD), _people(record.counts, BACKWARD)
    if people_in is None and people_out is None:
        raise ValueError(f"no count is named {', '.join((*FORWARD, *BACKWARD))}")
    return CountReading(line, people_in, people_out, period_s=period_s, fault=fault, observed_at=ends)


def _people(counts: Iterable[Count], names: tuple[str, ...]) -> int | None:
    """The people that passed in one direction; None where no figure tells of it."""
    told = [count.value for count in counts if count.name.lower() in names]
    if len(told) > 1:
        raise ValueError(f"{names[0]} is told twice")
    if not told:
        return None
    if not isinstance(told[0], int) or not 0 <= told[0] <= PEOPLE_AT_MOST:
        raise ValueError(f"{names[0]} must be a whole number from 0 to {PEOPLE_AT_MOST}")
    return told[0]


def _time(told: int | datetime) -> datetime:
    return told.astimezone(UTC) if isinstance(told, datetime) else EPOCH + timedelta(milliseconds=told)


def _state(states: States) -> Decoded:
    in_the_dark = states.singlesensor.status.illumination == "INSUFFICIENT"
    fault = "stopped" if states.device.state.state == "ERROR" else "anomaly" if in_the_dark else None
    temperature_c = states.device.state.details.temperatures.housing
    if fault is None and temperature_c is None:
        return Decoded(())
    return Decoded((CountReading(fault=fault, temperature_c=temperature_c),))
