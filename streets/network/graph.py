"""The network of streets as a graph in which every way is one that may be driven, forbidden turns and all.

A vertex is a junction, or, only where a forbidden course has begun, a junction together with what was driven of it: from there
the course's last arc does not lead on. This is exact, and adds one vertex for each beginning of a forbidden course.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from streets.network.links import Link, arcs, tails
from streets.network.turns import Course

Edges = NDArray[np.int64]


class Network:
    """The vertices and edges of links, where a course in `turns` may not be driven to its end.

    `edges` is (e, 3): the vertices that an edge leads from and to, and the arc that it drives.
    """

    def __init__(self, links: Sequence[Link], nodes: int, turns: frozenset[Course], through_hours: bool) -> None:
        self.links = links
        self._tails = tails(links)
        driven = list(arcs(links, through_hours))
        known = set(driven)
        self._turns = {course for course in turns if known.issuperset(course)}
        begun = sorted({course[:k] for course in self._turns for k in range(1, len(course))})
        self._begun = {course: nodes + k for k, course in enumerate(begun)}
        self.vertices = nodes + len(begun)
        self.edges = self._edges(driven)

    def _edges(self, driven: Sequence[int]) -> Edges:
        leaving: dict[int, list[int]] = defaultdict(list)
        edges = []
        for arc in driven:
            leaving[self._tails[arc]].append(arc)
            edges.append((self._tails[arc], self.after(arc), arc))
        for course, vertex in self._begun.items():
            for arc in leaving[self._tails[course[-1] ^ 1]]:
                if not any((*course[k:], arc) in self._turns for k in range(len(course))):
                    edges.append((vertex, self.after(arc, course), arc))
        return np.array(edges, dtype=np.int64).reshape(-1, 3)

    def after(self, arc: int, course: Course = ()) -> int:
        """The vertex after an arc, driven after a course: of what was driven, the longest end that begins a forbidden course."""
        driven = (*course, arc)
        ends = (driven[k:] for k in range(len(driven)))
        return next((self._begun[end] for end in ends if end in self._begun), self._tails[arc ^ 1])

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The weight of each edge."""
        of_link = np.array([link.weight(link.line.length) for link in self.links])
        return of_link[self.edges[:, 2] // 2] if len(self.links) else np.zeros(0)

    @cached_property
    def entries(self) -> dict[int, list[int]]:
        """For each arc the vertices from which it may be driven."""
        found: dict[int, list[int]] = defaultdict(list)
        for vertex, _, arc in self.edges.tolist():
            found[arc].append(vertex)
        return found

    def largest_part(self) -> tuple[set[int], set[int]]:
        """The arcs that begin in the largest part in which everything reaches everything, and those that lead into it.

        None, where no two vertices reach each other.
        """
        if not len(self.edges):
            return set(), set()
        start, end, arc = self.edges.T
        graph = csr_array((np.ones(len(start)), (start, end)), shape=(self.vertices, self.vertices))
        _, part = connected_components(graph, connection="strong")
        sizes = np.bincount(part)
        inside = (part == sizes.argmax()) & (sizes.max() > 1)
        return set(arc[inside[start]].tolist()), set(arc[inside[end]].tolist())
