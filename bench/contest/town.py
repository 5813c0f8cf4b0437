"""The town of a contest: bins, streets and faults of one seed, the same for every policy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from simulators.asset_files import base_rows
from simulators.bins import Bin
from simulators.dice import dice
from simulators.faults import Fault
from simulators.ground import lat_lon
from simulators.town import VEHICLES, Town, build_town
from streets.network.placed import Placed
from streets.network.streets import read_streets
from streets.network.travel import place
from streets.store.rounds import Base, Vehicle

STARTS_AT = datetime(2026, 5, 4, tzinfo=UTC)
"""A Monday from which on the clocks do not change for 24 weeks."""
LEARNING_DAYS = 28
"""Before the contest the bins are emptied by the fixed schedule for so long, and everybody hears what their sensors say."""
MOST_DAYS = 140
SILENT_A_DAY = 0.03
FALSE_SHARE = 0.02
"""Of the sensors so many come to hang behind something, and as many slip, on some day; the town's own faults come on top."""


@dataclass(frozen=True)
class ContestTown:
    """A town and those of its bins that take part."""

    town: Town
    bins: tuple[Bin, ...]
    faults: tuple[Fault, ...]

    def scheduled(self, every_days: Mapping[str, int], first_day: Mapping[str, int]) -> tuple[Bin, ...]:
        """The bins with the visits of another fixed schedule."""
        return tuple(
            replace(each, visit_every_days=every_days[each.bin_id], first_visit_day=first_day[each.bin_id]) for each in self.bins
        )

    @cached_property
    def bases(self) -> tuple[Base, ...]:
        """The depot and the tips, as the council has them on record."""
        return tuple(_base(row) for row in base_rows(self.town.streets))

    @cached_property
    def vehicles(self) -> tuple[Vehicle, ...]:
        """The vehicles, as the council has them on record."""
        return tuple(
            Vehicle(
                vehicle_id=each.vehicle_id,
                name=each.name,
                capacity_l=each.capacity_l,
                capacity_kg=each.capacity_kg,
                shift_from=each.shift_from,
                shift_until=each.shift_until,
            )
            for each in VEHICLES
        )

    @cached_property
    def placed(self) -> Placed:
        """Depot, tips, vehicles and bins on the streets, in the order in which a planned day numbers them."""
        depot, *tips = self.bases
        points = [(each.lat, each.lon) for each in (depot, *tips, *[depot] * len(self.vehicles))]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "streets.osm.pbf"
            self.town.streets.write_pbf(path)
            return place(read_streets(path.read_bytes()), [*points, *(lat_lon(each.point) for each in self.bins)])


def build(seed: int, how_many: int) -> ContestTown:
    """The contest town of that seed. Raises ValueError where it has not so many bins."""
    town = build_town(seed, STARTS_AT)
    if not 1 <= how_many <= len(town.bins):
        raise ValueError(f"the town has 1 to {len(town.bins)} bins to offer, not {how_many}")
    bins = tuple(town.bins[index * len(town.bins) // how_many] for index in range(how_many))
    return ContestTown(town, bins, (*town.faults, *_faults(seed, bins)))


def midnight(number: int) -> datetime:
    """When the `number`-th UTC day of the town begins."""
    return STARTS_AT + timedelta(days=number)


def day_number(at: datetime) -> int:
    """The number of the town's UTC day in which a moment lies."""
    return (at - STARTS_AT).days


def _faults(seed: int, bins: tuple[Bin, ...]) -> list[Fault]:
    """Days of silence, day by day and sensor by sensor, and false words for good."""
    found = []
    for name in (each.device.name for each in bins if each.device is not None):
        luck = dice(seed, "contest", name)
        silent = luck.random(MOST_DAYS) < SILENT_A_DAY
        found += [Fault("silent", name, day, day + 1) for day in range(MOST_DAYS) if silent[day]]
        roll, from_day = luck.random(), int(luck.integers(0, 2 * LEARNING_DAYS))
        if roll < 2 * FALSE_SHARE:
            found.append(Fault("liner" if roll < FALSE_SHARE else "slipped", name, from_day, None))
    return found


def _base(row: Mapping[str, object]) -> Base:
    """A depot or tip from its row of bases.csv, where times are words and empty ones mean all day."""
    hours = {name: time.fromisoformat(str(row[name])) if row[name] else None for name in ("open_from", "open_until")}
    return Base(**{**row, **hours})  # type: ignore[arg-type]
