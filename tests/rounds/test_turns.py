"""Turns that nobody may take, on a ladder of streets reckoned by hand and on random ones beside a plain search of our own.

The ladder: nodes 1 to 3 along the south, 4 to 6 along the north, 400 m apart; ways 1000 and 1001 are the south (1-2, 2-3), 1002
and 1003 the north (4-5, 5-6), 1004 to 1006 the rungs (1-4, 2-5, 3-6).
"""

import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_streets import extract, lat_lon

from streets.network.placed import Placed
from streets.network.streets import StreetsError, read_streets
from streets.network.travel import place

LADDER = {1: (0, 0), 2: (400, 0), 3: (800, 0), 4: (0, 400), 5: (400, 400), 6: (800, 400)}
SIDES = [(1, 2), (2, 3), (4, 5), (5, 6), (1, 4), (2, 5), (3, 6)]
STREET = {"highway": "residential"}
WEST, EAST, MIDDLE = (200, 0), (600, 0), (400, 200)
PRIMARY = {"w1000": {"highway": "primary"}, "w1001": {"highway": "primary"}}


def metres(
    tags: dict[str, str] | None, members: list | None = None, start: tuple = WEST, end: tuple = MIDDLE, **ways: dict
) -> int:
    """Metres on the ladder with one restriction; `ways` are tags by a way's id, w1000 and so on."""
    sides = [(list(side), {**STREET, **ways.get(f"w{1000 + k}", {})}) for k, side in enumerate(SIDES)]
    told = [] if tags is None else [(tags, members or [("w", 1000, "from"), ("n", 2, "via"), ("w", 1005, "to")])]
    found = place(read_streets(extract(LADDER, sides, restrictions=told)), [lat_lon(*start), lat_lon(*end)])
    return int(found.metres[0, 1])


def test_a_forbidden_turn_is_not_taken() -> None:
    # From the middle of 1-2 left into the middle rung: 200 + 200 m. Without that turn round by 1, 4 and 5: 200 + 400 + 400 + 200.
    assert metres(None) == pytest.approx(400, abs=1)
    assert metres({"restriction": "no_left_turn"}) == pytest.approx(1200, abs=2)


def test_where_only_one_way_on_is_allowed_every_other_is_forbidden() -> None:
    # On from 2 only straight: 3 and back to 2, then right: 200 + 400 + 400 + 200 m, as far as round by 1, 4 and 5.
    assert metres(
        {"restriction": "only_straight_on"}, [("w", 1000, "from"), ("n", 2, "via"), ("w", 1001, "to")]
    ) == pytest.approx(1200, abs=2)
    assert metres({"restriction": "only_left_turn"}) == pytest.approx(400, abs=1)


def test_a_turn_forbidden_over_a_way_is_free_for_who_comes_from_elsewhere() -> None:
    # 1-2, then 2-5, then 5-4 is forbidden, and 1-4 is no street, so that there is no other way round in the west.
    members = [("w", 1000, "from"), ("w", 1005, "via"), ("w", 1002, "to")]
    gone = {"w1004": {"access": "no"}}
    assert metres(None, start=WEST, end=(200, 400), **gone) == pytest.approx(800, abs=1)
    # Past the rung to 3, 6 and 5: 200 + 400 + 400 + 400 + 200 m.
    assert metres({"restriction": "no_left_turn"}, members, WEST, (200, 400), **gone) == pytest.approx(1600, abs=2)
    assert metres({"restriction": "no_left_turn"}, members, EAST, (200, 400), **gone) == pytest.approx(800, abs=1)


