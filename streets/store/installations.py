"""Which device stands where: versions of installation records, of which no two hold for one line of a device at a time.

A version is never overwritten by what came later: it ends, and the next begins. What was derived from readings of before stays
derived from the record of before; from the change on the jobs derive it anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from streets.assets.rows import InstallationRow, MisfitError
from streets.store.changes import Change, Told, difference, note
from streets.store.database import Connection, column, execute, row, rows, value

PLACED = frozenset({"device", "model", "bin_id", "counter_id", "line", "valid_from", "valid_to", "note"})
"""Columns of a record that say which device stands where and when; the others say how it is mounted."""
COLUMNS = tuple(field.name for field in fields(InstallationRow))
MOUNTING = tuple(name for name in COLUMNS if name not in PLACED)
PUT_RIGHT = tuple(name for name in COLUMNS if name not in ("device", "model", "valid_from"))


class NoSuchVersionError(LookupError):
    """The council has no such version of an installation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an installation; columns and their units as in the table `installation`."""

    installation_id: int
    device: str
    model: str
    bin_id: str | None
    counter_id: str | None
    line: int | None
    valid_from: datetime
    valid_to: datetime | None
    empty_mm: int | None
    full_mm: int | None
    blind_zone_mm: int
    max_range_mm: int | None
    period_s: int | None
    report_every_s: int
    swap_in_out: bool
    mount: str | None
    mount_angle_deg: float | None
    liner: bool | None
    inner_width_mm: int | None
    tilt_normal_deg: float | None
    in_label: str | None
    out_label: str | None
    why: str | None
    note: str | None
    told_by: str | None
    told_at: datetime | None
    end_why: str | None
    end_note: str | None

    @property
    def mounting(self) -> dict[str, object]:
        """How the device is mounted, by column."""
        return _values(self, MOUNTING)

    @property
    def row(self) -> InstallationRow:
        """The version as a line of a file has it. Raises MisfitError where the model is another by now and does not fit."""
        return InstallationRow(**_values(self, COLUMNS))  # type: ignore[arg-type]

    def holds(self, at: datetime) -> bool:
        """Whether the version is in force at that time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def versions(conn: Connection, council: str, device: str | None = None, post: str | None = None) -> list[Version]:
    """The council's versions, the latest first: all, or those of a device, or of a bin or counter (`post`)."""
    return rows(conn, "versions", Version, council=council, device=device, post=post, installation_id=None)


def version(conn: Connection, council: str, installation_id: int) -> Version:
    """One version. Raises NoSuchVersionError."""
    found = row(conn, "versions", Version, council=council, device=None, post=None, installation_id=installation_id)
    if found is None:
        raise NoSuchVersionError(NoSuchVersionError.__doc__)
    return found


def version_from(conn: Connection, council: str, device: str, valid_from: datetime, line: int | None) -> Version | None:
    """The version of a device's line that begins at that time."""
    found = value(conn, "version_from", device=device, valid_from=valid_from, line=line)
    return None if found is None else version(conn, council, found)


def new_version(
    conn: Connection,
    council: str,
    installation_id: int,
    valid_from: datetime,
    changes: Mapping[str, Any],
    told: Told,
    why: str = "changed",
    words: str | None = None,
) -> int:
    """End a version at `valid_from` and begin one that differs in `changes` (columns of MOUNTING); return the new one's id.

    It lasts as long as the former one would have. Readings since `valid_from` are derived anew by the jobs. `why` is one of
    installation.why, `words` a note. Raises NoSuchVersionError, and MisfitError where the version does not fit.
    """
    was = _locked(conn, council, installation_id)
    if unknown := changes.keys() - set(MOUNTING):
        raise MisfitError(min(unknown), f"{min(unknown)} is not part of how a device is mounted")
    _check_begin(was, valid_from, told.at)
    made = replace(was.row, **{**changes, "valid_from": valid_from, "note": words})
    end_version(conn, was, valid_from, "changed", None)
    new_id = add_version(conn, made, told, why, was.end_why, was.end_note)
    touch(conn, was.device, valid_from)
    before, after = difference(was.mounting, _values(made, MOUNTING))
    before["valid_from"], after["valid_from"] = was.valid_from, valid_from
    note(conn, council, told, [_change(was, "changed", before, after, words)])
    return new_id


