"""Xovis people counters (firmware 5, JSON): a package of one push agent, or a list of packages.

{"logics_data": {"package_info": {"id": 28, "agent_id": 1008}, "logics": […]}}      counts, read by sensors/devices/xovis.py
{"status_data": {"package_info": {"id": 1, "agent_id": 1006}, "states": {…}}}       the sensor's own health, read there too

Identity: the agent, and the package's id, which it counts; a package that is sent again has the same. Time: the end of the latest
interval, or when the sensor says that it looked at itself. `live_data` (people's tracks, many times a second) and
`connection_test` are events: what they hold is not kept, and each is kept once.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import Raw, Struct
from msgspec.json import Decoder

from ingest.envelopes.parts import FrameCounter, UnixMs, shaped, told_time, unix_time
from ingest.uplink import EnvelopeError, Uplink

READ = ("logics_data", "status_data")
EVENTS = {"live_data": "live", "connection_test": "connection_test"}


class PackageInfo(Struct, gc=False):
    """Which package of which push agent."""

    id: FrameCounter
    agent_id: FrameCounter | None = None


class Record(Struct, gc=False):
    """One interval of a logic."""

    to: UnixMs | str | None = None


class Logic(Struct, gc=False):
    """What one logic counted."""

    records: list[Record] = []


class Clock(Struct, gc=False):
    """The sensor's clock, as it sees it."""

    time: str | None = None


class ClockState(Struct, gc=False):
    """How the clock is."""

    details: Clock | None = None


class ClockModule(Struct, gc=False):
    """The module that keeps the time."""

    state: ClockState | None = None


class States(Struct, gc=False):
    """How the sensor's modules are."""

    time: ClockModule | None = None


class Package(Struct, gc=False):
    """What packages have that are read."""

    package_info: PackageInfo
    logics: list[Logic] = []
    states: States | None = None


PACKAGES = Decoder(list[Raw])
MEMBERS = Decoder(dict[str, Raw])
PACKAGE = Decoder(Package)


def unwrap(council: str, device: str, raw: bytes, received_at: datetime) -> list[Uplink]:
    """The packages of the sensor (council/name) that may publish on its topic."""
    packages = [bytes(each) for each in shaped(raw, PACKAGES)] if raw.lstrip()[:1] == b"[" else [raw]
    if not packages:
        raise EnvelopeError("wrong_event", "The list of packages is empty.")
    return [_unwrapped(council, device, package, received_at) for package in packages]


def _unwrapped(council: str, device: str, raw: bytes, received_at: datetime) -> Uplink:
    members = shaped(raw, MEMBERS)
    read = next((name for name in READ if name in members), None)
    event = next((EVENTS[name] for name in EVENTS if name in members), None)
    if read is None and event is None:
        wanted = ", ".join((*READ, *EVENTS))
        raise EnvelopeError("wrong_event", f"The package has none of {wanted}: set its push agent to JSON of firmware 5.")
    package = shaped(bytes(members[read]), PACKAGE) if read else None
    at = max(_times(package), default=None) if package else None
    return Uplink(
        source="xovis",
        kind="up" if read else event or "",
        device=device,
        council=council,
        session=_agent(package.package_info) if package else event or "",
        f_cnt=package.package_info.id if package else 0,
        f_port=None,
        payload=msgspec.json.encode({read: members[read]}) if read else b"",
        observed_at=at or received_at,
        time_source="device" if at else "received",
    )


def _agent(info: PackageInfo) -> str:
    return "" if info.agent_id is None else f"agent {info.agent_id}"


def _times(package: Package) -> Iterator[datetime]:
    for logic in package.logics:
        for record in logic.records:
            at = told_time(record.to) if isinstance(record.to, str) else unix_time(record.to)
            if at is not None:
                yield at
    match package.states:
        case States(ClockModule(ClockState(Clock(str(time))))):
            at = told_time(time)
            if at is not None:
                yield at
