"""Points set on the streets, with seconds and metres between them; and the port that every engine which knows streets fits.

Two engines are behind it: streets.network.travel (our own) and streets.routing.osrm.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from streets.network.access import Hours
from streets.network.extract import LatLon

REACH_M = 120.0
"""How far from a point its street may be."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a vehicle stands for a point: metres off it, infinite where no street is in reach; the hours of that street."""

    off_m: float
    hours: Hours | None = None


NOWHERE = Stand(math.inf)


@dataclass(frozen=True, slots=True)
class Matrices:
    """Seconds and metres from sources (rows) to targets, int64; -1 from and to points out of reach."""

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The way from one point to the next: its line, and the streets in order."""

    line: tuple[LatLon, ...]
    streets: tuple[str, ...]


class Engine(Protocol):
    """What knows the streets. Points are (lat, lon). Whatever it cannot answer it raises StreetsError for."""

    def stands(self, points: Sequence[LatLon]) -> list[Stand]:
        """Where a vehicle stands for each point."""
        ...

    def between(self, sources: Sequence[LatLon], targets: Sequence[LatLon]) -> Matrices:
        """The quickest ways from each source to each target."""
        ...

    def stretches(self, points: Sequence[LatLon]) -> list[Stretch]:
        """The quickest ways from each point to the next, all within reach."""
        ...


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one point to another: its line as (lat, lon), and the streets in order."""

    seconds: int
    metres: int
    line: tuple[LatLon, ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Points set on the streets. Index i is the i-th point given.

    `off_m[i]` is infinite where no street is in reach: such a point is unreachable. `hours[i]` is set where the point's street is
    open only then. `seconds` and `metres` are int64 (n, n), and -1 from and to unreachable points.
    """

    engine: Engine
    points: tuple[LatLon, ...]
    off_m: tuple[float, ...]
    hours: tuple[Hours | None, ...]
    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]

    def reachable(self, i: int) -> bool:
        """Whether a vehicle can reach point i."""
        return math.isfinite(self.off_m[i])

    def legs(self, order: Sequence[int]) -> list[Leg]:
        """The legs between consecutive points of `order`, all of them reachable."""
        stretches = self.engine.stretches([self.points[i] for i in order])
        return [
            Leg(int(self.seconds[i, j]), int(self.metres[i, j]), stretch.line, stretch.streets)
            for i, j, stretch in zip(order, order[1:], stretches, strict=False)
        ]


def placed(engine: Engine, points: Sequence[LatLon]) -> Placed:
    """Set points on the streets of an engine, and ask it for the ways between all of them."""
    stands, found = engine.stands(points), engine.between(points, points)
    off_m, hours = tuple(stand.off_m for stand in stands), tuple(stand.hours for stand in stands)
    return Placed(engine, tuple(points), off_m, hours, found.seconds, found.metres)
