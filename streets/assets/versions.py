"""Versions of installation records in time: where each ends, and which get into each other's way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from streets.assets.rows import InstallationRow, Line, Refusal


def crossing(lines: Sequence[Line[InstallationRow]], kept: Sequence[InstallationRow]) -> Iterator[Refusal]:
    """Lines of every line of a device beside those of one, both from the same time on."""
    every = {(row.device, row.valid_from) for row in (*kept, *(line.asset for line in lines)) if row.line is None}
    single = {(row.device, row.valid_from) for row in (*kept, *(line.asset for line in lines)) if row.line is not None}
    for line in lines:
        if (line.asset.device, line.asset.valid_from) in every & single:
            what = "the device has a record of one of its lines and one of all its lines from the same time on"
            yield Refusal(line.where, what)


def ended(lines: Sequence[Line[InstallationRow]], kept: Sequence[InstallationRow]) -> list[Line[InstallationRow]]:
    """The lines as they will be kept: a version ends at the latest where the next one of its line begins.

    One that ended stays ended where the file does not say when.
    """
    begins: dict[str, list[InstallationRow]] = {}
    for row in (*kept, *(line.asset for line in lines)):
        begins.setdefault(row.device, []).append(row)
    ends = {(row.device, row.valid_from, row.line): row.valid_to for row in kept}
    found = []
    for line in lines:
        row = line.asset
        said = row.valid_to or ends.get((row.device, row.valid_from, row.line))
        later = (
            other.valid_from
            for other in begins[row.device]
            if other.valid_from > row.valid_from and share_a_line(other.line, row.line)
        )
        end = min((at for at in (said, *later) if at is not None), default=None)
        found.append(replace(line, asset=replace(row, valid_to=end), columns=line.columns | {"valid_to"}))
    return found


def share_a_line(one: int | None, other: int | None) -> bool:
    """Whether two versions of a device speak of a line both; None is every line."""
    return one is None or other is None or one == other


def together(one: InstallationRow, other: InstallationRow) -> bool:
    """Whether there is a time at which both versions hold."""
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )
