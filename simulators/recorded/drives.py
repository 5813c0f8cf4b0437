"""Drives with a phone at 5 Hz: what the phone felt, for a detector to find impacts in. Nothing of it is published as it is."""

from pathlib import Path

import numpy as np

from simulators.recorded import tables
from simulators.recorded.recording import Recording, RecordingError, Refusal, Trace, Window

HEADER = (
    "timestamp", "latitude", "longitude", "speed", "accelerometerX", "accelerometerY", "accelerometerZ",
    "gyroX", "gyroY", "gyroZ",
)  # fmt: skip


def read(path: Path, council: str, window: Window) -> Recording:  # noqa: ARG001 a trace belongs to no council
    """The drive as one trace. Raises RecordingError when no row of it can be read."""
    recording = Recording()
    kept = []
    for line, cells in tables.rows(path):
        if line == 1:
            continue
        try:
            kept.append(_row(cells))
        except ValueError as wrong:
            recording.refused.append(Refusal(path.name, line, str(wrong)))
    if not kept:
        raise RecordingError(f"{path.name} has no row that can be read")
    rows = np.array(kept)
    inside = (rows[:, 0] >= window.start.timestamp()) & (rows[:, 0] < window.end.timestamp())
    time_s, lat, lon, speed = rows[inside, :4].T
    moved_s = window.moved.total_seconds()
    recording.traces.append(Trace(path.name.removesuffix("_sensors.csv"), time_s + moved_s, lat, lon, speed, rows[inside, 4:7]))
    return recording


def _row(cells: list[str]) -> list[float]:
    if len(cells) != len(HEADER):
        raise ValueError(f"{len(cells)} cells instead of {len(HEADER)}")
    values = [float(cell) for cell in cells]
    if not np.all(np.isfinite(values)):
        raise ValueError("A cell is not a finite number")
    if not (-90 <= values[1] <= 90 and -180 <= values[2] <= 180):
        raise ValueError(f"{values[1]}, {values[2]} is no place on Earth")
    return values
