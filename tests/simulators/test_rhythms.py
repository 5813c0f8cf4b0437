"""The rhythms of the town: what its days are made of, and that litter and people follow them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from simulators.counters import PERIODS
from simulators.litter import Litter
from simulators.rhythms import usual_hours
from simulators.town import Town

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)  # of week 3, in winter: UTC is local time
TUESDAY, SATURDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=5)


def test_a_saturday_brings_the_seafront_more_than_twice_a_tuesday() -> None:
    # Week weights of the seafront: Tuesday 70, Saturday 165.
    ratio = usual_hours("seafront", SATURDAY).sum() / usual_hours("seafront", TUESDAY).sum()
    assert ratio == pytest.approx(165 / 70)


def test_schools_are_busy_in_the_week_and_when_lessons_begin_and_end() -> None:
    tuesday = usual_hours("school", TUESDAY)
    assert tuesday.sum() / usual_hours("school", SATURDAY).sum() == pytest.approx(132 / 24)
    assert set(np.argsort(tuesday)[-2:]) == {8, 15}


def test_a_market_fills_its_hours_and_no_others() -> None:
    # Wednesday has a market from 08:00 to 17:00, Tuesday has none; their week weights are 85 and 75.
    ratio = usual_hours("market", MONDAY + timedelta(days=2)) / usual_hours("market", TUESDAY)
    assert ratio[8:17] == pytest.approx(np.full(9, 2.4 * 85 / 75))
    assert np.delete(ratio, range(8, 17)) == pytest.approx(np.full(15, 85 / 75))


def test_a_home_match_trebles_the_station_every_other_saturday() -> None:
    # Saturdays of weeks 3 and 4: the home matches are in weeks of even number.
    ratio = usual_hours("station", SATURDAY + timedelta(days=7)) / usual_hours("station", SATURDAY)
    assert ratio[12:19] == pytest.approx(np.full(7, 3.0))
    assert np.delete(ratio, range(12, 19)) == pytest.approx(np.ones(17))


def test_local_hours_move_with_the_clocks() -> None:
    # The station's morning peak is at 08:00 local time: 08 UTC in January, 07 UTC in July.
    july = datetime(2026, 7, 14, tzinfo=UTC)
    assert usual_hours("station", TUESDAY)[6:10].argmax() + 6 == 8
    assert usual_hours("station", july)[6:10].argmax() + 6 == 7


def test_four_weeks_of_litter_come_to_four_weeks_of_average_days(town: Town) -> None:
    litter, came_in = Litter(town.seed, town.bins), 0.0
    for number in range(28):
        days = litter.next_day(number, MONDAY + timedelta(days=number))
        came_in += sum(float(day.came_in[-1]) for day in days.values())
    expected = 28 * sum(a_bin.daily_l for a_bin in town.bins)
    # Markets and matches add some per cent, the weather of four weeks takes or gives some.
    assert came_in == pytest.approx(expected, rel=0.15)


def test_the_fixed_schedule_wastes_visits_and_still_lets_bins_overflow(town: Town) -> None:
    litter, fills = Litter(town.seed, town.bins), []
    for number in range(28):
        days = litter.next_day(number, town.first_day + timedelta(days=number))
        for a_bin in town.bins:
            day = days[a_bin.bin_id]
            if day.emptied_hour is not None:
                before, after = day.at(np.array([day.emptied_hour - 1e-6, day.emptied_hour])) / a_bin.capacity_l
                assert after == pytest.approx(a_bin.residue_l / a_bin.capacity_l, abs=1e-3)
                fills.append(before)
    assert np.mean(np.array(fills) < 0.5) > 0.4  # visited for nothing much
    assert 0.01 < np.mean(np.array(fills) >= 1.0) < 0.12  # too late


def test_people_come_as_the_post_s_average_day_and_the_calendar_say(town: Town) -> None:
    for counter in town.counters:
        days = [counter.people(town.seed, number, MONDAY + timedelta(days=number)) for number in range(28)]
        assert days[0].shape == (PERIODS, 2)
        usual = [usual_hours(counter.place.land_use, MONDAY + timedelta(days=number)).sum() for number in range(28)]
        # The weather and each day's own chance average out to within some per cent.
        assert sum(day.sum() for day in days) == pytest.approx(counter.daily * sum(usual), rel=0.2)
