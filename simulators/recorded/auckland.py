"""Heart of the City Auckland's counters: a column per counter, an hour per row; the file's day starts at 06:00.

So 0:00 to 5:59 of a date are the small hours of the next one. An empty cell is no count. A 0 is told as 0: some stand for
a dead sensor, and to find those is not the reader's part.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from simulators.asset_files import Row
from simulators.recorded import spoken, tables
from simulators.recorded.recording import Recording, RecordingError, Refusal, Window, in_order

HEADER = ("date", "hour", "year")
LOCATIONS = "auckland_locations.csv"
ZONE = ZoneInfo("Pacific/Auckland")
DAY_STARTS_HOUR = 6


def read(path: Path, council: str, window: Window) -> Recording:
    """The counts as messages of direct counters, one an hour. Raises RecordingError without the list of counters."""
    columns = tables.header(path)[len(HEADER) :]
    recording = Recording(assets=_assets(columns, tables.beside(path, LOCATIONS), council))
    for column, starts, people in counts(path, window, recording.refused):
        recording.messages.append(spoken.hourly_count(council, device(column), starts + timedelta(hours=1), people))
    recording.messages = in_order(recording.messages)
    return recording


def counts(path: Path, window: Window, refused: list[Refusal]) -> Iterator[tuple[str, datetime, int]]:
    """(column, UTC begin of the hour, people) in the order of the file; what cannot be read is added to `refused`."""
    columns = tables.header(path)[len(HEADER) :]
    for line, cells in tables.rows(path):
        if line == 1:
            continue
        try:
            wall = _hour(cells, len(columns))
            if not window.holds(wall.replace(tzinfo=ZONE)):
                continue
            tables.utc_of(wall, ZONE)
            starts = tables.utc_of(wall + window.moved, ZONE)
        except ValueError as wrong:
            refused.append(Refusal(path.name, line, str(wrong)))
            continue
        for column, cell in zip(columns, cells[len(HEADER) :], strict=True):
            if not cell.strip():
                continue
            try:
                people = _people(cell)
            except ValueError as wrong:
                refused.append(Refusal(path.name, line, f"{column}: {wrong}"))
                continue
            yield column, starts, people


def device(column: str) -> str:
    """The name of a column's device in its topic."""
    return "auckland-" + re.sub(r"[^a-z0-9]+", "-", column.lower()).strip("-")


def _hour(cells: list[str], counters: int) -> datetime:
    if len(cells) != len(HEADER) + counters:
        raise ValueError(f"{len(cells)} cells instead of {len(HEADER) + counters}")
    hour = cells[1].split(":")[0]
    if not hour.isdigit() or int(hour) > 23:
        raise ValueError(f"{cells[1]!r} is not an hour as 6:00-6:59")
    day = datetime.strptime(cells[0], "%Y-%m-%d")
    return day + timedelta(days=int(hour) < DAY_STARTS_HOUR, hours=int(hour))


def _people(cell: str) -> int:
    people = float(cell)
    if people < 0 or people != int(people):
        raise ValueError(f"{cell!r} is not a count")
    return int(people)


def _assets(columns: tuple[str, ...], locations: Path, council: str) -> dict[str, list[Row]]:
    at = {cells[0]: (cells[1], cells[2]) for _, cells in tables.rows(locations) if len(cells) == 3}
    counters: list[Row] = []
    installations: list[Row] = []
    for column in columns:
        if column not in at:
            raise RecordingError(f"{locations.name} does not say where {column!r} stands")
        street = re.sub(r" (EW|NS)$| Lower Albert.*$", "", re.sub(r"^\d+ ", "", column))
        place = {"place_id": device(street), "place_name": street}
        counters.append({"counter_id": device(column), **place, "name": column, "lat": at[column][0], "lon": at[column][1]})
        installations.append(spoken.counter_installation(council, device(column), device(column)))
    return {"counters": counters, "installations": installations}
