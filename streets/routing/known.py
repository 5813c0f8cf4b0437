"""What an engine has said of points: where vehicles stand for them, and seconds and metres between all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from streets.network.extract import LatLon
from streets.network.placed import NOWHERE, Engine, Placed, Stand


@dataclass(frozen=True, slots=True)
class Known:
    """Index i is the i-th point. `seconds` and `metres` are int32 (n, n), -1 from and to points out of reach."""

    points: tuple[LatLon, ...]
    stands: tuple[Stand, ...]
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]

    def of(self, engine: Engine, points: Sequence[LatLon]) -> Placed:
        """Points that are among those known, in this order, as often as they come."""
        number = {point: i for i, point in enumerate(self.points)}
        order = [number[point] for point in points]
        stands = [self.stands[i] for i in order]
        seconds, metres = (of[np.ix_(order, order)].astype(np.int64) for of in (self.seconds, self.metres))
        off_m, hours = tuple(stand.off_m for stand in stands), tuple(stand.hours for stand in stands)
        return Placed(engine, tuple(points), off_m, hours, seconds, metres)


NOTHING = Known((), (), np.zeros((0, 0), dtype=np.int32), np.zeros((0, 0), dtype=np.int32))


def extended(engine: Engine, known: Known, points: Sequence[LatLon]) -> Known:
    """What is known of exactly these points, each once; the engine is asked only for those that are new."""
    number = {point: i for i, point in enumerate(known.points)}
    once = list(dict.fromkeys(points))
    if tuple(once) == known.points:
        return known
    old, new = [k for k, point in enumerate(once) if point in number], [k for k, point in enumerate(once) if point not in number]
    were, added = [number[once[k]] for k in old], [once[k] for k in new]
    stands = dict(zip(old, (known.stands[i] for i in were), strict=True)) | dict(zip(new, engine.stands(added), strict=True))
    seconds, metres = np.full((2, len(once), len(once)), -1, dtype=np.int32)
    seconds[np.ix_(old, old)], metres[np.ix_(old, old)] = known.seconds[np.ix_(were, were)], known.metres[np.ix_(were, were)]
    for rows, columns in ((new, range(len(once))), (old, new)) if added else ():
        found = engine.between([once[k] for k in rows], [once[k] for k in columns])
        seconds[np.ix_(rows, columns)], metres[np.ix_(rows, columns)] = found.seconds, found.metres
    return _in_one_part(Known(tuple(once), tuple(stands[k] for k in range(len(once))), seconds, metres))


def _in_one_part(known: Known) -> Known:
    """A point that is not joined both ways to most of the others counts as out of reach, so that every pair left has its ways."""
    near = np.array([math.isfinite(stand.off_m) for stand in known.stands], dtype=bool)
    if (known.seconds[np.ix_(near, near)] >= 0).all():
        return known
    _, part = connected_components(known.seconds >= 0, connection="strong")
    inside = near & (part == np.bincount(part[near]).argmax())
    stands = tuple(stand if kept else NOWHERE for stand, kept in zip(known.stands, inside, strict=True))
    both = np.ix_(inside, inside)
    seconds, metres = np.full((2, *known.seconds.shape), -1, dtype=np.int32)
    seconds[both], metres[both] = known.seconds[both], known.metres[both]
    return replace(known, stands=stands, seconds=seconds, metres=metres)
