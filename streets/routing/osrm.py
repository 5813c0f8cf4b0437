"""The engine that is an OSRM server: /nearest, /table and /route of its HTTP API, version 1.

The profile that the server's data were made with decides speeds and access (docs/tipper.lua is ours). Its ways may turn
round at a stop, and it tells no hours of streets.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from streets.network.extract import LatLon
from streets.network.placed import NOWHERE, REACH_M, Matrices, Stand, Stretch
from streets.routing.osrm_line import OsrmLine

T = TypeVar("T")

TABLE_POINTS = 100
"""Sources of one table at most, and targets: what a server allows unless told otherwise (--max-table-size)."""

ROUTE_POINTS = 100


class Osrm:
    """An OSRM server as an engine (streets.network.placed.Engine). It raises OsrmFault where it has no answer."""

    def __init__(self, line: OsrmLine) -> None:
        self._line = line

    def stands(self, points: Sequence[LatLon]) -> list[Stand]:
        """Where a vehicle stands for each point."""
        return [self._stand(point) for point in points]

    def between(self, sources: Sequence[LatLon], targets: Sequence[LatLon]) -> Matrices:
        """The quickest ways from each source to each target, table by table."""
        seconds, metres = np.full((2, len(sources), len(targets)), -1, dtype=np.int64)
        for rows in _parts(len(sources)):
            for columns in _parts(len(targets)):
                seconds[rows, columns], metres[rows, columns] = self._table(sources[rows], targets[columns])
        return Matrices(seconds, metres)

    def stretches(self, points: Sequence[LatLon]) -> list[Stretch]:
        """The quickest ways from each point to the next. Each begins anew, as those of a table do."""
        found: list[Stretch] = []
        for k in range(0, len(points) - 1, ROUTE_POINTS - 1):
            some = points[k : k + ROUTE_POINTS]
            told = self._line.asked(
                "route", some, geometries="geojson", steps="true", overview="false", continue_straight="false"
            )
            if told is None:
                raise self._line.fault("knows no way between points that it told seconds and metres for")
            found += self._read(told, _stretches)
        return found

    def _stand(self, point: LatLon) -> Stand:
        told = self._line.asked("nearest", [point], number="1")
        off_m = math.inf if told is None else self._read(told, lambda told: float(told["waypoints"][0]["distance"]))
        return Stand(off_m) if off_m <= REACH_M else NOWHERE

    def _table(self, sources: Sequence[LatLon], targets: Sequence[LatLon]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        first, last = len(sources), len(sources) + len(targets)
        told = self._line.asked(
            "table",
            [*sources, *targets],
            annotations="duration,distance",
            sources=";".join(map(str, range(first))),
            destinations=";".join(map(str, range(first, last))),
        )
        nothing = np.full((len(sources), len(targets)), -1)
        if told is None:
            return nothing, nothing
        return self._read(told, lambda told: (_whole(told["durations"], nothing), _whole(told["distances"], nothing)))

    def _read(self, told: dict[str, Any], read: Callable[[dict[str, Any]], T]) -> T:
        try:
            return read(told)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._line.fault("answers otherwise than its API says: is it an osrm-routed?") from error


def _parts(n: int) -> Iterator[slice]:
    return (slice(k, k + TABLE_POINTS) for k in range(0, n, TABLE_POINTS))


def _whole(table: list[list[float | None]], like: NDArray[np.int64]) -> NDArray[np.int64]:
    """A table in whole numbers, -1 for null. Raises ValueError where it is no table of this size, or has numbers below zero.

    Between points side by side on one street osrm-routed tells some decimetres less than nothing: that is nothing.
    """
    found = np.rint(np.array(table, dtype=np.float64))
    if found.shape != like.shape or (found < 0).any():
        raise ValueError("not a table of the size asked for")
    return np.where(np.isnan(found), -1, found).astype(np.int64)


def _stretches(told: dict[str, Any]) -> list[Stretch]:
    return [_stretch(leg["steps"]) for leg in told["routes"][0]["legs"]]


def _stretch(steps: list[dict[str, Any]]) -> Stretch:
    line = [(float(lat), float(lon)) for step in steps for lon, lat in step["geometry"]["coordinates"]]
    names = [str(step.get("name") or step.get("ref") or "") for step in steps]
    streets = [name for name in names if name]
    return Stretch(
        tuple(point for k, point in enumerate(line) if k == 0 or point != line[k - 1]),
        tuple(name for k, name in enumerate(streets) if k == 0 or name != streets[k - 1]),
    )
