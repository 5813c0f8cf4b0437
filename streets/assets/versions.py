"""Versions of installation records in time: where each ends, and which get into each other's way."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from streets.assets.rows import InstallationRow, Line, MisfitError, Refusal


def crossing(lines: Sequence[Line[InstallationRow]], kept: Sequence[InstallationRow]) -> Iterator[Refusal]:
    """Lines of every line of a device beside those of one, both from the same time on."""
    every = {(row.device, row.valid_from) for row in (*kept, *(line.asset for line in lines)) if row.line is None}
    single = {(row.device, row.valid_from) for row in (*kept, *(line.asset for line in lines)) if row.line is not None}
    for line in lines:
        if (line.asset.device, line.asset.valid_from) in every & single:
            what = "the device has a record of one of its lines and one of all its lines from the same time on"
            yield Refusal(line.where, MisfitError("line", what, "one_line_and_all"))


def ended(lines: Sequence[Line[InstallationRow]], kept: Sequence[InstallationRow]) -> list[Line[InstallationRow]]:
    """The lines as they will be kept: a version ends at the latest where the next one of its line begins.

    One that ended stays ended where the file does not say when.
    """
    begins: dict[str, dict[int | None, list[datetime]]] = {}
    for row in (*kept, *(line.asset for line in lines)):
        begins.setdefault(row.device, {}).setdefault(row.line, []).append(row.valid_from)
    for of_device in begins.values():
        for moments in of_device.values():
            moments.sort()
    ends = {(row.device, row.valid_from, row.line): row.valid_to for row in kept}
    found = []
    for line in lines:
        row = line.asset
        said = row.valid_to or ends.get((row.device, row.valid_from, row.line))
        later = (
            moments[place]
            for other_line, moments in begins[row.device].items()
            if share_a_line(other_line, row.line) and (place := bisect_right(moments, row.valid_from)) < len(moments)
        )
        end = min((at for at in (said, *later) if at is not None), default=None)
        found.append(replace(line, asset=replace(row, valid_to=end), columns=line.columns | {"valid_to"}))
    return found


def at_once(rows: Iterable[InstallationRow]) -> dict[tuple[str, datetime], str]:
    """Of versions at one post, those that hold at once with another device's: device and begin → one such device.

    What holds together with any that began before does so with the one of those that ends last.
    """
    found: dict[tuple[str, datetime], str] = {}
    last: InstallationRow | None = None
    for row in sorted(rows, key=attrgetter("valid_from")):
        if last is not None and last.device != row.device and together(last, row):
            found.setdefault((row.device, row.valid_from), last.device)
            found.setdefault((last.device, last.valid_from), row.device)
        if last is None or (last.valid_to is not None and (row.valid_to is None or row.valid_to > last.valid_to)):
            last = row
    return found


def share_a_line(one: int | None, other: int | None) -> bool:
    """Whether two versions of a device speak of a line both; None is every line."""
    return one is None or other is None or one == other


def together(one: InstallationRow, other: InstallationRow) -> bool:
    """Whether there is a time at which both versions hold."""
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )
