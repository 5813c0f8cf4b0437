"""Distance and installation record give a fill, or a reason why there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.readings import CANNOT_MEASURE, LEVEL_ALARMS
from streets.bins.fill import NOT_MEASURABLE, Fill, Mount, clamped, fill_of, nearest_quarter

LID = Mount(empty_mm=900, full_mm=300, blind_zone_mm=250, max_range_mm=2000)


def looked(distance_mm: int | None = None, word: str | None = None, tilted: bool | None = None, *alarms: str) -> Fill | None:
    return fill_of(LID, distance_mm, word, tilted, alarms)


@pytest.mark.parametrize(("distance_mm", "fill_pct"), [(900, 0), (750, 25), (600, 50), (300, 100)])
def test_fill_is_the_share_of_the_way_from_empty_to_full(distance_mm: int, fill_pct: float) -> None:
    assert looked(distance_mm) == Fill(fill_pct, None)


def test_fill_is_not_clamped_so_that_a_wrong_record_shows() -> None:
    """(900 - 1020) / 600 = -20 % and (900 - 270) / 600 = 105 %."""
    assert looked(1020) == Fill(-20, None)
    assert looked(270) == Fill(105, None)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        ((249,), "blind_zone"),
        ((0,), "blind_zone"),
        ((2001,), "out_of_range"),
        ((600, None, True), "tilted"),
        ((600, None, None, "fire"), "fire"),
        ((600, None, None, "temperature"), "hot"),
        ((600, None, None, "tilt"), "tilted"),
        ((600, None, None, "vandal"), "tampered"),
        ((None, "no_echo"), "no_echo"),
        ((None, "too_close"), "too_close"),
        ((None, "too_far"), "out_of_range"),
        ((None, "sensor_fault"), "sensor_fault"),
        ((None, "a word of a device yet to come"), "sensor_fault"),
    ],
)
def test_what_cannot_be_measured_is_a_reason_and_never_a_figure(reading: tuple[object, ...], reason: str) -> None:
    assert looked(*reading) == Fill(None, reason)  # type: ignore[arg-type]


def test_a_frame_without_a_distance_says_nothing_of_the_fill() -> None:
    assert looked() is None
    assert looked(None, None, False, "low_battery") is None


def test_an_alarm_about_the_level_or_the_battery_does_not_spoil_the_distance() -> None:
    assert looked(600, None, False, "threshold", "mutation", "low_battery") == Fill(50, None)


@given(
    st.none() | st.integers(0, 70_000),
    st.none() | st.sampled_from(CANNOT_MEASURE),
    st.none() | st.booleans(),
    st.lists(st.sampled_from(LEVEL_ALARMS)),
)
def test_every_reading_is_a_fill_or_a_known_reason_or_nothing(
    distance_mm: int | None, word: str | None, tilted: bool | None, alarms: list[str]
) -> None:
    fill = fill_of(LID, distance_mm, word, tilted, alarms)
    assert fill is None or (fill.fill_pct is None) != (fill.not_measurable is None)
    assert fill is None or fill.not_measurable is None or fill.not_measurable in NOT_MEASURABLE


def test_people_see_a_fill_between_nothing_and_full_in_quarters() -> None:
    assert [clamped(fill) for fill in (-20, 40, 130)] == [0, 40, 100]
    assert [nearest_quarter(fill) for fill in (-20, 12.4, 12.5, 37.5, 62, 87.5, 130)] == [0, 0, 25, 50, 50, 100, 100]