def test_turning_round_is_forbidden_in_one_street_or_from_one_to_another() -> None:
    # 1-4 is no street. Left from 1-2 into the rung is forbidden: on to 3, round there, and back, 200 + 400 + 400 + 200 m.
    sides = [(list(side), STREET) for side in SIDES if side != (1, 4)]
    left = ({"restriction": "no_left_turn"}, [("w", 1000, "from"), ("n", 2, "via"), ("w", 1004, "to")])
    at_three = ({"restriction": "no_u_turn"}, [("w", 1001, "from"), ("n", 3, "via"), ("w", 1001, "to")])
    points = [lat_lon(*WEST), lat_lon(*MIDDLE)]
    assert place(read_streets(extract(LADDER, sides, restrictions=[left])), points).metres[0, 1] == pytest.approx(1200, abs=2)
    # Nor round at 3: by 6 and 5, 200 + 4 x 400 - 200 m.
    found = place(read_streets(extract(LADDER, sides, restrictions=[left, at_three])), points)
    assert found.metres[0, 1] == pytest.approx(1600, abs=2)
    # Between two carriageways, here 1-2 and 4-5, by the street that joins them.
    over = [("w", 1000, "from"), ("w", 1005, "via"), ("w", 1002, "to")]
    gone = {"w1004": {"access": "no"}}
    assert metres({"restriction": "no_u_turn"}, over, WEST, (200, 400), **gone) == pytest.approx(1600, abs=2)


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction": "no_left_turn", "except": "psv;hgv"},
        {"restriction:hgv:conditional": "no_left_turn @ (weight>18)"},
        {"restriction:bicycle": "no_left_turn"},
        {"restriction": "give_way"},
    ],
)
def test_a_restriction_that_does_not_mean_a_tipper_is_none(tags: dict[str, str]) -> None:
    assert metres(tags) == pytest.approx(400, abs=1)


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction": "no_left_turn", "except": "psv;bicycle"},
        {"restriction:hgv": "no_left_turn"},
        {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:30)"},
        {"restriction:hgv:conditional": "no_left_turn @ (weight>3.5)"},
    ],
)
def test_a_restriction_of_some_hours_or_of_goods_vehicles_holds(tags: dict[str, str]) -> None:
    assert metres(tags) == pytest.approx(1200, abs=2)


@pytest.mark.parametrize(
    "members",
    [
        [],
        [("w", 1000, "from"), ("n", 2, "via")],
        [("w", 1000, "from"), ("n", 99, "via"), ("w", 1005, "to")],
        [("w", 1000, "from"), ("n", 6, "via"), ("w", 1005, "to")],
        [("w", 77, "from"), ("w", 78, "via"), ("w", 79, "to")],
        [("w", 1000, "from"), ("n", 2, "via"), ("w", 1001, "via"), ("w", 1005, "to")],
    ],
)
def test_a_restriction_whose_parts_do_not_meet_forbids_nothing(members: list) -> None:
    assert metres({"restriction": "no_left_turn"}, members or [("n", 2, "label")]) == pytest.approx(400, abs=1)


def test_nobody_turns_round_at_a_stop_in_a_major_road() -> None:
    # Two bins on the north side of an east-west primary road, which is driven eastwards there: on to the next bin in the east it
    # is 200 m; to the one in the west 100 m on to node 2, round by 5, 4 and 1, and 100 m.
    assert metres(None, start=(100, 6), end=(300, 6), **PRIMARY) == pytest.approx(200, abs=1)
    assert metres(None, start=(300, 6), end=(100, 6), **PRIMARY) == pytest.approx(1400, abs=2)
    assert metres(None, start=(300, 6), end=(100, 6)) == pytest.approx(200, abs=1)


def test_a_bin_on_the_other_side_of_a_major_road_is_reached_from_there() -> None:
    # Eastwards 200 m to node 2, up the side street to its next junction, where a vehicle may turn, and back westwards.
    assert metres(None, start=(200, 6), end=(200, -6), **PRIMARY) == pytest.approx(200 + 400 + 400 + 200, abs=2)
    # In a residential street a crew crosses and a vehicle turns: no metre is driven.
    assert metres(None, start=(200, 6), end=(200, -6)) == 0


def test_a_major_road_is_turned_round_where_it_ends_and_at_a_mini_roundabout() -> None:
    points, primary = {1: (0, 0), 2: (400, 0), 3: (800, 0), 4: (400, -400)}, {"highway": "primary"}
    ways = [([1, 2], primary), ([2, 3], primary), ([2, 4], STREET)]
    north, south = lat_lon(200, 6), lat_lon(200, -6)
    found = place(read_streets(extract(points, ways)), [north, south])
    # The north side is driven eastwards: into the side street, which is turned round in, and back.
    assert found.metres[0, 1] == pytest.approx(200 + 400 + 400 + 200, abs=2)
    # The south side is driven westwards to the road's end.
    assert found.metres[1, 0] == pytest.approx(200 + 200, abs=2)
    found = place(read_streets(extract(points, ways, nodes={2: {"highway": "mini_roundabout"}})), [north, south])
    assert found.metres[0, 1] == pytest.approx(200 + 200, abs=2)


