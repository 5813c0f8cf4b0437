"""What a bin did before from a like level: its own past alone, and no more of it than is over."""

import numpy as np
import pytest

from streets.bins.habits import Array
from streets.bins.hours import DAY_H, Hours
from streets.bins.kept_trees import from_bytes, to_bytes
from streets.bins.precedents import SHARES, precedents
from streets.bins.trees import grow

MIDDLE = SHARES.index(0.5)


def lives(days: int) -> Array:
    """A bin emptied every fourth midnight that rises by twenty points a day up to 40, and stays there."""
    since_h = np.arange(days * DAY_H) % (4 * DAY_H)
    return np.minimum(since_h * 20 / DAY_H, 40.0)


def hours(levels: Array) -> Hours:
    """One bin, or more, whose level is what was measured but for the median of seven hours."""
    table = np.atleast_2d(levels)
    return Hours(tuple(f"B{row}" for row in range(len(table))), 0, table)


def test_from_a_level_at_which_a_bin_always_stays_it_is_expected_to_stay() -> None:
    """A bin at 40 has always stayed there for the day before it is emptied; at 15 it has always risen by twenty in a day."""
    told = hours(lives(6 * 4))
    at_top, on_its_way = (5 * 4 * DAY_H + since_h for since_h in (60, 22))
    assert precedents(told, at_top, 24)[0, MIDDLE] == pytest.approx(0.0, abs=0.1)
    assert precedents(told, on_its_way, 24)[0, MIDDLE] == pytest.approx(20.0, abs=0.5)


def test_quantiles_count_past_rises_from_like_levels_and_no_emptying() -> None:
    """A day at 40 was followed by one at 42, each fourth time by one at 48, and then the bin was emptied for a day."""
    levels = np.concatenate(
        [np.repeat([40.0, 48.0 if case % 4 == 3 else 42.0, 0.0], DAY_H) for case in range(16)] + [np.full(9, 40.0)]
    )
    told = precedents(hours(levels), len(levels) - 1, 24)[0]
    assert (told[0], told[MIDDLE], told[4]) == (2.0, 2.0, 8.0)


def test_a_bin_without_a_past_has_no_precedents() -> None:
    told = precedents(hours(np.full(DAY_H, 30.0)), DAY_H - 1, 24)
    assert np.isnan(told[0, :-1]).all()
    assert told[0, -1] == 0


def test_other_bins_change_nothing_of_a_bin_s_precedents() -> None:
    alone, beside = hours(lives(30)), hours(np.stack([lives(30), np.linspace(0, 90, 30 * DAY_H)]))
    np.testing.assert_array_equal(precedents(alone, 29 * DAY_H, 72)[0], precedents(beside, 29 * DAY_H, 72)[0])


def test_precedents_tell_alone_where_there_is_too_little_for_trees() -> None:
    """Four bins that stay at 40 for two days of four: the slope of the week before goes on rising there."""
    levels = np.stack([np.roll(lives(22), days * DAY_H) for days in range(4)])
    levels += np.random.default_rng(1).normal(0, 0.2, levels.shape)
    grown = grow(hours(levels[:, : 20 * DAY_H]), 24)
    assert grown is not None
    assert grown.models == ()
    assert grown.error_pct < grown.slope_error_pct
    again = from_bytes(to_bytes(grown), 24, grown.widened_pct, grown.error_pct, grown.slope_error_pct)
    later = hours(levels)
    np.testing.assert_array_equal(again.rises(later, 20 * DAY_H), grown.rises(later, 20 * DAY_H))
