"""Trees that learn how far bins rise: closer than the slope, honest about their interval, blind to what comes later."""

import pickle
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skops.io.exceptions import UntrustedTypesFoundException

from streets.bins.forecast import Level, Rises, look_ahead
from streets.bins.habits import Habit
from streets.bins.hours import EMPTIED_PCT, WEEK_H, Hours
from streets.bins.kept_trees import from_bytes, to_bytes
from streets.bins.traits import traits
from streets.bins.trees import AHEAD_H, Grown, grow
from streets.jobs.bins import tell_states
from streets.jobs.rises import grow_trees, rises_of, tell_rises
from streets.store import rises
from tests.bins.street_of_bins import NOW, Street

MONDAY_H = 4 * 24 + 2_900 * WEEK_H
"""Midnight of a Monday, in hours since 1970."""
HOUR = timedelta(hours=1)
STEADY = Habit("B1", np.full(168, 2.0), spread_pct=2.0, emptied_every_h=45.0)
TOLD_S = datetime(2026, 1, 5).timestamp()


def town(bins: int, weeks: int, seed: int = 1, noise_pct: float = 1.0) -> Hours:
    """Bins that rise four times as fast at weekends as on other days, each at its own pace, emptied when they hold 90."""
    luck = np.random.default_rng(seed)
    hours = weeks * WEEK_H
    weekend = np.arange(hours) % WEEK_H >= 5 * 24
    levels = np.empty((bins, hours))
    for row, pace in enumerate(luck.uniform(0.15, 0.5, bins)):
        fill = luck.uniform(0, 80)
        for hour in range(hours):
            fill = 0.0 if fill >= 90 else fill + luck.gamma(pace * (4 if weekend[hour] else 1) / 0.5, 0.5)
            levels[row, hour] = fill
    return Hours(tuple(f"B{row}" for row in range(bins)), MONDAY_H, levels + luck.normal(0, noise_pct, levels.shape))


@pytest.fixture(scope="module")
def grown() -> Grown:
    """Trees for a day ahead, from six weeks of twenty bins."""
    trees = grow(town(20, 6), 24)
    assert trees is not None
    return trees


def test_trees_learn_the_weekend_that_a_slope_of_the_last_week_cannot_know(grown: Grown) -> None:
    """From Friday midnight on a bin rises four times what it rose on the days before: the slope is three quarters short."""
    later = town(40, 7, seed=2)
    friday_midnights = [week * WEEK_H + 5 * 24 - 1 for week in (5, 6)]
    for at in friday_midnights:
        risen = later.level[:, at + 24] - later.level[:, at]
        kept = risen > -EMPTIED_PCT
        by_trees = np.abs(grown.rises(later, at)[kept, 1] - risen[kept]).mean()
        by_slope = np.abs(later.slope(at)[kept] - risen[kept]).mean()
        assert by_trees < 0.5 * by_slope


def test_the_interval_holds_its_share_of_bins_and_weeks_that_no_tree_has_seen(grown: Grown) -> None:
    later, inside = town(40, 7, seed=3), []
    for at in range(5 * WEEK_H, 7 * WEEK_H - 24, 11):
        risen = later.level[:, at + 24] - later.level[:, at]
        low, _, high = grown.rises(later, at).T
        inside += list(((low <= risen) & (risen <= high))[risen > -EMPTIED_PCT])
    assert 0.74 <= np.mean(inside) <= 0.86


def test_there_are_no_trees_from_too_little_or_where_the_slope_is_right_already() -> None:
    assert grow(town(2, 2), 24) is None
    steady = np.tile(np.arange(4 * WEEK_H) * 0.05, (5, 1))
    assert grow(Hours(tuple("abcde"), MONDAY_H, steady), 24) is None


@settings(max_examples=20)
@given(at=st.integers(0, 5 * WEEK_H), seed=st.integers(0, 99), ahead_h=st.sampled_from([6, 24, 168]))
def test_nothing_that_comes_later_changes_what_is_known_now(at: int, seed: int, ahead_h: int) -> None:
    whole = town(3, 6, seed)
    holes = np.random.default_rng(seed).random(whole.measured.shape) < 0.4
    measured = np.where(holes, np.nan, whole.measured)
    otherwise = measured.copy()
    otherwise[:, at + 1 :] = 55.0
    now, changed = (traits(Hours(whole.bin_ids, MONDAY_H, table), at, ahead_h) for table in (measured, otherwise))
    np.testing.assert_array_equal(now, changed)


def test_kept_trees_say_the_same_and_bytes_that_hold_more_are_not_opened(grown: Grown) -> None:
    later = town(5, 6, seed=4)
    again = from_bytes(to_bytes(grown), grown.ahead_h, grown.widened_pct, grown.error_pct, grown.slope_error_pct)
    np.testing.assert_array_equal(again.rises(later, 1000), grown.rises(later, 1000))
    with pytest.raises(Exception, match="zip"):
        from_bytes(pickle.dumps(grown.models), 24, 0, 0, 0)
    with pytest.raises(UntrustedTypesFoundException):
        from_bytes(dumped(Stranger()), 24, 0, 0, 0)


class Stranger:
    """A type that no tree holds."""


def dumped(thing: object) -> bytes:
    """Bytes in the trees' own format."""
    from skops import io

    return bytes(io.dumps([thing]))


