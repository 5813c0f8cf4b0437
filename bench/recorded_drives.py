"""Recorded drives and a passenger's button presses: a folder of drive_*_sensors.csv and drive_*_potholes.csv."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cli.drives import fixes
from simulators.recorded import drives, tables
from simulators.recorded.recording import RecordingError, Trace, Window

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drive:
    """One drive and the Unix seconds of its presses, ascending."""

    name: str
    trace: Trace
    pressed_at_s: list[float]

    def places(self, at_s: list[float]) -> list[Place]:
        """Where (lat, lon) the car was at those seconds, between the fixes before and after."""
        known_s, lats, lons = fixes(self.trace)
        return [
            (float(lat), float(lon))
            for lat, lon in zip(np.interp(at_s, known_s, lats), np.interp(at_s, known_s, lons), strict=True)
        ]


def read(folder: Path) -> Iterator[Drive]:
    """The drives of a folder, by name. Raises RecordingError where there is none."""
    found = sorted(folder.glob("drive_*_sensors.csv"))
    if not found:
        raise RecordingError(f"{folder} has no drive_*_sensors.csv")
    for path in found:
        name = path.name.removeprefix("drive_").removesuffix("_sensors.csv")
        presses = [float(cells[0]) for line, cells in tables.rows(path.with_name(f"drive_{name}_potholes.csv")) if line > 1]
        yield Drive(name, drives.read(path, "bench", Window()).traces[0], sorted(presses))
