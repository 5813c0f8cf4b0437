"""The litter bins of Rivermouth: where they stand, what they hold, how much comes in, and which sensor hangs in them."""

from dataclasses import dataclass
from datetime import time

import numpy as np

from sensors.codec import models
from simulators.devices import Device, build_device
from simulators.dice import dice
from simulators.encoders import speaker
from simulators.ground import Point, along
from simulators.streets import Piece, Streets
from simulators.wards import Ward, ward_at

HOW_MANY = {
    "high_street": 32, "market": 20, "seafront": 46, "park": 32, "school": 16, "station": 16, "harbour": 24, "residential": 72,
}  # fmt: skip
STREETS_OF = {
    "high_street": ("High Street",),
    "market": ("Market Street",),
    "seafront": ("Esplanade", "Esplanade East", "Marine Terrace"),
    "park": ("Ffordd y Parc", "Park Avenue"),
    "school": ("School Road", "School Rise"),
    "station": ("Station Road",),
    "harbour": ("West Quay", "East Quay", "Quay Street"),
}
CAPACITIES_L = {"high_street": (120, 180, 240), "market": (120, 240), "seafront": (120, 180, 240), "residential": (50, 80, 100)}
VISIT_EVERY_DAYS = {
    "high_street": 1,
    "market": 1,
    "station": 1,
    "seafront": 2,
    "harbour": 2,
    "school": 2,
    "park": 3,
    "residential": 7,
}
MODELS = (
    "em400-mud", "em310-udl", "ldds75", "em400-tld", "em400-mud", "em310-udl", "direct-bin", "df702", "ldds75",
    "em310-udl", "em400-udl", "em400-tld", "dl-mbx", "em310-udl", "ldds75", "em400-tld", "r718pe", "direct-bin",
    "em310-udl", "wilsen-sonic-level",
)  # fmt: skip
NO_SENSOR_EVERY, HOURLY_EVERY, REJOINS_EVERY = 20, 24, 43
TWO_HOURS_S, HOUR_S = 7_200, 3_600
RIM_MM = 60
"""So far above the waste the rim is, where crews call a bin full; no sensor is mounted to see nearer than that."""
FAR_SIGHTED_MM = 100
"""A sensor whose blind zone is as wide or wider is mounted on a post that holds it back by that."""


@dataclass(frozen=True, slots=True)
class Mounting:
    """How a sensor hangs in its bin: what it reads when the bin is empty and when it is full, and what it can see."""

    empty_mm: int
    full_mm: int
    blind_zone_mm: int
    max_range_mm: int


@dataclass(frozen=True, slots=True)
class Bin:
    """A litter bin. `daily_l` is the litter of an average day in litres; `device` is None where no sensor hangs."""

    bin_id: str
    name: str
    point: Point
    usrn: int
    ward_code: str
    land_use: str
    capacity_l: int
    visit_every_days: int
    first_visit_day: int
    reach_until: time | None
    daily_l: float
    residue_l: float
    mounting: Mounting
    device: Device | None


def build_bins(seed: int, streets: Streets, wards: tuple[Ward, ...]) -> tuple[Bin, ...]:
    """The bins in a fixed order. The fixed schedule finds them 42% full in the median, and some overflowing."""
    found: list[Bin] = []
    for land_use, how_many in HOW_MANY.items():
        pieces = _pieces_for(land_use, streets)
        for index in range(how_many):
            piece = pieces[(index * len(pieces)) // how_many]
            found.append(_build_bin(seed, len(found) + 1, land_use, piece, streets, wards))
    return tuple(found)


def _pieces_for(land_use: str, streets: Streets) -> list[Piece]:
    named = {name for names in STREETS_OF.values() for name in names}
    if land_use == "residential":
        quiet = [piece for piece in streets.pieces if piece.street.tags["highway"] == "residential"]
        return [piece for piece in quiet if piece.street.tags["name"] not in named]
    pieces = [piece for piece in streets.pieces if piece.street.tags.get("name") in STREETS_OF[land_use]]
    if land_use == "market":
        return [piece for piece in pieces if -950 < streets.nodes[piece.start][0] < -150]
    return pieces


def _build_bin(seed: int, number: int, land_use: str, piece: Piece, streets: Streets, wards: tuple[Ward, ...]) -> Bin:
    bin_id = f"RV{number:04d}"
    luck = dice(seed, "bin", bin_id)
    share, side = float(luck.uniform(0.15, 0.85)), float(luck.choice((-6.0, 6.0)))
    point = along(streets.nodes[piece.start], streets.nodes[piece.end], share, aside_m=side)
    capacity_l = int(luck.choice(CAPACITIES_L.get(land_use, (80, 100, 120))))
    every = VISIT_EVERY_DAYS[land_use]
    model = MODELS[number % len(MODELS)]
    device = None
    if number % NO_SENSOR_EVERY:
        rejoins = 3 + number % 4 if number % REJOINS_EVERY == 0 else None
        device = build_device(seed, model, number, HOUR_S if number % HOURLY_EVERY == 1 else TWO_HOURS_S, rejoins)
    return Bin(
        bin_id=bin_id,
        name=f"{piece.street.tags['name']}, by number {number * 7 % 180 + 1}",
        point=point,
        usrn=piece.street.usrn,
        ward_code=ward_at(wards, point).code,
        land_use=land_use,
        capacity_l=capacity_l,
        visit_every_days=every,
        first_visit_day=int(luck.integers(0, every)),
        reach_until=time(10, 0) if land_use == "high_street" else None,
        daily_l=float(capacity_l / every * np.exp(luck.normal(np.log(0.42), 0.33))),
        residue_l=float(capacity_l * luck.uniform(0.01, 0.05)),
        mounting=mount(model, 600 + round((capacity_l - 50) * 2.5), int(luck.integers(20, 80))),
        device=device,
    )


def mount(model: str, depth_mm: int, headspace_mm: int) -> Mounting:
    """How a sensor of that model is mounted on a bin of that depth; one that looks up from below has its zero at the floor."""
    blind_zone_mm, max_range_mm = speaker(model).reach_mm or (0, depth_mm)
    nearest_mm = RIM_MM + (blind_zone_mm if blind_zone_mm >= FAR_SIGHTED_MM else headspace_mm)
    ends = nearest_mm + depth_mm, nearest_mm
    empty_mm, full_mm = ends if models()[model].measures_from == "above" else ends[::-1]
    return Mounting(empty_mm, full_mm, blind_zone_mm, max_range_mm)