def test_a_bin_as_full_as_the_middle_says_is_as_likely_full_then_as_not() -> None:
    """60 points are left: the trees say 60 in the middle after 24 hours, 48 at the low and 84 at the high end of 80 per cent."""
    told = Rises(TOLD_S, np.array([24.0, 72.0]), np.array([48.0, 100.0]), np.array([60.0, 180.0]), np.array([84.0, 260.0]))
    outlook = look_ahead(STEADY, Level(40, TOLD_S), TOLD_S, rises=told)
    assert outlook.overflow_24h == pytest.approx(0.5, abs=0.01)
    assert outlook.full_at_s is not None
    assert abs(outlook.full_at_s - TOLD_S - 24 * 3600) <= 3600
    fuller = look_ahead(STEADY, Level(100 - 48, TOLD_S), TOLD_S, rises=told)
    assert fuller.overflow_24h == pytest.approx(0.9, abs=0.01)
    emptier = look_ahead(STEADY, Level(100 - 84, TOLD_S), TOLD_S, rises=told)
    assert emptier.overflow_24h == pytest.approx(0.1, abs=0.01)


@given(
    fill_pct=st.floats(-5, 120),
    late_h=st.floats(0, 3),
    rate=st.floats(0, 5),
    said=st.lists(st.tuples(st.floats(-5, 60), st.floats(0, 30), st.floats(0, 30)), min_size=1, max_size=4),
)
def test_whatever_trees_say_the_forecast_is_in_order(
    fill_pct: float, late_h: float, rate: float, said: list[tuple[float, float, float]]
) -> None:
    middle = np.array([each[0] for each in said])
    low, high = middle - [each[1] for each in said], middle + [each[2] for each in said]
    told = Rises(TOLD_S, np.array([6.0, 24.0, 72.0, 168.0])[: len(said)], low, middle, high)
    now_s = TOLD_S + late_h * 3600
    outlook = look_ahead(Habit("B1", np.full(168, rate), 3.0, None), Level(fill_pct, now_s), now_s, rises=told)
    known = [time for time in (outlook.full_at_early_s, outlook.full_at_s, outlook.full_at_late_s) if time is not None]
    assert known == sorted(known)
    assert all(time >= now_s for time in known)
    assert 0 <= outlook.overflow_24h <= 1
    assert outlook.expected_fill_pct <= 100


def test_each_council_s_trees_are_grown_once_a_week_and_tell_of_its_measured_bins(street: Street) -> None:
    """Five bins whose every day differs from the day before, and one that has said nothing for three days."""
    luck = np.random.default_rng(1)
    for number in range(5):
        street.bin(f"B{number}")
        hours = np.arange(28 * 24)
        fills = hours % 24 * (1 + hours // 24 % 2) + luck.normal(10, 1, len(hours))
        street.says_hourly(f"B{number}", fills.tolist(), until=NOW - HOUR / 2)
    street.bin("silent")
    street.fills_steadily("silent", days=30, pct_per_h=1, until=NOW - timedelta(days=3))
    street.conn.execute("INSERT INTO council (council, name) VALUES ('elsewhere', 'Elsewhere')")
    street.run_jobs()
    for ahead_h in AHEAD_H[:2]:
        assert f"rivermouth, {ahead_h} h" in grow_trees(street.jobs, NOW)
    with street.jobs.transaction() as conn:
        for ahead_h in AHEAD_H[2:]:
            rises.keep_trees(conn, "rivermouth", ahead_h, None, NOW)
    assert grow_trees(street.jobs, NOW + timedelta(days=6)) == "none due"
    with street.jobs.transaction() as conn:
        aheads = {council: [one.ahead_h for one in kept] for council, kept in rises.trees(conn).items()}
    assert set(aheads) == {"rivermouth"}
    tell_rises(street.jobs, NOW)
    said = street.conn.execute("SELECT bin_id, ahead_h, told_at FROM bin_rise ORDER BY 1, 2").fetchall()
    assert said == [(f"B{number}", ahead_h, NOW) for number in range(5) for ahead_h in aheads["rivermouth"]]


def test_what_trees_said_is_used_for_three_hours_and_only_of_a_bin_not_emptied_since(street: Street, grown: Grown) -> None:
    """At two points an hour the habit takes 30 hours for 60 points; the trees say that it rises ten times as fast."""
    street.bin("B1")
    street.fills_steadily("B1", days=28, pct_per_h=2, until=NOW - 21 * HOUR)
    for hour in range(20, -1, -1):
        street.says("B1", NOW - hour * HOUR, 2 * (20 - hour))
    street.run_jobs()

    def full_in_h(at: datetime) -> float:
        with street.jobs.transaction() as conn:
            tell_states(conn, at)
        row = street.conn.execute("SELECT full_at FROM bin_status WHERE bin_id = 'B1'").fetchone()
        street.conn.commit()
        assert row is not None
        return float((row[0] - at) / HOUR)

    def trees_say(at: datetime) -> None:
        fast = [("B1", ahead_h, np.array([0.9, 1.0, 1.1]) * 20 * ahead_h) for ahead_h in (6, 24)]
        with street.jobs.transaction() as conn:
            rises.replace_rises(conn, "rivermouth", fast, at)

    assert full_in_h(NOW) == pytest.approx(30, abs=4)
    trees_say(NOW)
    assert full_in_h(NOW) == pytest.approx(3, abs=1.1)
    trees_say(NOW - 4 * HOUR)
    assert full_in_h(NOW) == pytest.approx(30, abs=4)
    trees_say(NOW - 21 * HOUR - timedelta(minutes=1))
    assert full_in_h(NOW) == pytest.approx(30, abs=4)


def test_trees_tell_of_the_bins_that_are_measured_now(grown: Grown) -> None:
    hours = town(3, 6, seed=5)
    hours.measured[1, -12:] = np.nan
    told = rises_of(Hours(hours.bin_ids, hours.first_hour, hours.measured), [grown])
    assert [(bin_id, ahead_h) for bin_id, ahead_h, _ in told] == [("B0", 24), ("B2", 24)]
    assert all(low <= middle <= high for _, _, (low, middle, high) in told)
