from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.potholes.cluster import centre, clusters, nearest
from streets.potholes.coverage import Driven, street_weeks
from streets.potholes.evidence import Bump, Evidence, Ironwork, weigh
from streets.potholes.identity import keep_names
from tests.potholes.felt import HERE, MONDAY, bump, moved


def site(*bumps: Bump, ironwork: tuple[Ironwork, ...] = ()) -> Evidence:
    return weigh(bumps, ironwork)


def test_three_reporters_are_published() -> None:
    found = site(bump("a"), bump("b"), bump("c"))
    assert (found.published, found.reporters, found.likely) == (True, 3, "pothole")


def test_two_reporters_are_not_published() -> None:
    found = site(bump("a"), bump("b"))
    assert (found.published, found.withheld_because) == (False, "too_few_reporters")


def test_the_same_phone_ten_times_is_one_reporter() -> None:
    found = site(*(bump("a", hour=MONDAY + timedelta(hours=n)) for n in range(10)))
    assert (found.reporters, found.bumps, found.published) == (1, 10, False)


def test_the_same_phone_in_three_weeks_is_not_three_reporters() -> None:
    # Its token changes each week, so three tokens of three weeks may be one phone.
    found = site(*(bump(f"token-{week}", hour=MONDAY + timedelta(weeks=week)) for week in range(3)))
    assert (found.reporters, found.days, found.published) == (1, 3, False)


@pytest.mark.parametrize(("kind", "reason"), [("manhole", "likely_ironwork"), ("speed_bump", "likely_speed_bump")])
def test_a_manhole_or_a_speed_bump_is_not_published_as_a_pothole(kind: str, reason: str) -> None:
    lat, lon = moved(0, 7.5)
    found = site(bump("a"), bump("b"), bump("c"), ironwork=(Ironwork("M1", kind, lat, lon),))
    assert (found.published, found.withheld_because, found.near_ironwork) == (False, reason, "M1")


def test_a_manhole_further_down_the_street_explains_nothing() -> None:
    lat, lon = moved(0, 8.5)
    assert site(bump("a"), bump("b"), bump("c"), ironwork=(Ironwork("M1", "manhole", lat, lon),)).published


def test_a_day_is_the_streets_day() -> None:
    # 23:00 and 23:30 UTC in July are both the next day in London.
    july = MONDAY.replace(month=7, day=6)
    assert site(bump("a", hour=july + timedelta(hours=22)), bump("a", hour=july + timedelta(hours=23))).days == 2


def test_bumps_within_gps_error_are_one_site_and_others_not() -> None:
    points = [HERE, moved(3, 2), moved(-4, 1), moved(0, 40)]
    assert clusters(points) == [[0, 1, 2], [3]]


def test_a_rough_street_is_not_one_long_site() -> None:
    along = [moved(0, 5.0 * n) for n in range(40)]
    assert max(len(members) for members in clusters(along)) == 5


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), max_size=25), st.randoms())
def test_sites_do_not_depend_on_the_order_of_bumps(offsets: list[tuple[float, float]], luck: object) -> None:
    points = [moved(north, east) for north, east in offsets]
    shuffled = points.copy()
    luck.shuffle(shuffled)  # type: ignore[attr-defined]

    def sites(of: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
        return sorted(sorted(of[index] for index in members) for members in clusters(of))

    assert sites(points) == sites(shuffled)
    assert sorted(index for members in clusters(points) for index in members) == list(range(len(points)))


def test_one_stray_position_does_not_move_a_site() -> None:
    lat, lon = centre([HERE, HERE, HERE, moved(9, 0)])
    assert (lat, lon) == HERE


def test_nearest_looks_no_further_than_asked() -> None:
    others = [moved(0, 20), moved(0, 6)]
    assert nearest(HERE, others, 8.0) == 1
    assert nearest(HERE, others, 5.0) is None
    assert nearest(HERE, [], 5.0) is None


def test_a_site_keeps_its_name_while_it_moves_a_little() -> None:
    first = keep_names("rivermouth", [HERE, moved(0, 100)], {})
    known = dict(zip(first, [HERE, moved(0, 100)], strict=True))
    assert keep_names("rivermouth", [moved(0, 104), moved(5, 0), moved(0, 200)], known)[:2] == [first[1], first[0]]


def test_two_sites_never_share_a_name() -> None:
    known = {"P1": HERE}
    names = keep_names("rivermouth", [moved(0, 6), moved(0, 2)], known)
    assert names[1] == "P1"
    assert len(set(names)) == 2


def test_a_street_that_few_drove_is_unknown_not_smooth() -> None:
    driven = [Driven("4500101", MONDAY, "a", 14), Driven("4500101", MONDAY, "b", 2)]
    assert [week.passes for week in street_weeks(driven)] == [None]


def test_passes_of_three_reporters_add_up() -> None:
    driven = [Driven("4500101", MONDAY, reporter, 2) for reporter in "abc"]
    assert [week.passes for week in street_weeks(driven)] == [6]
