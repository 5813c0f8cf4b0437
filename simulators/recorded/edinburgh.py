"""Edinburgh's litter bins of 2016: a row per emptying, with the fill before and after; each becomes two readings.

`fill_before_pct` 100 means that the bin was 80% full. Few sites match the list of locations by text, so a site is put at
the first listed bin of its street; a site on a street that the list does not know is refused with its line.
"""

from datetime import datetime, timedelta
from pathlib import Path

from simulators.asset_files import Row
from simulators.recorded import spoken, tables
from simulators.recorded.leeds import LONDON
from simulators.recorded.recording import Recording, Refusal, Window, in_order

HEADER = (
    "event_id", "site_id", "site_name", "address", "collected_at_local", "frozen", "fill_before_pct", "fill_after_pct",
    "volume_l", "weight_kg", "container_slot_id", "container_slot_name", "confidence",
)  # fmt: skip
LOCATIONS = "edinburgh_litter_bin_locations_2016.csv"
SAID_FULL = 0.8
EMPTY_MM, FULL_MM = 1_000, 100
BEFORE, AFTER = timedelta(minutes=-5), timedelta(minutes=5)
UNKNOWN_CAPACITY_L, VISIT_EVERY_DAYS = 100, 1


def read(path: Path, council: str, window: Window) -> Recording:
    """The emptyings as messages of direct bins. Raises RecordingError without the list of locations."""
    at = _streets(tables.beside(path, LOCATIONS))
    bins: dict[str, tuple[Row, Row]] = {}
    recording = Recording()
    for line, cells in tables.rows(path):
        if line == 1:
            continue
        try:
            row = _row(cells)
            wall = datetime.fromisoformat(row["collected_at_local"])
            if not window.holds(wall.replace(tzinfo=LONDON)):
                continue
            emptied_at = tables.utc_of(wall + window.moved, LONDON)
            device = f"edinburgh-{row['site_id']}-{row['container_slot_id']}"
            bins.setdefault(device, _assets(council, device, row, at))
            for when, fill_pct in ((BEFORE, row["fill_before_pct"]), (AFTER, row["fill_after_pct"])):
                reading = f'{{"distance_mm":{_distance_mm(float(fill_pct))}}}'
                seq = int(row["event_id"]) * 2 + (when == AFTER)
                recording.messages.append(spoken.message(council, device, "direct-bin", emptied_at + when, seq, reading))
        except ValueError as wrong:
            recording.refused.append(Refusal(path.name, line, str(wrong)))
    recording.messages = in_order(recording.messages)
    recording.assets = {"bins": [a_bin for a_bin, _ in bins.values()], "installations": [row for _, row in bins.values()]}
    return recording


def _distance_mm(fill_pct: float) -> int:
    if not 0 <= fill_pct <= 100:
        raise ValueError(f"{fill_pct:g} is not a fill from 0 to 100")
    return round(EMPTY_MM - (EMPTY_MM - FULL_MM) * SAID_FULL * fill_pct / 100)


def _row(cells: list[str]) -> dict[str, str]:
    if len(cells) != len(HEADER):
        raise ValueError(f"{len(cells)} cells instead of {len(HEADER)}")
    return dict(zip(HEADER, cells, strict=True))


def _streets(locations: Path) -> dict[str, tuple[str, str]]:
    """Street in lower case: latitude and longitude of the first bin listed on it."""
    found: dict[str, tuple[str, str]] = {}
    for line, cells in tables.rows(locations):
        if line > 1 and len(cells) >= 7:
            found.setdefault(cells[0].strip().lower(), (cells[5], cells[6]))
    return found


def _assets(council: str, device: str, row: dict[str, str], at: dict[str, tuple[str, str]]) -> tuple[Row, Row]:
    street = row["address"].strip().lower()
    if street not in at:
        raise ValueError(f"The list of locations has no bin on {row['address']!r}")
    fill_pct, volume_l = float(row["fill_before_pct"]), float(row["volume_l"] or 0)
    capacity_l = volume_l / (SAID_FULL * fill_pct / 100) if fill_pct >= 40 and volume_l else UNKNOWN_CAPACITY_L
    a_bin = {
        "bin_id": device, "name": row["site_name"], "lat": at[street][0], "lon": at[street][1],
        "capacity_l": round(capacity_l), "visit_every_days": VISIT_EVERY_DAYS,
    }  # fmt: skip
    return spoken.bin_rows(council, device, a_bin, EMPTY_MM, FULL_MM, 86_400)
