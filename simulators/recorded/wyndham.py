"""Wyndham City's street bins: a fullness of 0 to 10 a day, in steps of 2, as one reading at noon of the local day.

The file is unsorted and repeats rows; the repeats are told again, as they stand.
"""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from simulators.asset_files import Row
from simulators.recorded import spoken, tables
from simulators.recorded.recording import Recording, Refusal, Window, in_order

HEADER = ("Bin ID", "Fullness", "fullnessThreshold", "timestamp", "reason")
LOCATIONS = "wyndham_bin_locations.csv"
ZONE = ZoneInfo("Australia/Melbourne")
NOON = timedelta(hours=12)
EMPTY_MM, FULL_MM, FULL = 1_000, 100, 10
CAPACITY_L, VISIT_EVERY_DAYS = 600, 2
"""The bins compact; their size is not published, and this is taken for it."""


def read(path: Path, council: str, window: Window) -> Recording:
    """The fullness as messages of direct bins. Raises RecordingError without the list of locations."""
    assets = {str(a_bin["bin_id"]): (a_bin, row) for a_bin, row in _assets(tables.beside(path, LOCATIONS), council)}
    recording = Recording()
    seen = set()
    for line, cells in tables.rows(path):
        if line == 1:
            continue
        try:
            bin_id, fullness, noon = _row(cells)
            if f"wyndham-{bin_id}" not in assets:
                raise ValueError(f"The list of locations has no bin {bin_id!r}")
            if not window.holds(noon.replace(tzinfo=ZONE)):
                continue
            seen.add(f"wyndham-{bin_id}")
            told = tables.utc_of(noon + window.moved, ZONE)
            reading = f'{{"distance_mm":{EMPTY_MM - (EMPTY_MM - FULL_MM) * fullness // FULL}}}'
            seq = int(told.timestamp()) // 86_400
            recording.messages.append(spoken.message(council, f"wyndham-{bin_id}", "direct-bin", told, seq, reading))
        except ValueError as wrong:
            recording.refused.append(Refusal(path.name, line, str(wrong)))
    recording.messages = in_order(recording.messages)
    kept = [assets[bin_id] for bin_id in sorted(seen)]
    recording.assets = {"bins": [a_bin for a_bin, _ in kept], "installations": [row for _, row in kept]}
    return recording


def _row(cells: list[str]) -> tuple[str, int, datetime]:
    if len(cells) != len(HEADER):
        raise ValueError(f"{len(cells)} cells instead of {len(HEADER)}")
    bin_id, fullness, _, day, _ = (cell.strip() for cell in cells)
    if not fullness.isdigit() or int(fullness) > FULL:
        raise ValueError(f"{fullness!r} is not a fullness from 0 to {FULL}")
    return bin_id, int(fullness), datetime.strptime(day, "%d-%m-%Y") + NOON


def _assets(locations: Path, council: str) -> list[tuple[Row, Row]]:
    found = []
    for line, cells in tables.rows(locations):
        if line > 1 and len(cells) >= 4:
            device = f"wyndham-{cells[0].strip()}"
            place = {"name": cells[1].strip(), "lat": cells[2], "lon": cells[3]}
            a_bin = {"bin_id": device, **place, "capacity_l": CAPACITY_L, "visit_every_days": VISIT_EVERY_DAYS}
            found.append(spoken.bin_rows(council, device, a_bin, EMPTY_MM, FULL_MM, 86_400))
    return found
