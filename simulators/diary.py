"""Where the simulated crews really were: which bins they emptied when, on days on which rounds sent them. Never published."""

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path


class Diary:
    """Emptyings by UTC day; of a day that was never opened it knows nothing, and crews kept to the fixed schedule."""

    def __init__(self, path: Path | None = None) -> None:
        """Go on with the diary in that file, a line an emptying (UTC day, bin, UTC hour); None: keep it in no file."""
        self._path = path
        self._days: dict[date, dict[str, float]] = {}
        if path is not None and path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                for day, bin_id, hour in csv.reader(file):
                    of_day = self._days.setdefault(date.fromisoformat(day), {})
                    if bin_id:
                        of_day[bin_id] = float(hour)

    def of(self, day: date) -> Mapping[str, float] | None:
        """The UTC hour at which each bin was emptied that day; None where no rounds sent anybody."""
        return self._days.get(day)

    def open(self, day: date) -> None:
        """From now on crews go where that day's rounds send them, and nobody has been anywhere yet."""
        if day not in self._days:
            self._days[day] = {}
            self._write(day, "", "")

    def note(self, at: datetime, bin_id: str) -> None:
        """A bin was emptied."""
        utc = at.astimezone(UTC)
        hour = (utc - utc.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 3600.0
        self._days.setdefault(utc.date(), {})[bin_id] = hour
        self._write(utc.date(), bin_id, repr(hour))

    def _write(self, day: date, bin_id: str, hour: str) -> None:
        if self._path is not None:
            with self._path.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerow((day.isoformat(), bin_id, hour))
