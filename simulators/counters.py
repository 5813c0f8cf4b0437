"""The footfall counters of Rivermouth: thirteen posts at five places, and how many people really walk by."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from simulators.devices import Device, build_device
from simulators.dice import dice
from simulators.ground import Point, along
from simulators.rhythms import hours_of
from simulators.street_plan import HIGH_STREET_ROW, STATION_COLUMN, crossing
from simulators.streets import Streets

PERIOD_S = 900
PERIODS = 86_400 // PERIOD_S
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """A named piece of the town whose footfall is told as one."""

    place_id: str
    name: str
    name_cy: str
    land_use: str


PLACES = (
    Place("high-street", "High Street", "Y Stryd Fawr", "high_street"),
    Place("market-square", "Market Square", "Sgwâr y Farchnad", "market"),
    Place("harbour", "Harbour", "Yr Harbwr", "harbour"),
    Place("station", "Station", "Yr Orsaf", "station"),
    Place("promenade", "Promenade", "Y Promenâd", "seafront"),
)

POSTS = (
    # place, name, model, people a day, row, column, in and out labels
    (0, "High Street, west end", "vs350", 9_200, HIGH_STREET_ROW, 5, "towards the river", "towards Station Road"),
    (0, "High Street, middle", "vs133", 11_500, HIGH_STREET_ROW, 7, "towards the river", "towards Station Road"),
    (0, "High Street, east end", "direct-counter", 7_400, HIGH_STREET_ROW, 9, "towards the river", "towards Station Road"),
    (1, "Market Hall, Market Street door", "vs133", 4_600, 6, 6, "into the hall", "out of the hall"),
    (1, "Market Hall, Fish Quay door", "vs133", 2_900, 5, 6, "into the hall", "out of the hall"),
    (1, "Market Square, north side", "vs350", 3_800, 6, 7, "into the square", "out of the square"),
    (2, "West Quay", "vs350", 3_100, 2, 10, "to the sea", "to the town"),
    (2, "Old Bridge steps", "direct-counter", 2_700, 4, 10, "to the quay", "to the bridge"),
    (3, "Station forecourt", "vs133", 6_900, HIGH_STREET_ROW, STATION_COLUMN, "into the station", "out of the station"),
    (3, "Station footbridge", "vs350", 2_500, 9, STATION_COLUMN, "to platform 2", "to platform 1"),
    (4, "Promenade, pier", "direct-counter", 5_200, 0, 6, "eastbound", "westbound"),
    (4, "Promenade, bandstand", "vs350", 4_100, 0, 3, "eastbound", "westbound"),
    (4, "Promenade, lido", "direct-counter", 2_300, 0, 13, "eastbound", "westbound"),
)
SHARES_A_DEVICE_WITH_NEXT = 3
"""Both doors of the market hall are two lines of one VS133."""
SWAPPED = 9
"""The footbridge counter was mounted the wrong way round; its installation record says so."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter's post. `daily` is the people of an average day, both ways; `swapped`: its device calls in what is out."""

    counter_id: str
    place: Place
    name: str
    point: Point
    labels: tuple[str, str]
    device: Device
    line: int | None
    daily: int
    swapped: bool

    def people(self, seed: int, number: int, day: datetime) -> Counts:
        """People in and out in each quarter of an hour of the day, shape (96, 2)."""
        luck = dice(seed, "people", self.counter_id, number)
        hours = hours_of(seed, self.place.land_use, day) * self.daily * np.exp(luck.normal(-0.005, 0.1))
        wobble = np.exp(0.08 * luck.standard_normal(PERIODS))
        share_in = 0.5 + 0.12 * np.cos(2 * np.pi * (np.arange(PERIODS) / PERIODS - 0.35))
        expected = np.repeat(hours / 4.0, 4) * wobble
        return luck.poisson(np.stack((expected * share_in, expected * (1.0 - share_in)), axis=1))


def build_counters(seed: int, streets: Streets) -> tuple[Counter, ...]:
    """The counters, in the order of POSTS."""
    found: list[Counter] = []
    for number, (place, name, model, daily, row, column, *labels) in enumerate(POSTS):
        at = streets.nodes[crossing(row, column)]
        point = along(at, (at[0] + 10.0, at[1]), 1.0, aside_m=4.0)
        shared = number == SHARES_A_DEVICE_WITH_NEXT + 1
        device = found[-1].device if shared else build_device(seed, model, 900 + number, PERIOD_S)
        line = 1 + shared if number in (SHARES_A_DEVICE_WITH_NEXT, SHARES_A_DEVICE_WITH_NEXT + 1) else None
        counter_id = f"RVC{number + 1:02d}"
        found.append(
            Counter(counter_id, PLACES[place], name, point, (labels[0], labels[1]), device, line, daily, number == SWAPPED)
        )
    return tuple(found)
