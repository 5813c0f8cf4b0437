"""Turns that nobody may take, as courses of arcs: those that restrictions forbid, and turning round in a major road.

A course is two arcs or, where a restriction leads over ways, more; whoever has driven all of it but the last may not drive that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from streets.network.links import Link, arcs, tails
from streets.network.restrictions import Restriction

Course = tuple[int, ...]


def restricted(links: Sequence[Link], numbers: Mapping[object, int], restrictions: Iterable[Restriction]) -> frozenset[Course]:
    """The courses that restrictions forbid. Those whose ways do not meet, or are not driven, forbid none.

    `numbers` are those of OpenStreetMap's nodes (streets.network.links.cut).
    """
    streets = _Driven(links)
    forbidden: set[Course] = set()
    for each in restrictions:
        to_arcs = {arc for way in each.to_ways for arc in streets.by_way[way]}
        for course in streets.courses(each, numbers):
            nexts = streets.leaving[streets.tails[course[-1] ^ 1]]
            wanted = _meant(each, course[-1] ^ 1, [arc for arc in nexts if arc in to_arcs])
            if wanted:
                forbidden.update((*course, arc) for arc in nexts if (arc in wanted) != each.only)
    return frozenset(forbidden)


def _meant(told: Restriction, round_again: int, onto: list[int]) -> list[int]:
    """Of the arcs onto the to way those that are meant: back whence one came only where that is what is told of."""
    if told.kind == "no_u_turn" and round_again in onto:
        return [round_again]
    return [arc for arc in onto if arc != round_again]


class _Driven:
    """The arcs that may be driven, by OpenStreetMap's way and by the node that they leave."""

    def __init__(self, links: Sequence[Link]) -> None:
        self.tails = tails(links)
        self.leaving: dict[int, list[int]] = defaultdict(list)
        self.by_way: dict[int, list[int]] = defaultdict(list)
        for arc in arcs(links):
            self.leaving[self.tails[arc]].append(arc)
            self.by_way[links[arc // 2].way_id].append(arc)

    def courses(self, told: Restriction, numbers: Mapping[object, int]) -> list[Course]:
        """The courses over the restriction's ways up to where its last turn is taken."""
        first = [arc for way in told.from_ways for arc in self.by_way[way]]
        if told.via_node is not None:
            via = numbers.get(told.via_node)
            return [(arc,) for arc in first if self.tails[arc ^ 1] == via]
        over = {arc for way in told.via_ways for arc in self.by_way[way]}
        ends = {self.tails[arc] for way in told.to_ways for arc in self.by_way[way]}
        return [course for arc in first for course in self._over(over, ends, (arc,))]

    def _over(self, over: set[int], ends: set[int], course: Course) -> list[Course]:
        """The courses on from `course` over arcs of the via ways until the to way is met, without turning round on them."""
        found: list[Course] = []
        at = self.tails[course[-1] ^ 1]
        for arc in self.leaving[at]:
            if arc in over and arc not in course and arc != course[-1] ^ 1:
                further = (*course, arc)
                found += [further] if self.tails[arc ^ 1] in ends else self._over(over, ends, further)
        return found


def turning_round(links: Sequence[Link], made_for_it: Iterable[int]) -> frozenset[Course]:
    """Turning round in a major road: forbidden but where it ends, and at nodes made for it, such as a mini-roundabout."""
    begin = tails(links)
    leaving: dict[int, set[int]] = defaultdict(set)
    for arc in arcs(links, through_hours=False):
        leaving[begin[arc]].add(arc)
    allowed = set(made_for_it)
    return frozenset(
        (arc, arc ^ 1)
        for arc in arcs(links)
        if links[arc // 2].driving.major and begin[arc ^ 1] not in allowed and leaving[begin[arc ^ 1]] - {arc ^ 1}
    )
