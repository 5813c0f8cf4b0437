"""What collections find: a bin's own past, drawn towards the council's, and trees that must come closer."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streets.bins.collection_trees import grow
from streets.bins.collections import OWN, Asked, Past, traits, usual_pct
from streets.bins.findings import foreseen, past_errors
from streets.bins.habits import HOUR_S

MONDAY_S = 2_900 * 168 * HOUR_S + 4 * 24 * HOUR_S
DAY_S = 24 * HOUR_S


def past_of(collections: list[tuple[int, float, float | None]], bins: int) -> Past:
    """A past from (row of the bin, days after a Monday, found per cent) in any order."""
    in_turn = sorted(collections, key=lambda one: one[1])
    found = np.array([np.nan if pct is None else pct for _, _, pct in in_turn], dtype=float)
    rows, at_s = np.array([row for row, _, _ in in_turn], dtype=int), np.array([MONDAY_S + day * DAY_S for _, day, _ in in_turn])
    return Past(tuple(f"B{row}" for row in range(bins)), np.full(bins, 240.0), rows, at_s, found)


def asked(row: int, *days: float) -> Asked:
    return Asked(np.full(len(days), row), np.array([MONDAY_S + day * DAY_S for day in days]))


def weekend_town(bins: int, weeks: int, seed: int) -> Past:
    """Bins emptied every one to four days, found at their pace a day, twice that at weekends, give or take 5 points."""
    luck, collections = np.random.default_rng(seed), []
    for row, pace in enumerate(luck.uniform(8, 25, bins)):
        day = float(luck.uniform(0, 3))
        while day < weeks * 7:
            wait = luck.choice([1.0, 2.0, 3.0, 4.0])
            weekend = sum(1 for each in np.arange(day, day + wait) if each % 7 >= 5)
            collections.append((row, day + wait, float(np.clip(pace * (wait + weekend) + luck.normal(0, 5), 0, 100))))
            day += wait
    return past_of(collections, bins)


def test_a_bin_is_expected_at_what_it_was_found_at_after_like_waits() -> None:
    """Found at 20 after each of ten single days and at 60 after each of ten waits of three days."""
    past = past_of(
        [(0, 0.0, 20.0)] + [(0, 4.0 * k + 1, 20.0) for k in range(10)] + [(0, 4.0 * k + 4, 60.0) for k in range(10)], 1
    )
    after_one, after_three = usual_pct(traits(past, asked(0, 41.0, 43.0)))
    assert 20 <= after_one < 30
    assert 50 < after_three <= 60


def test_a_bin_never_collected_is_expected_at_what_the_council_s_bins_were_found_at() -> None:
    past = past_of([(0, 1.0, 30.0), (0, 2.0, 50.0), (1, 2.0, 70.0)], 3)
    assert usual_pct(traits(past, asked(2, 3.0))).tolist() == [50.0]


def test_a_bin_that_waits_longer_than_ever_is_expected_to_fill_on() -> None:
    """Found at 40 every day for 40 days: of two days nobody knows but that twice 40 is 80, and of four that they come to 160."""
    past = past_of([(row, float(day), 40.0) for row in range(2) for day in range(40)], 2)
    learned = past_errors(past)
    assert learned is not None
    one, two, four = (foreseen(past, asked(0, 39.0 + days), learned) for days in (1, 2, 4))
    assert one.full[0] < 0.05
    assert two.middle_pct[0] > 75
    assert one.full[0] < two.full[0] < 0.5
    assert four.full[0] > 0.85
    assert four.middle_pct[0] == four.high_pct[0] == 100


def test_an_emptying_of_which_nobody_told_the_fill_starts_the_wait_anew_and_says_nothing_else() -> None:
    told = [(0, 1.0, 40.0), (0, 2.0, 40.0)]
    known, with_untold = (traits(past_of(each, 1), asked(0, 4.0))[0] for each in (told, [*told, (0, 3.0, None)]))
    assert known[OWN.index("collections")] == with_untold[OWN.index("collections")] == 2
    assert known[OWN.index("mean")] == with_untold[OWN.index("mean")]
    assert (known[OWN.index("wait_h")], with_untold[OWN.index("wait_h")]) == (48.0, 24.0)


@settings(max_examples=15)
@given(day=st.floats(0.5, 27), seed=st.integers(0, 50))
def test_nothing_collected_later_changes_what_was_known(day: float, seed: int) -> None:
    past = weekend_town(4, 4, seed)
    until = int(np.searchsorted(past.at_s, MONDAY_S + day * DAY_S))
    before = replace(past, bin_row=past.bin_row[:until], at_s=past.at_s[:until], found_pct=past.found_pct[:until])
    question = Asked(np.arange(4), np.full(4, MONDAY_S + day * DAY_S))
    np.testing.assert_allclose(traits(past, question), traits(before, question), rtol=1e-9, atol=1e-9)


def test_trees_come_closer_than_like_waits_and_their_interval_holds_its_share_of_later_weeks() -> None:
    """A weekend in the wait adds a day's litter or two, which the length of the wait does not tell."""
    town = weekend_town(30, 14, seed=1)
    until = int(np.searchsorted(town.at_s, MONDAY_S + 10 * 7 * DAY_S))
    past = replace(town, bin_row=town.bin_row[:until], at_s=town.at_s[:until], found_pct=town.found_pct[:until])
    trees = grow(past)
    assert trees is not None
    later = Asked(town.bin_row[until:], town.at_s[until:])
    found, usual, came = foreseen(town, later, trees), usual_pct(traits(town, later)), town.found_pct[until:]
    assert np.abs(came - found.middle_pct).mean() < 0.8 * np.abs(came - usual).mean()
    assert 0.74 <= np.mean((found.low_pct <= came) & (came <= found.high_pct)) <= 0.92