def put_right(conn: Connection, council: str, was: Version, right: InstallationRow, told: Told) -> None:
    """Make a version what it should have been from its begin on."""
    execute(
        conn, "put_version", installation_id=was.installation_id, told_by=told.by, told_at=told.at, **_values(right, PUT_RIGHT)
    )
    touch(conn, was.device, was.valid_from)
    if (was.bin_id, was.counter_id) != (right.bin_id, right.counter_id):
        execute(conn, "leave_post", bin_id=was.bin_id, counter_id=was.counter_id, since=was.valid_from)
    before, after = difference(_values(was, PUT_RIGHT), _values(right, PUT_RIGHT))
    note(conn, council, told, [_change(was, "changed", before, after, None)])


def begin(conn: Connection, council: str, made: InstallationRow, told: Told, why: str | None = None) -> int:
    """Begin a version of a registered device; it ends the one that held, and lasts until the one that follows; return its id.

    `why` None: found from where the device stood before.
    """
    execute(conn, "lock_device", device=made.device)
    about = column(conn, "versions_about", device=made.device, line=made.line, at=made.valid_from)
    others = [version(conn, council, each) for each in about]
    before = next((each for each in others if each.valid_from < made.valid_from), None)
    stays = before is not None and (before.bin_id, before.counter_id) == (made.bin_id, made.counter_id)
    if before is not None and (before.holds(made.valid_from) or (before.valid_to, before.end_why) == (made.valid_from, None)):
        end_version(conn, before, made.valid_from, "changed" if stays else "moved", None)
    for each in others:
        if each is not before and each.holds(made.valid_from):
            end_version(conn, each, made.valid_from, "moved", None)
    new_id = add_version(conn, made, told, why or ("installed" if before is None else "changed" if stays else "moved"))
    touch(conn, made.device, made.valid_from)
    became = {name: given for name, given in _values(made, PUT_RIGHT).items() if given is not None}
    change = Change(kind="installation", subject=made.device, action="added", was={}, became=became, note=made.note)
    note(conn, council, told, [change])
    return new_id


def add_version(
    conn: Connection, made: InstallationRow, told: Told, why: str, end_why: str | None = None, end_note: str | None = None
) -> int:
    """Write a version down; return its id."""
    ends = {"end_why": end_why, "end_note": end_note}
    return int(value(conn, "add_version", **_values(made, COLUMNS), why=why, told_by=told.by, told_at=told.at, **ends))


def end_version(conn: Connection, was: Version, at: datetime, end_why: str, end_note: str | None) -> None:
    """End a version."""
    execute(conn, "end_version", installation_id=was.installation_id, valid_to=at, end_why=end_why, end_note=end_note)


def touch(conn: Connection, device: str, since: datetime) -> None:
    """Have the jobs derive anew what the readings of a device mean since then."""
    execute(conn, "touch_installed", device=device, valid_from=since)


def _locked(conn: Connection, council: str, installation_id: int) -> Version:
    """The version, looked at again when nobody else may change its device's installations."""
    execute(conn, "lock_device", device=version(conn, council, installation_id).device)
    return version(conn, council, installation_id)


def _check_begin(was: Version, valid_from: datetime, at: datetime) -> None:
    if valid_from > at:
        what = f"{valid_from.isoformat()} lies in the future: a record says what has been done"
        raise MisfitError("valid_from", what, "in_future")
    if valid_from <= was.valid_from:
        what = f"{valid_from.isoformat()} is not after {was.valid_from.isoformat()}, when the present version began"
        raise MisfitError("valid_from", what, "before_present", began=was.valid_from)
    if was.valid_to is not None and valid_from >= was.valid_to:
        raise MisfitError("valid_from", f"the version ended already at {was.valid_to.isoformat()}", "ended", ended=was.valid_to)
    if was.counter_id is not None and valid_from != valid_from.replace(minute=0, second=0, microsecond=0):
        what = "people are counted by the hour: a counter's record changes on a full hour"
        raise MisfitError("valid_from", what, "not_full_hour")


def _values(of: Version | InstallationRow, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(of, name) for name in names}


def _change(of: Version, action: str, was: Mapping[str, object], became: Mapping[str, object], words: str | None) -> Change:
    line = {} if of.line is None else {"line": of.line}
    return Change(
        kind="installation", subject=of.device, action=action, was={**line, **was}, became={**line, **became}, note=words
    )
