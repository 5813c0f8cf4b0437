"""What officers do at a bin or a counter: hang a device up, move it, swap it for another, take it away. History stays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from streets.assets.kinds import Kind
from streets.assets.rows import DeviceRow, InstallationRow, Line, MisfitError
from streets.assets.versions import share_a_line, together
from streets.store import assets, fitting, imports
from streets.store.changes import Change, Told, note
from streets.store.database import Connection, execute
from streets.store.installations import Version, begin, end_version, put_right, touch, version, versions


def commission(conn: Connection, council: str, made: InstallationRow, told: Told) -> int:
    """Have a device stand somewhere from now or a past time on; what it did before ends. Return the version's id.

    A device that is not registered yet is. Raises MisfitError, also where another device stands in the bin.
    """
    _check(conn, council, made, told.at)
    for other in standing(conn, council, made.bin_id, made.valid_from):
        if other.device != made.device:
            what = f"{other.device} stands in bin {made.bin_id}: swap it, or take it away first"
            raise MisfitError("bin_id", what, "occupied", device=other.device)
    _register(conn, council, made, told)
    return begin(conn, council, made, told)


def swap(conn: Connection, council: str, old: str, made: InstallationRow, told: Told) -> int:
    """Have a device stand where another stood until then; `made.note` says why. Return the version's id. Raises MisfitError.

    It takes over the other's lines elsewhere too, as they were mounted: the device as a whole is another.
    """
    _check(conn, council, made, told.at)
    held = [] if old == made.device else _held(conn, council, old, made.valid_from, "valid_from")
    there = [each for each in held if (each.bin_id, each.counter_id, each.line) == (made.bin_id, made.counter_id, made.line)]
    if not there:
        raise MisfitError("device", f"{old} did not stand there at {made.valid_from.isoformat()}", "not_there", device=old)
    elsewhere = {"device": made.device, "model": made.model, "valid_from": made.valid_from, "valid_to": None, "note": made.note}
    others = [replace(each.row, **elsewhere) for each in held if each not in there]  # type: ignore[arg-type]
    _end(conn, council, held, made.valid_from, "swapped", made.note, told)
    _register(conn, council, made, told)
    for other in others:
        begin(conn, council, other, told, "swapped")
    return begin(conn, council, made, told, "swapped")


def take_away(conn: Connection, council: str, device: str, at: datetime, words: str | None, told: Told) -> None:
    """End all that a device does at `at`. Raises MisfitError where it stood nowhere then."""
    _check_past(at, told.at, "valid_to")
    ending = _held(conn, council, device, at, "valid_to")
    if not ending:
        raise MisfitError("valid_to", f"{device} stood nowhere at {at.isoformat()}", "stands_nowhere")
    _end(conn, council, ending, at, "taken_away", words, told)


def correct(conn: Connection, council: str, installation_id: int, changes: Mapping[str, Any], told: Told) -> None:
    """Put a version right that was written down wrongly, its post too. Raises NoSuchVersionError and MisfitError."""
    was = version(conn, council, installation_id)
    right = replace(was.row, **changes)
    for refusal in fitting.refusals(conn, council, Kind.INSTALLATIONS, [Line("", right, frozenset())]):
        raise refusal.misfit or MisfitError("device", refusal.why)
    execute(conn, "lock_device", device=was.device)
    for other in versions(conn, council, was.device):
        if other.installation_id != installation_id and share_a_line(other.line, right.line) and together(other.row, right):
            what = f"the version that begins at {other.valid_from.isoformat()} would hold at the same time"
            raise MisfitError("valid_to", what, "overlaps", began=other.valid_from)
    put_right(conn, council, was, right, told)


def standing(conn: Connection, council: str, post: str | None, at: datetime) -> list[Version]:
    """The versions of a bin or counter that hold at a time; none for no post."""
    return [] if post is None else [each for each in versions(conn, council, post=post) if each.holds(at)]


def _held(conn: Connection, council: str, device: str, at: datetime, column: str) -> list[Version]:
    """The versions of a device that hold at a time, while nobody else changes them. Raises MisfitError where one begins later."""
    execute(conn, "lock_device", device=device)
    known = versions(conn, council, device)
    if known and known[0].valid_from >= at:
        began = known[0].valid_from
        what = f"{at.isoformat()} is not after {began.isoformat()}, when the device's present record began"
        raise MisfitError(column, what, "before_present", began=began)
    return [each for each in known if each.holds(at)]


def _end(conn: Connection, council: str, ending: list[Version], at: datetime, why: str, words: str | None, told: Told) -> None:
    for each in ending:
        end_version(conn, each, at, why, words)
        touch(conn, each.device, at)
    changes = [
        Change(
            kind="installation",
            subject=each.device,
            action="ended",
            was={"bin_id": each.bin_id, "counter_id": each.counter_id, "line": each.line, "valid_to": each.valid_to},
            became={"valid_to": at, "end_why": why},
            note=words,
        )
        for each in ending
    ]
    note(conn, council, told, changes)


def _check(conn: Connection, council: str, made: InstallationRow, at: datetime) -> None:
    _check_past(made.valid_from, at, "valid_from")
    for refusal in fitting.refusals(conn, council, Kind.INSTALLATIONS, [Line("", made, frozenset())]):
        raise refusal.misfit or MisfitError("device", refusal.why)
    for each in versions(conn, council, made.device):
        if each.valid_from >= made.valid_from and share_a_line(each.line, made.line):
            what = f"{made.valid_from.isoformat()} is not after {each.valid_from.isoformat()}, when its present record began"
            raise MisfitError("valid_from", what, "before_present", began=each.valid_from)


def _check_past(at: datetime, now: datetime, column: str) -> None:
    if at > now:
        raise MisfitError(column, f"{at.isoformat()} lies in the future: a record says what has been done", "in_future")


def _register(conn: Connection, council: str, made: InstallationRow, told: Told) -> None:
    """Register the device, or give it the model that the record names; what is known of its security stays."""
    known = next((each for each in assets.kept(conn, council, Kind.DEVICES) if each.device == made.device), None)
    if known is None:
        imports.keep_one(conn, council, Kind.DEVICES, DeviceRow(device=made.device, model=made.model), told)
    elif known.model != made.model:
        imports.keep_one(conn, council, Kind.DEVICES, replace(known, model=made.model), told)