GRID = {3 * row + column: (400 * column, 400 * row) for row in range(3) for column in range(3)}
EDGES = [(a, b) for a in GRID for b in GRID if b - a == 3 or (b - a == 1 and b % 3)]

Restricted = tuple[str, int, int | None, int, int]
"""no or only, the from way, the via way or None, the to way, and the node where the turn is taken."""


@st.composite
def restrictions(draw: st.DrawFn) -> Restricted:
    kind = draw(st.sampled_from(["no", "only"]))
    first = draw(st.sampled_from(range(len(EDGES))))
    at = draw(st.sampled_from(EDGES[first]))
    via = None
    if draw(st.booleans()):
        via = draw(st.sampled_from([k for k, edge in enumerate(EDGES) if at in edge and k != first]))
        at = next(node for node in EDGES[via] if node != at)
    last = draw(st.sampled_from([k for k, edge in enumerate(EDGES) if at in edge and k not in (first, via)]))
    return kind, first, via, last, at


def told(each: Restricted) -> tuple[dict[str, str], list[tuple[str, int, str]]]:
    kind, first, via, last, at = each
    over = ("n", at + 1, "via") if via is None else ("w", 1000 + via, "via")
    return {"restriction": f"{kind}_right_turn"}, [("w", 1000 + first, "from"), over, ("w", 1000 + last, "to")]


def forbidden(driven: tuple[tuple[int, int], ...], way: int, rules: list[Restricted]) -> bool:
    """Whether, after these ways (each with the node it was left at), `way` may not be driven."""
    for kind, first, via, last, at in rules:
        course = [first] if via is None else [first, via]
        begun = [number for number, _ in driven[-len(course) :]] == course and driven[-1][1] == at
        if begun and (way == last) != (kind == "only"):
            return True
    return False


def plainly(start: int, ways: dict[int, str], rules: list[Restricted]) -> dict[int, float]:
    """Metres from the middle of one way to the middle of others: Dijkstra over where one is and the last two ways driven."""
    waiting: list = [
        (200.0, node, ((start, node),)) for node in EDGES[start] if enters(start, other_end(start, node), ways[start])
    ]
    seen, found = set(), {}
    while waiting:
        so_far, node, driven = heapq.heappop(waiting)
        if (node, driven) in seen:
            continue
        seen.add((node, driven))
        for way in ways:
            if node in EDGES[way] and enters(way, node, ways[way]) and not forbidden(driven, way, rules):
                other = other_end(way, node)
                found[way] = min(found.get(way, so_far + 200), so_far + 200)
                heapq.heappush(waiting, (so_far + 400, other, (*driven[-1:], (way, other))))
    return found


def other_end(way: int, node: int) -> int:
    return next(each for each in EDGES[way] if each != node)


def enters(way: int, node: int, oneway: str) -> bool:
    return oneway == "no" or EDGES[way].index(node) == (oneway == "-1")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["no", "no", "yes", "-1"]), min_size=12, max_size=12), st.lists(restrictions(), max_size=6))
def test_every_way_is_as_long_as_a_plain_search_finds_it(oneways: list[str], rules: list[Restricted]) -> None:
    ways = [([a + 1, b + 1], {**STREET, "oneway": oneway}) for (a, b), oneway in zip(EDGES, oneways, strict=True)]
    osm_pbf = extract({node + 1: at for node, at in GRID.items()}, ways, restrictions=[told(each) for each in rules])
    middles = [lat_lon((GRID[a][0] + GRID[b][0]) / 2, (GRID[a][1] + GRID[b][1]) / 2) for a, b in EDGES]
    try:
        found: Placed = place(read_streets(osm_pbf), middles)
    except StreetsError:
        return
    # A way that may only be driven into one that leads the other way is told wrongly, and holds nobody.
    rules = [rule for rule in rules if rule[0] == "no" or enters(rule[3], rule[4], oneways[rule[3]])]
    kept = {way: oneways[way] for way in range(len(EDGES)) if found.reachable(way)}
    for start in kept:
        metres_to = plainly(start, kept, rules)
        for end in kept.keys() - {start}:
            assert found.metres[start, end] == pytest.approx(metres_to[end], abs=3)
