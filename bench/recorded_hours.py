"""Recorded hourly counts as the footfall strand takes them, told on the street's own clock.

The product's street is in Europe/London, so Auckland's wall clock is told as if it were London's: what matters to an hour of
the week is what the street's clocks showed. The hour that London skips in March is lost.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.command import say
from simulators.recorded import auckland, leeds, tables
from simulators.recorded.recording import Refusal, Window
from streets.footfall.counts import HOUR_S, LONDON, CountedHour
from streets.footfall.health import Unfit

SHAPES = {"leeds": (leeds.counts, leeds.LONDON), "auckland": (auckland.counts, auckland.ZONE)}


def counters(path: Path, shape: str) -> dict[str, list[CountedHour]]:
    """Every counter's hours, ascending; of a repeated hour the first is kept, as ingest does."""
    read, zone = SHAPES[shape]
    refused: list[Refusal] = []
    hours: dict[str, dict[datetime, CountedHour]] = {}
    for name, starts, people in read(path, Window(), refused):
        wall = starts.astimezone(zone).replace(tzinfo=None)
        try:
            start = tables.utc_of(wall, LONDON)
        except ValueError as skipped:
            refused.append(Refusal(path.name, 0, str(skipped)))
            continue
        hours.setdefault(name, {}).setdefault(start, CountedHour(name, start, people, HOUR_S))
    say(f"{path.name}: {sum(map(len, hours.values()))} hours of {len(hours)} counters, {len(refused)} rows refused")
    return {name: [of_one[start] for start in sorted(of_one)] for name, of_one in sorted(hours.items())}


def wall(at: datetime) -> str:
    """A time as the recorded data's clock showed it."""
    return at.astimezone(LONDON).replace(tzinfo=None).isoformat(timespec="minutes")


def utc(at: datetime) -> datetime:
    """A time of the recorded data's clock, in UTC."""
    return at.replace(tzinfo=LONDON).astimezone(UTC)


def read_mask(path: Path) -> list[Unfit]:
    """Hours that are no counts: a CSV with the columns counter, from, to (exclusive), on the recorded data's clock."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Unfit(row["counter"], "masked", *(utc(datetime.fromisoformat(row[end])) for end in ("from", "to")))
            for row in csv.DictReader(file)
        ]


def masked_out(hours: Mapping[str, list[CountedHour]], mask: Iterable[Unfit]) -> dict[str, list[CountedHour]]:
    """The hours that no mask covers."""
    covered: dict[str, set[datetime]] = {name: set() for name in hours}
    for one in mask:
        of_one = hours.get(one.counter_id, [])
        covered.setdefault(one.counter_id, set()).update(h.hour_start for h in of_one if one.since <= h.hour_start < one.until)
    return {name: [h for h in of_one if h.hour_start not in covered[name]] for name, of_one in hours.items()}
