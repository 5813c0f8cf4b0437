"""Turns that nobody may take, as courses of arcs: those that restrictions forbid, and turning round in a major road.

A course is two arcs or, where a restriction leads over ways, more; whoever has driven all of it but the last may not drive that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from streets.rounds.links import Link, arcs, head, tail
from streets.rounds.restrictions import Restriction

Course = tuple[int, ...]


def restricted(links: Sequence[Link], numbers: Mapping[object, int], restrictions: Iterable[Restriction]) -> frozenset[Course]:
    """The courses that restrictions forbid. Those whose ways do not meet, or are not driven, forbid none.

    `numbers` are those of OpenStreetMap's nodes (streets.rounds.links.cut).
    """
    leaving: dict[int, list[int]] = defaultdict(list)
    by_way: dict[int, list[int]] = defaultdict(list)
    for arc in arcs(links):
        leaving[tail(links, arc)].append(arc)
        by_way[links[arc // 2].way_id].append(arc)
    forbidden: set[Course] = set()
    for each in restrictions:
        to_arcs = {arc for way in each.to_ways for arc in by_way[way]}
        for course in _courses(links, by_way, leaving, numbers, each):
            nexts = leaving[head(links, course[-1])]
            wanted = [arc for arc in nexts if arc in to_arcs and (arc == course[-1] ^ 1) == each.turning_round]
            if wanted:
                forbidden.update((*course, arc) for arc in nexts if (arc in wanted) != each.only)
    return frozenset(forbidden)


def _courses(
    links: Sequence[Link],
    by_way: Mapping[int, list[int]],
    leaving: Mapping[int, list[int]],
    numbers: Mapping[object, int],
    told: Restriction,
) -> list[Course]:
    """The courses over the restriction's ways up to where its last turn is taken."""
    first = [arc for way in told.from_ways for arc in by_way.get(way, [])]
    if told.via_node is not None:
        via = numbers.get(told.via_node)
        return [(arc,) for arc in first if head(links, arc) == via]
    over = {arc for way in told.via_ways for arc in by_way.get(way, [])}
    ends = {tail(links, arc) for way in told.to_ways for arc in by_way.get(way, [])}
    return [course for arc in first for course in _over(links, leaving, over, ends, (arc,))]


def _over(
    links: Sequence[Link], leaving: Mapping[int, list[int]], over: set[int], ends: set[int], course: Course
) -> list[Course]:
    """The courses on from `course` over arcs of the via ways until the to way is met, without turning round on them."""
    found: list[Course] = []
    for arc in leaving.get(head(links, course[-1]), []):
        if arc in over and arc not in course and arc != course[-1] ^ 1:
            further = (*course, arc)
            found += [further] if head(links, arc) in ends else _over(links, leaving, over, ends, further)
    return found


def turning_round(links: Sequence[Link], made_for_it: Iterable[int]) -> frozenset[Course]:
    """Turning round in a major road: forbidden but where it ends, and at nodes made for it, such as a mini-roundabout."""
    leaving: dict[int, set[int]] = defaultdict(set)
    for arc in arcs(links, through_hours=False):
        leaving[tail(links, arc)].add(arc)
    allowed = set(made_for_it)
    return frozenset(
        (arc, arc ^ 1)
        for arc in arcs(links)
        if links[arc // 2].driving.major and head(links, arc) not in allowed and leaving[head(links, arc)] - {arc ^ 1}
    )
