"""The network with kerbs joined to it: a vertex that leaves each of them and one that reaches it, and spans of street between.

A vehicle that leaves a kerb in either direction may have come in either; what it drove before it stopped is forgotten.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from streets.network.extract import StreetsError
from streets.network.graph import Network
from streets.network.kerbs import Kerb
from streets.network.links import SCALE

ROWS_AT_ONCE = 64
LOOK_WITHIN = (*(10 * SCALE * seconds for seconds in (120, 360, 1_080, 3_240)), np.inf)
"""How far a way is looked for, as weights: mostly to the next bin, so two minutes' drive at first."""

NO_WAY = "two reachable points have no way between them: the network was cut wrongly"

Span = tuple[int, float, float]
"""An arc, and from where to where along it, in metres."""


class Joined:
    """A network and kerbs; kerb i is left from and reached by vertices of its own, unless its street is none of the network's."""

    def __init__(self, network: Network, kerbs: Sequence[Kerb]) -> None:
        self._network, self._kerbs = network, kerbs
        self._leave = network.vertices
        self._reach = self._leave + len(kerbs)
        joins = list(self._joins())
        ends = np.array([(start, end) for start, end, _, _ in joins], dtype=np.int64).reshape(-1, 2)
        ends = np.vstack([network.edges[:, :2], ends])
        weights = np.concatenate([network.weights, [weight for *_, weight in joins]])
        self._spans = [span for _, _, span, _ in joins]
        # Of several spans between the same vertices the quickest; the graph keeps edges in this order.
        order = np.lexsort((weights, ends[:, 1], ends[:, 0]))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.any(ends[order[1:]] != ends[order[:-1]], axis=1)
        self._edges = order[first]
        (starts, targets), vertices = ends[self._edges].T, self._reach + len(kerbs)
        pointers = np.searchsorted(starts, np.arange(vertices + 1))
        self._graph = csr_array((weights[self._edges], targets, pointers), shape=(vertices, vertices))

    def _joins(self) -> Iterator[tuple[int, int, Span, float]]:
        """Edges of kerbs: the vertices that each leads from and to, its span and its weight."""
        on: dict[int, list[int]] = defaultdict(list)
        for i, kerb in enumerate(self._kerbs):
            for arc in kerb.arcs:
                on[arc].append(i)
        for arc in on.keys() & self._network.entries.keys():
            link = self._network.links[arc // 2]
            along = {i: self._kerbs[i].along_m(arc, link) for i in on[arc]}
            for i, at_m in along.items():
                leave, reach, whole_m = self._leave + i, self._reach + i, float(link.line.length)
                yield leave, self._network.after(arc), (arc, at_m, whole_m), link.weight(whole_m - at_m)
                for vertex in self._network.entries[arc]:
                    yield vertex, reach, (arc, 0.0, at_m), link.weight(at_m)
                for j, to_m in along.items():
                    if to_m >= at_m:
                        yield leave, self._reach + j, (arc, at_m, to_m), link.weight(to_m - at_m)

    def weights(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        """Least weights from kerbs to kerbs (links.SCALE); searched from the fewer of them, few at a time to spare memory."""
        backward = len(targets) < len(sources)
        graph = self._graph.T.tocsr() if backward else self._graph
        leave, reach = self._leave + sources, self._reach + targets
        begin, end = (reach, leave) if backward else (leave, reach)
        found = np.zeros((len(begin), len(end)))
        for k in range(0, len(begin), ROWS_AT_ONCE):
            found[k : k + ROWS_AT_ONCE] = dijkstra(graph, indices=begin[k : k + ROWS_AT_ONCE])[:, end]
        if not np.isfinite(found).all():
            raise StreetsError("no_way", NO_WAY)
        return found.T if backward else found

    def spans(self, i: int, j: int) -> list[Span]:
        """The quickest way from kerb i to kerb j."""
        start, end = self._leave + i, self._reach + j
        for limit in LOOK_WITHIN:
            weights, before = dijkstra(self._graph, indices=start, return_predecessors=True, limit=limit)
            if np.isfinite(weights[end]):
                break
        else:
            raise StreetsError("no_way", NO_WAY)
        spans = []
        while end != start:
            spans.append(self._span(int(before[end]), end))
            end = int(before[end])
        return spans[::-1]

    def _span(self, start: int, end: int) -> Span:
        row = slice(self._graph.indptr[start], self._graph.indptr[start + 1])
        edge = int(self._edges[row][np.searchsorted(self._graph.indices[row], end)])
        if edge >= len(self._network.edges):
            return self._spans[edge - len(self._network.edges)]
        arc = int(self._network.edges[edge, 2])
        return arc, 0.0, float(self._network.links[arc // 2].line.length)
