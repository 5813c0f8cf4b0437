"""The detector on the four recorded drives, scored as the data's README says: an impact within 2 s of a button counts once."""

import csv
from pathlib import Path

import pytest

from streets.potholes.detect import Impact, Sample, impacts

BASELINE_F1 = 0.47


def samples(path: Path) -> list[Sample]:
    axes = ("accelerometerX", "accelerometerY", "accelerometerZ")
    with path.open() as file:
        rows = [
            Sample(float(row["timestamp"]), *(float(row[axis]) for axis in axes), float(row["speed"]))
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.at_s)


def presses(path: Path) -> list[float]:
    with path.open() as file:
        return [float(row["timestamp"]) for row in csv.DictReader(file)]


def found(felt: list[Impact], pressed: list[float]) -> int:
    """How many impacts have a press of their own within 2 s."""
    free = set(pressed)
    for impact in felt:
        near = [at_s for at_s in free if abs(at_s - impact.at_s) <= 2]
        free -= set(sorted(near, key=lambda at_s: abs(at_s - impact.at_s))[:1])
    return len(pressed) - len(free)


@pytest.mark.shared_data
def test_the_detector_beats_the_plain_threshold_on_recorded_drives(shared_data: Path) -> None:
    right = told = true = 0
    for path in sorted((shared_data / "potholes").glob("drive_*_sensors.csv")):
        felt = impacts(samples(path))
        pressed = presses(path.with_name(path.name.replace("sensors", "potholes")))
        right, told, true = right + found(felt, pressed), told + len(felt), true + len(pressed)
    precision, recall = right / told, right / true
    assert 2 * precision * recall / (precision + recall) > BASELINE_F1
