"""What the sensor reads in the emptied bin is learned from its own plateaus, and offered only where it is sure and new."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from streets.suitability.fortnight import Levels, levels_of
from streets.suitability.learning import Learned, is_news, learn_empty, learn_full
from tests.suitability.fortnights import HOUR_S, MOUNT, STARTS_S, depths, said, tap

SIX_EMPTYINGS_H = 7 * 48


def learned(distances_mm: list[int], empty_mm: int) -> Learned | None:
    mount = replace(MOUNT, empty_mm=empty_mm)
    levels = levels_of(said(distances_mm), mount)
    return learn_empty(levels, levels.emptyings(), mount)


@pytest.mark.parametrize("recorded_mm", [750, 1050, 1200])
def test_a_wrong_empty_distance_is_learned_from_the_plateaus(recorded_mm: int) -> None:
    """The bin is 900 mm deep for the sensor, and is emptied every 48 hours: the record is 150 mm short, or 150 or 300 long."""
    found = learned(depths(SIX_EMPTYINGS_H, emptied_every_h=48), recorded_mm)
    assert found is not None
    assert (found.what, found.present_mm, found.n, found.used) == ("empty_mm", recorded_mm, 6, 3)
    assert found.learned_mm == pytest.approx(900, abs=18), "within three points of 6 mm"


def test_a_right_record_is_left_alone() -> None:
    assert learned(depths(SIX_EMPTYINGS_H, emptied_every_h=48), 900) is None


def test_five_emptyings_are_too_few() -> None:
    assert learned(depths(6 * 48, emptied_every_h=48), 1200) is None


def test_crews_that_leave_some_litter_now_and_then_do_not_shorten_the_bin() -> None:
    """Of thirteen emptyings every third leaves 150 mm of litter: the farther half is still of the empty bin."""
    level = depths(14 * 30, emptied_every_h=30, rise_mm_per_h=15)
    partly = [mm - 150 if (hour // 30) % 3 == 1 and hour % 30 < 20 else mm for hour, mm in enumerate(level)]
    found = learned(partly, 1200)
    assert found is not None
    assert found.learned_mm == pytest.approx(900, abs=25)


def test_plateaus_that_do_not_agree_offer_nothing() -> None:
    """Each emptied bin reads otherwise, in steps of 150 mm: half a step is 75, and five points of 1000 mm are 50."""
    level = depths(14 * 30, emptied_every_h=30, rise_mm_per_h=15)
    assert learned([mm - 150 * ((hour // 30) % 5) for hour, mm in enumerate(level)], 1300) is None


def full_at(distance_mm: int, visits: int) -> Learned | None:
    """The bin reads 900 but around each visit, where the crew calls it overflowing."""
    level = [distance_mm + hour % 3 if hour % 24 in (8, 9) else 900 for hour in range(24 * visits)]
    taps = [tap(24 * day + 9.5, "overflowing") for day in range(visits)]
    return learn_full(levels_of(said(level), MOUNT), taps, MOUNT)


def test_the_full_distance_is_learned_from_crews_who_call_the_bin_full() -> None:
    """Crews call it overflowing at 420 mm, which the record calls (900 - 420) / 600 = 80 per cent."""
    found = full_at(420, 6)
    assert found is not None
    assert (found.what, found.present_mm, found.n) == ("full_mm", 300, 6)
    assert found.learned_mm == pytest.approx(421, abs=2)
    assert full_at(420, 4) is None, "four visits are too few"
    assert full_at(330, 6) is None, "5 points are within what crews can tell"
    assert full_at(260, 6) is None, "that is beside the blind zone, where a full bin could not be measured"


def test_what_was_refused_is_not_offered_again_until_the_evidence_changes() -> None:
    """Five points of 600 mm are 30 mm."""
    found = learned(depths(SIX_EMPTYINGS_H, emptied_every_h=48), 1050)
    assert found is not None
    assert not is_news(found, [found.learned_mm - 29], MOUNT)
    assert is_news(found, [found.learned_mm - 40, found.learned_mm + 40], MOUNT)


@given(true_mm=st.integers(700, 1500), off_mm=st.integers(-250, 400), noise=st.floats(0, 15))
@hypothesis_settings(max_examples=30)
def test_whatever_is_offered_is_near_the_truth(true_mm: int, off_mm: int, noise: float) -> None:
    """Within six per cent of the depth: residue and noise; and a record that is right within five per cent is left alone."""
    level = depths(9 * 40, emptied_every_h=40, rise_mm_per_h=8, empty_mm=true_mm, noise_mm=noise)
    found = learned(level, true_mm + off_mm)
    if abs(off_mm) <= 0.04 * (true_mm + off_mm - MOUNT.full_mm):
        assert found is None
    if found is not None:
        assert abs(found.learned_mm - true_mm) <= 0.06 * (true_mm - MOUNT.full_mm)


@given(st.lists(st.integers(260, 4000), min_size=2, max_size=120))
def test_nothing_is_ever_offered_at_or_below_full(distances_mm: list[int]) -> None:
    levels = levels_of(said(distances_mm), MOUNT)
    assert isinstance(levels, Levels)
    found = learn_empty(levels, levels.emptyings(), MOUNT)
    assert found is None or found.learned_mm > MOUNT.full_mm


def test_what_was_seen_is_told_with_its_times() -> None:
    found = learned(depths(SIX_EMPTYINGS_H, emptied_every_h=48), 1200)
    assert found is not None
    assert np.allclose(found.seen_s, [STARTS_S + (48 * n - 0.5) * HOUR_S for n in range(1, 7)])
