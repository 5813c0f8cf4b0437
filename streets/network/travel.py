"""Our own engine: seconds and metres between points on the streets of an extract, and the ways between them.

One exact Dijkstra pass gives seconds and metres together, by the weight of a span (streets.network.links).
Streets that are open only at certain hours are used to reach and leave points that stand on them, never to drive through,
because a plan may drive elsewhere at any hour.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray

from streets.network.extract import LatLon
from streets.network.graph import Network
from streets.network.joined import Joined, Span
from streets.network.kerbs import Kerb, kerbs
from streets.network.links import SCALE
from streets.network.placed import NOWHERE, Matrices, Placed, Stand, Stretch, placed
from streets.network.streets import Streets


class Travel:
    """The engine of an extract's streets (streets.network.placed.Engine)."""

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._lines = shapely.STRtree([link.line for link in streets.links])
        self._by_day = Network(streets.links, streets.nodes, streets.turns, through_hours=False)
        any_hours = any(link.driving.hours is not None for link in streets.links)
        self._in_hours = Network(streets.links, streets.nodes, streets.turns, through_hours=True) if any_hours else self._by_day

    def stands(self, points: Sequence[LatLon]) -> list[Stand]:
        """Where a vehicle stands for each point."""
        found = kerbs(self._streets, self._lines, points)
        return [NOWHERE if kerb is None else Stand(kerb.off_m, kerb.hours) for kerb in found]

    def between(self, sources: Sequence[LatLon], targets: Sequence[LatLon]) -> Matrices:
        """The quickest ways from each source to each target."""
        number, known = self._known([*sources, *targets])
        rows, columns = ([i for i, point in enumerate(each) if point in number] for each in (sources, targets))
        starts, ends = ([number[each[i]] for i in at] for each, at in ((sources, rows), (targets, columns)))
        weights = self._weights(known, np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
        seconds, metres = np.full((2, len(sources), len(targets)), -1, dtype=np.int64)
        seconds[np.ix_(rows, columns)] = np.rint(weights // SCALE / 10)
        metres[np.ix_(rows, columns)] = np.rint(weights % SCALE / 10)
        return Matrices(seconds, metres)

    def stretches(self, points: Sequence[LatLon]) -> list[Stretch]:
        """The quickest ways from each point to the next, all within reach."""
        number, known = self._known(points)
        by_day, in_hours = Joined(self._by_day, known), Joined(self._in_hours, known)
        found = []
        for start, end in zip(points, points[1:], strict=False):
            i, j = number[start], number[end]
            any_hours = known[i].hours is not None or known[j].hours is not None
            found.append(self._stretch((in_hours if any_hours else by_day).spans(i, j)))
        return found

    def _known(self, points: Iterable[LatLon]) -> tuple[dict[LatLon, int], list[Kerb]]:
        """The kerbs of the points within reach, and each such point's number among them."""
        once = list(dict.fromkeys(points))
        found = [
            (point, kerb) for point, kerb in zip(once, kerbs(self._streets, self._lines, once), strict=True) if kerb is not None
        ]
        return {point: k for k, (point, _) in enumerate(found)}, [kerb for _, kerb in found]

    def _weights(self, known: list[Kerb], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
        with_hours = np.array([kerb.hours is not None for kerb in known], dtype=bool)
        of_starts, of_ends = with_hours[starts], with_hours[ends]
        weights = np.zeros((len(starts), len(ends)))
        weights[np.ix_(~of_starts, ~of_ends)] = Joined(self._by_day, known).weights(starts[~of_starts], ends[~of_ends])
        if of_starts.any() or of_ends.any():
            in_hours = Joined(self._in_hours, known)
            weights[of_starts, :] = in_hours.weights(starts[of_starts], ends)
            weights[:, of_ends] = in_hours.weights(starts, ends[of_ends])
        return weights

    def _stretch(self, spans: Iterable[Span]) -> Stretch:
        line: list[LatLon] = []
        names: list[str] = []
        for arc, from_m, to_m in spans:
            link = self._streets.links[arc // 2]
            drawn = link.line.reverse() if arc % 2 else link.line
            line.extend(self._streets.lat_lon(*xy) for xy in shapely.ops.substring(drawn, from_m, to_m).coords)
            if link.name and link.name not in names[-1:]:
                names.append(link.name)
        return Stretch(tuple(point for k, point in enumerate(line) if k == 0 or point != line[k - 1]), tuple(names))


def place(streets: Streets, points: Sequence[LatLon]) -> Placed:
    """Set points (lat, lon) on the streets and work out seconds and metres between all of them."""
    return placed(Travel(streets), points)
