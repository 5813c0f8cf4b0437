"""Rows of CSV files with their line numbers, and local clocks."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from simulators.recorded.recording import RecordingError


def header(path: Path) -> tuple[str, ...]:
    """The column names of a CSV file, packed by gzip or not. Raises RecordingError for a file that is not text."""
    for _, row in rows(path):
        return tuple(row)
    raise RecordingError(f"{path.name} is empty")


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every row that is not blank, the header included. Raises RecordingError: not text, not gzip."""
    try:
        with _open(path) as file:
            reader = csv.reader(file)
            for cells in reader:
                if cells:
                    yield reader.line_num, cells
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError, csv.Error) as wrong:
        raise RecordingError(f"{path.name} cannot be read as CSV: {wrong}") from wrong


def beside(path: Path, name: str) -> Path:
    """Another file of the same recording, in the same folder. Raises RecordingError when it is not there."""
    other = path.parent / name
    if not other.is_file():
        raise RecordingError(f"{path.name} needs {name} beside it, which says where the sensors stand")
    return other


def utc_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC time of a local clock's time; the first of two where the clock goes back.

    Raises ValueError for an hour that the clock skips.
    """
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        raise ValueError(f"{wall:%d %B %Y %H:%M} does not exist in {zone.key}: the clocks go forward")
    return at


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