def test_trees_are_believed_of_waits_as_long_as_they_have_learned_of_and_not_of_longer_ones() -> None:
    """Emptied each day at 50 to 65 and every fifth time after four days at 75, never full: 130 and more by the bins' rate."""
    luck, collections = np.random.default_rng(4), []
    for row in range(30):
        for day in range(80):
            if day % 8 in (0, 1, 2, 3, 7):
                pct = 75.0 if day % 8 == 7 else 65.0 if day % 7 >= 5 else 50.0
                collections.append((row, float(day), pct + luck.normal(0, 3)))
    past = past_of(collections, 30)
    trees = grow(past)
    assert trees is not None
    four, twelve = (foreseen(past, asked(0, 79.0 + days), trees) for days in (4, 12))
    assert 65 < four.middle_pct[0] < 85
    assert four.full[0] < 0.05
    assert twelve.full[0] > 0.85


def test_from_few_collections_there_are_no_trees_but_an_interval_of_past_errors() -> None:
    past = weekend_town(5, 6, seed=2)
    assert grow(past) is None
    errors = past_errors(past)
    assert errors is not None
    found = foreseen(past, asked(0, 43.0), errors)
    assert 0 <= found.low_pct[0] <= found.middle_pct[0] <= found.high_pct[0] <= 100
    assert past_errors(weekend_town(1, 2, seed=2)) is None


def test_a_bin_found_full_after_like_waits_is_expected_full_and_one_never_found_so_is_not() -> None:
    full, other = ([(row, 2.0 * k, pct) for k in range(7)] for row, pct in ((0, 100.0), (1, 40.0)))
    past = past_of(full + other, 2)
    errors = past_errors(weekend_town(5, 6, seed=2))
    assert errors is not None
    of_full, of_other = foreseen(past, Asked(np.array([0, 1]), np.full(2, MONDAY_S + 14 * DAY_S)), errors).full
    # Each bin was found seven times, half of the council's fourteen collections found a bin full.
    assert of_full.round(6) == round((6 + (7 + 3 * 0.5) / 10) / 7, 6)
    assert of_other.round(6) == round((0 + (0 + 3 * 0.5) / 10) / 7, 6)
