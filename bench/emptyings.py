"""How many known emptyings of glass banks the product finds in their readings, and how many minutes off.

TRUTH.csv has the columns deveui and emptied_at (ISO 8601, UTC where no zone is said). One found within WITHIN_H hours of a known
one is that one; each counts once, the nearest pairs first. The truth need not be complete, so there is no precision: `found` says
how many the product tells in all, and `on_sundays` how many of these fell on a Sunday by the banks' clocks, when nobody collects.
False ones fall on all days alike, so that about seven times as many are false.

The series are walked through day by day as the job does: an emptying is told for good once the readings of two days after it are
in, from those and the week before.
"""

import csv
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from bench.command import answer, arguments, rounded
from bench.glass_banks import sensors
from streets.bins.emptyings import DAY_S, emptyings_of_day, first_day_changed
from streets.bins.steps import Series

WITHIN_H = 6.0
BANKS_LIVE_BY = ZoneInfo("Europe/Berlin")
SUNDAY = 7


def read_truth(path: Path) -> dict[str, list[float]]:
    """Unix seconds of the known emptyings of each sensor. Raises ValueError for a file of another shape."""
    known: dict[str, list[float]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for missing in {"deveui", "emptied_at"} - set(reader.fieldnames or ()):
            raise ValueError(f"{path} has no column {missing}")
        for row in reader:
            at = datetime.fromisoformat(row["emptied_at"])
            known[row["deveui"]].append((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    return known


def walked(at_s: Series, fill_pct: Series) -> list[float]:
    """Unix seconds of the emptyings that the job tells of one sensor."""
    if not len(at_s):
        return []
    days = np.arange(first_day_changed(at_s[0]), at_s[-1] + 1, DAY_S)
    return [one.emptied_at_s for day_start_s in days for one in emptyings_of_day(at_s, fill_pct, float(day_start_s))]


def errors_s(found_s: Sequence[float], known_s: Sequence[float]) -> list[float]:
    """Seconds by which those found within WITHIN_H hours of a known one are off; nearest pairs first."""
    gaps = sorted((abs(found - known), i, j) for i, found in enumerate(found_s) for j, known in enumerate(known_s))
    taken_found, taken_known, errors = set[int](), set[int](), []
    for gap_s, i, j in gaps:
        if gap_s <= WITHIN_H * 3600 and i not in taken_found and j not in taken_known:
            taken_found.add(i)
            taken_known.add(j)
            errors.append(gap_s)
    return errors


def on_sunday(at_s: float) -> bool:
    """Whether it was Sunday where the banks stand."""
    return datetime.fromtimestamp(at_s, BANKS_LIVE_BY).isoweekday() == SUNDAY


def score(found: dict[str, list[float]], known: dict[str, list[float]]) -> dict[str, float | None]:
    """Recall, median error in minutes, how many were found in all, of them on Sundays, and how many were known."""
    errors = [error for sensor, known_s in known.items() for error in errors_s(found.get(sensor, []), known_s)]
    total = sum(map(len, known.values()))
    return {
        "recall": rounded(len(errors) / total) if total else None,
        "median_error_min": rounded(float(np.median(errors)) / 60, 1) if errors else None,
        "found": sum(map(len, found.values())),
        "on_sundays": sum(on_sunday(at_s) for found_s in found.values() for at_s in found_s),
        "known": total,
    }


def main() -> None:
    """Score one file of readings against known emptyings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    parser.add_argument("truth", type=Path)
    asked = parser.parse_args()
    try:
        known = read_truth(asked.truth)
    except ValueError as wrong:
        parser.error(str(wrong))
    found = {one.sensor: walked(*one.fills()) for one in sensors(asked.readings)}
    answer(score(found, known))


if __name__ == "__main__":
    main()
