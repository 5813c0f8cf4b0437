"""When a battery will be flat, or that this is not known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.health.battery import BatteryDay, outlook
from streets.health.scales import MILLIVOLTS, PERCENT

DAY = 20_000


def told(levels: list[float], temperatures: list[float] | None = None) -> list[BatteryDay]:
    warmth = temperatures or [None] * len(levels)
    return [BatteryDay(DAY + n, level, at_c) for n, (level, at_c) in enumerate(zip(levels, warmth, strict=True))]


def test_a_battery_that_falls_a_point_a_week_has_its_end_and_whole_per_cents_widen_it() -> None:
    """From 60 % on the first day to 10 % are 50 weeks, 350 days; the device tells whole per cents."""
    known = outlook(told([round(60 - n / 7) for n in range(84)]), PERCENT)
    assert known is not None
    assert known.level == 48
    assert known.fall_per_week == pytest.approx(1, rel=0.1)
    assert known.early_day is not None and known.flat_day is not None and known.late_day is not None
    assert known.early_day < known.flat_day < known.late_day
    assert known.early_day <= DAY + 350 <= known.late_day


@pytest.mark.parametrize(
    "levels",
    [[80.0] * 90, [100 - n for n in range(20)], [50.0, 49.0] * 40],
    ids=["no fall is seen", "three weeks are too little", "it goes up and down by one step"],
)
def test_the_end_is_not_known_where_too_little_or_no_fall_is_told(levels: list[float]) -> None:
    known = outlook(told(levels), PERCENT)
    assert known is not None
    assert (known.flat_day, known.early_day, known.late_day, known.fall_per_week) == (None, None, None, None)


def test_a_device_that_tells_no_battery_has_none() -> None:
    assert outlook([], PERCENT) is None


def test_a_new_battery_is_seen_and_what_was_before_it_does_not_count() -> None:
    fallen = [40 - n / 2 for n in range(40)]
    known = outlook(told([*fallen, *[100 - n / 7 for n in range(60)]]), PERCENT)
    assert known is not None
    assert known.changed_day == DAY + 40
    assert known.fall_per_week == pytest.approx(1, rel=0.05)
    fresh = outlook(told([*fallen, 100, 100, 100]), PERCENT)
    assert fresh is not None
    assert (fresh.level, fresh.changed_day, fresh.flat_day) == (100, DAY + 40, None)


def test_a_cold_month_is_no_flat_battery() -> None:
    """The voltage follows the temperature by 8 mV a degree, and falls by one a day: 3,300 to 2,500 mV are 800 days."""
    luck = np.random.default_rng(4)
    warmth = [20 - 0.3 * n + luck.normal(0, 3) for n in range(60)]
    levels = [3300 - n + 8 * (at_c - 11) for n, at_c in enumerate(warmth)]
    blind, aware = outlook(told(levels), MILLIVOLTS), outlook(told(levels, warmth), MILLIVOLTS)
    assert blind is not None and blind.flat_day is not None
    assert aware is not None and aware.flat_day is not None
    assert abs(aware.flat_day - (DAY + 800)) < 120
    assert blind.flat_day < DAY + 450


LEVELS = st.lists(st.floats(0, 100), min_size=1, max_size=120)


@given(levels=LEVELS, warmth=st.none() | st.lists(st.floats(-30, 60), min_size=120, max_size=120))
def test_whatever_is_told_its_interval_holds_its_end(levels: list[float], warmth: list[float] | None) -> None:
    known = outlook(told(levels, warmth and warmth[: len(levels)]), PERCENT)
    assert known is not None
    if known.flat_day is not None:
        assert known.early_day is not None
        assert DAY <= known.early_day <= known.flat_day
        assert known.late_day is None or known.late_day >= known.flat_day


@given(fall=st.floats(0.05, 0.5), steeper=st.floats(1, 3), days=st.integers(28, 120))
def test_a_battery_that_falls_faster_ends_no_later(fall: float, steeper: float, days: int) -> None:
    slow = outlook(told([95 - fall * n for n in range(days)]), PERCENT)
    fast = outlook(told([95 - fall * steeper * n for n in range(days)]), PERCENT)
    assert slow is not None and fast is not None
    if slow.flat_day is not None:
        assert fast.flat_day is not None
        assert fast.flat_day <= slow.flat_day + 1e-6
