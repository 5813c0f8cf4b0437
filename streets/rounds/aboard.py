"""What a vehicle has aboard in mid-shift: what its crew said last, and the litres expected in what was emptied since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LoadTold:
    """How full a crew found its vehicle. `share` is a share of the capacity, 0 to 1."""

    at: datetime
    share: float


@dataclass(frozen=True, slots=True)
class Closed:
    """A stop that is done: when, whether the vehicle tipped there, and the litres that went aboard."""

    at: datetime
    tipped: bool
    litres: float


def litres_aboard(closed: Iterable[Closed], told: LoadTold | None, capacity_l: float) -> float:
    """Litres aboard after these stops. The crew's word replaces what was expected until then; a tip empties the vehicle."""
    aboard_l = 0.0 if told is None else told.share * capacity_l
    for stop in sorted(closed, key=lambda each: each.at):
        if told is None or stop.at > told.at:
            aboard_l = 0.0 if stop.tipped else aboard_l + stop.litres
    return aboard_l
