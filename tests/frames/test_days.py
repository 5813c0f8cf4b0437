"""Sent and missing by a device's own counter, held against what a simulated device really did."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.frames.days import Day, days
from streets.frames.runs import LARGEST_GAP, OVERTAKES_WITHIN, WRAPS_AT, WRAPS_WITHIN, Frame

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TODAY = NOON.date()
FIVE_MIN = timedelta(minutes=5)


def heard(*numbers: int, session: str = "", every: timedelta = FIVE_MIN, at: datetime = NOON) -> list[Frame]:
    return [Frame(session, number, at + n * every) for n, number in enumerate(numbers)]


def told(frames: list[Frame], before: Frame | None = None, from_0: bool = False) -> tuple[int, int]:
    """Heard and missing, over all days."""
    counted = days(frames, before, date(2020, 1, 1), from_0)
    return sum(day.heard for day in counted), sum(day.missing for day in counted)


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((1, 2, 3), 0),
        ((500, 501, 503), 1),  # where a device began before we listened is not known
        ((65_534, 65_535, 0, 1), 0),
        ((65_534, 2), 3),  # 65,535, 0 and 1
        ((65_534, 65_536, 65_538), 2),  # more than 16 bits: no wrap
        ((2**32 - 2, 2**32 - 1, 0), 0),
        ((5_000, 5_001, 0, 2), 1),
        ((48, 49, 50, 0, 1, 2), 0),  # a restart that falls by fewer than 100
        ((7, 7, 8), 0),  # once more with other bytes: it was sent
        ((1, 2, 4, 3, 5), 0),  # overtaken
        ((501, 500, 502), 0),
        ((10, 13, 11, 14), 1),
        ((10, 11, 4_000_000_000, 12, 13), 0),  # a stray number
        ((10, 11, 3, 12), 0),
        ((0, LARGEST_GAP), LARGEST_GAP - 1),
        ((0, LARGEST_GAP + 1), 0),  # no server would have taken it
        ((), 0),
    ],
)
def test_what_a_counter_left_out_is_missing(numbers: tuple[int, ...], missing: int) -> None:
    assert told(heard(*numbers)) == (len(numbers), missing)


def test_a_device_that_had_the_time_may_have_sent_any_number_of_frames() -> None:
    assert told(heard(0, 86_401, every=timedelta(days=1))) == (2, 86_400)


def test_a_lorawan_session_begins_at_0_and_what_it_lacks_there_was_lost() -> None:
    frames = heard(7, 8, session="a") + heard(2, 3, session="b", at=NOON + timedelta(hours=1))
    assert told(frames, from_0=True) == (4, 2)
    assert told(frames, from_0=False) == (4, 0)
    assert told(frames[2:], before=frames[1], from_0=True) == (2, 2)


def test_a_late_frame_of_an_old_session_does_not_disturb_the_new_one() -> None:
    frames = heard(7, 9, session="a") + heard(0, 1, session="b", at=NOON + timedelta(hours=1))
    late = replace(heard(8, session="a")[0], at=NOON + timedelta(minutes=63))
    assert told([*frames, late], from_0=True) == (5, 0)


def test_lost_frames_are_spread_over_the_days_on_which_they_must_have_been_sent() -> None:
    # One an hour: 12 noon is number 0, three days later 72; the others were sent at 13:00 and so on, midnight to the new day.
    silent = days(heard(0, 72, every=timedelta(days=3)), None, TODAY, False)
    assert [(day.day.day, day.heard, day.missing) for day in silent] == [(2, 1, 11), (3, 0, 24), (4, 0, 24), (5, 1, 12)]


def test_days_before_the_first_asked_for_are_read_and_not_told() -> None:
    frames = heard(0, 72, every=timedelta(days=3))
    assert [day.day for day in days(frames, None, date(2026, 11, 4), False)] == [date(2026, 11, 4), date(2026, 11, 5)]


def test_a_day_can_be_counted_on_from_the_day_before() -> None:
    frames = heard(*range(0, 2_000, 3))
    (first, *_) = days(frames, None, TODAY, False)
    assert first == Day(TODAY, 144, 144 * 2, frames[143])  # 12 hours of frames, two lost after each
    after = [frame for frame in frames if frame.at.date() > TODAY]
    assert days(after, first.last, TODAY + timedelta(days=1), False) == days(frames, None, TODAY + timedelta(days=1), False)


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Frame], Counter[date], Counter[date]]:
    """What came from a device, and per day how many frames it sent and how many were lost, as only the device knows.

    It sends every half hour, and counts to 2^16 or 2^32. Frames are lost on the way. It restarts, which takes an hour, and its
    first frames come, as does the last one before: what is lost right there, a restart just before a wrap, or one within the
    hour whose numbers fall into a gap, no counter can tell. Or it joins again: a session begins at 0, where frames may be lost.
    """
    wraps_at = draw(st.sampled_from([2**16, 2**32]))
    lorawan = draw(st.booleans())
    number = draw(st.integers(0, 1_000) | st.integers(65_500, 65_535) | st.integers(wraps_at - 40, wraps_at - 1))
    session, at = 0, NOON
    frames: list[Frame] = []
    sent: Counter[date] = Counter()
    lost: Counter[date] = Counter()
    for life in range(draw(st.integers(1, 4))):
        if life and not lorawan and any(0 < wrap - number <= WRAPS_WITHIN for wrap in WRAPS_AT):
            break
        if life:
            session, number, at = session + lorawan, 0, at if lorawan else at + OVERTAKES_WITHIN
        fates = draw(st.lists(st.booleans(), min_size=3, max_size=60))
        fates[-1] = True
        if life == 0 or not lorawan:
            fates[:2] = True, True
        for comes in fates:
            sent[at.date()] += 1
            if comes:
                frames.append(Frame(f"s{session}" if lorawan else "", number, at))
            else:
                lost[at.date()] += 1
            number = (number + 1) % wraps_at
            at += timedelta(minutes=30)
    return frames, sent, lost


@given(lives())
def test_the_count_is_the_devices_own_to_the_frame(life: tuple[list[Frame], Counter[date], Counter[date]]) -> None:
    frames, sent, lost = life
    lorawan = bool(frames[0].session)
    counted = days(frames, None, TODAY, lorawan)
    assert {day.day: day.heard + day.missing for day in counted} == dict(sent)
    assert {day.day: day.missing for day in counted if day.missing} == dict(lost)


@given(lives(), st.data())
def test_late_and_overtaken_frames_change_nothing_once_all_have_come(
    life: tuple[list[Frame], Counter[date], Counter[date]], data: st.DataObject
) -> None:
    frames, sent, lost = life
    lorawan = bool(frames[0].session)
    shuffled = sorted(data.draw(st.permutations(frames)), key=lambda frame: frame.at)
    assert days(shuffled, None, TODAY, lorawan) == days(frames, None, TODAY, lorawan)


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(0, 30))
def test_whatever_the_numbers_every_frame_is_heard_once_and_no_more_is_missing_than_numbers_were_left_out(
    numbers: list[int], split: int
) -> None:
    frames = heard(*numbers)
    came, missing = told(frames)
    assert came == len(numbers)
    assert 0 <= missing <= sum(max(later - number - 1, 0) for number, later in zip(numbers, numbers[1:], strict=False))


def test_what_is_lost_right_at_a_restart_or_far_around_a_wrap_no_counter_can_tell() -> None:
    assert told(heard(48, 49, 1, 2)) == (4, 0)  # 0 was sent after the restart: one too few
    assert told(heard(48, 49, 55)) == (3, 5)  # restarted at once and lost 0 to 54: 50 too few
    assert told(heard(0, 4, 1, 2)) == (4, 1)  # restarted and lost 0, or were 1 and 2 overtaken? two too few
    assert told(heard(65_535, WRAPS_WITHIN))[1] == 0 < WRAPS_WITHIN
    assert told(heard(65_535, WRAPS_WITHIN - 1))[1] == WRAPS_WITHIN - 1
