"""What a bin's sensor showed and what its crews told, put together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streets.bins.emptyings import Emptying
from streets.bins.visits import Account, Levels, Tap, Visit, account_of

HOUR_S = 3600.0
FALL = Emptying(100.5 * HOUR_S, 80, 5, within_s=HOUR_S)
"""Between the readings of hours 99.5 and 101.5."""
NOTHING = Levels(np.array([]), np.array([]))


def tap(hour: float, event: str = "emptied", observed_fill: int | None = None) -> Tap:
    return Tap(hour * HOUR_S, event, observed_fill)


def levels(*fills: float) -> Levels:
    """A reading an hour from hour 95 on."""
    return Levels((95 + np.arange(len(fills))) * HOUR_S, np.array(fills, dtype=float))


def whats(found: Account) -> list[str]:
    return [one.what for one in found.disagreements]


def test_a_fall_and_a_word_within_its_readings_are_one_emptying_at_the_crews_time() -> None:
    (only,) = account_of([FALL], [tap(101, observed_fill=75)], NOTHING).emptyings
    assert only == Visit(101 * HOUR_S, "both", 600, 80, 5, 75)


def test_a_word_told_late_belongs_to_its_fall_and_the_sensor_says_when() -> None:
    """The last reading beside the fall is of 101.5; three hours later is 104.5."""
    (only,) = account_of([FALL], [tap(104.4)], NOTHING).emptyings
    assert (only.seen_by, only.emptied_at_s, only.within_s) == ("both", 100.5 * HOUR_S, HOUR_S)
    assert [one.seen_by for one in account_of([FALL], [tap(104.6)], NOTHING).emptyings] == ["sensor", "crew"]


def test_a_word_between_two_falls_belongs_to_the_nearer() -> None:
    later = Emptying(104.5 * HOUR_S, 60, 5, within_s=HOUR_S)
    assert [one.seen_by for one in account_of([FALL, later], [tap(103.2)], NOTHING).emptyings] == ["sensor", "both"]


def test_the_same_emptying_told_by_two_phones_is_one() -> None:
    (fell,) = account_of([FALL], [tap(100.4), tap(101.2)], NOTHING).emptyings
    assert fell.emptied_at_s == 100.4 * HOUR_S
    (told,) = account_of([], [tap(100), tap(100.3)], NOTHING).emptyings
    assert (told.seen_by, told.emptied_at_s) == ("crew", 100 * HOUR_S)


def test_a_word_that_the_sensor_could_not_see_is_believed_with_the_fill_that_the_crew_told() -> None:
    (only,) = account_of([], [tap(100, observed_fill=50)], NOTHING).emptyings
    assert only == Visit(100 * HOUR_S, "crew", None, 50, None, 50)


def test_a_word_is_not_believed_where_the_level_before_and_after_it_is_the_same() -> None:
    """A tap on the wrong stop: 60 per cent at hours 95 to 99, and at 100 to 102."""
    found = account_of([], [tap(99.5)], levels(60, 60, 61, 61, 61, 62, 62, 63))
    assert found.emptyings == []
    (only,) = found.disagreements
    assert (only.what, only.told, only.fill_before_pct, only.fill_after_pct) == ("no_fall", "emptied", 61, 62)


def test_a_word_is_believed_where_too_few_readings_speak_against_it_or_the_bin_was_nearly_empty() -> None:
    too_few, nearly_empty = levels(60, 60, 61, 61, 61, 62, 62), levels(12, 12, 12, 12, 13, 13, 13, 13)
    for seen in (too_few, nearly_empty, levels(60, 60, 60, 60, 60, 9, 66, 67)):
        found = account_of([], [tap(99.5)], seen)
        assert [one.seen_by for one in found.emptyings] == ["crew"]
        assert found.disagreements == []


def test_a_fall_that_leaves_a_quarter_or_that_the_crew_saw_otherwise_is_disputed() -> None:
    """80 per cent is nearest to 75, which is neighbour to 50 and not to 25; 13 is nearest to 25."""
    partly = Emptying(100.5 * HOUR_S, 80, 13, within_s=HOUR_S)
    assert whats(account_of([partly], [tap(100, observed_fill=50)], NOTHING)) == ["left_over"]
    assert whats(account_of([FALL], [tap(100, observed_fill=25)], NOTHING)) == ["fill_apart"]
    assert whats(account_of([FALL], [tap(100, observed_fill=100)], NOTHING)) == []


def test_a_bin_that_was_left_and_emptied_all_the_same_or_full_is_disputed() -> None:
    found = account_of([FALL], [tap(100, "not_full")], NOTHING)
    assert ([one.seen_by for one in found.emptyings], whats(found)) == (["sensor"], ["fell_though_left"])
    assert whats(account_of([FALL], [tap(99.6, "cannot_reach"), tap(101)], NOTHING)) == []
    full = levels(90, 90, 91, 91, 92, 92, 92, 93)
    assert whats(account_of([], [tap(99.5, "not_full")], full)) == ["full_though_left"]
    assert whats(account_of([], [tap(99.5, "cannot_reach")], full)) == []


falls = st.lists(
    st.builds(Emptying, st.floats(0, 9e5), st.floats(40, 100), st.floats(0, 30), within_s=st.floats(60, 2e5)),
    max_size=6,
    unique_by=lambda fall: fall.emptied_at_s,
)
words = st.lists(
    st.builds(
        Tap,
        st.floats(0, 9e5),
        st.sampled_from(("emptied", "not_full", "cannot_reach", "overflowing")),
        st.sampled_from((None, 0, 25, 50, 75, 100)),
    ),
    max_size=8,
)


@given(falls, words, st.randoms())
def test_the_order_in_which_anything_arrives_changes_nothing(fell: list[Emptying], told: list[Tap], luck: object) -> None:
    before = account_of(fell, told, NOTHING)
    luck.shuffle(fell)  # type: ignore[attr-defined]
    luck.shuffle(told)  # type: ignore[attr-defined]
    assert account_of(fell, told, NOTHING) == before


@given(falls, words)
def test_every_fall_is_one_emptying_and_no_word_makes_two(fell: list[Emptying], told: list[Tap]) -> None:
    found = account_of(fell, told, NOTHING).emptyings
    assert sum(one.seen_by != "crew" for one in found) == len(fell)
    assert sum(one.seen_by != "sensor" for one in found) <= sum(one.event == "emptied" for one in told)
