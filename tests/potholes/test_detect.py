from math import sqrt

import pytest

from streets.potholes.detect import Sample, impacts
from tests.potholes.felt import trace


def test_a_jolt_on_a_smooth_road_is_one_impact() -> None:
    found = impacts(trace({60.0: 0.9}))
    assert [one.at_s for one in found] == [60.0]
    # Along gravity it was 1.9 g or so, of which 1 g is gravity.
    assert found[0].severity_g == pytest.approx(0.9, abs=0.05)
    assert found[0].quality == 1.0


@pytest.mark.parametrize("down", [(0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (1 / sqrt(3), -1 / sqrt(3), 1 / sqrt(3))])
def test_it_does_not_matter_how_the_phone_lies(down: tuple[float, float, float]) -> None:
    found = impacts(trace({60.0: 0.9}, down=down))
    assert [(one.at_s, round(one.severity_g, 2)) for one in found] == [
        (60.0, round(impacts(trace({60.0: 0.9}))[0].severity_g, 2))
    ]


def test_wheels_one_after_the_other_are_one_impact() -> None:
    found = impacts(trace({60.0: 0.5, 60.3: 0.8}))
    assert [one.at_s for one in found] == [60.3]


def test_a_rough_road_is_its_own_measure() -> None:
    rough = {n / 50: 0.2 * (-1) ** n for n in range(120 * 50)}
    assert impacts(trace(rough)) == []


def test_a_phone_that_is_moved_by_hand_in_a_standing_car_tells_nothing() -> None:
    assert impacts(trace({60.0: 0.9}, speed_m_per_s=1.0)) == []
    assert impacts(trace({60.0: 0.9}, speed_m_per_s=None)) == []


def test_before_the_road_is_known_nothing_is_told() -> None:
    assert impacts(trace({0.1: 0.9}, seconds=1)) == []


def test_no_samples_make_no_impacts() -> None:
    assert impacts([]) == []
    assert impacts([Sample(0.0, 0.0, 0.0, 0.0, 10.0)]) == []
