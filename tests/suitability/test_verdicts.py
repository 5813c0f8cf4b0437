"""What is wrong with a sensor is found, with the figure that arithmetic gives; a good one is never failed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from streets.suitability.crews import Checks
from streets.suitability.fortnight import Said
from streets.suitability.verdict import MARKS, Verdict, figures_of, verdict_of, vote_after
from tests.suitability.fortnights import HOURS, MOUNT, STARTS_S, depths, fortnight, said, tap, with_frames

LINER_MM = 380
"""(900 - 380) / 6 = 87 per cent: a liner that hangs into the beam."""


def test_a_good_sensor_suits() -> None:
    """A deviation of 12 mm is 2 points of 6 mm; of 336 readings it is known to about a tenth."""
    figures = figures_of(fortnight(depths()))
    assert verdict_of(figures, trusted=True) == Verdict("suits", (), ())
    assert figures.echoes.jitter_mm == pytest.approx(12, rel=0.25)
    assert figures.echoes.jitter_pct == pytest.approx(2, rel=0.25)
    assert (figures.echoes.readings, figures.hearing.days_heard, figures.hearing.days_thin) == (HOURS, 14, 0)


def test_every_fourth_echo_from_the_liner_fails_the_sensor() -> None:
    """84 of 336 readings are alone at 87 per cent while the bin holds at most 39: a quarter strays, all of them fuller."""
    echoes = [LINER_MM if hour % 4 == 2 else mm for hour, mm in enumerate(depths(rise_mm_per_h=4))]
    figures = figures_of(fortnight(echoes))
    assert "strays" in verdict_of(figures, trusted=True).failed
    assert figures.echoes.stray_share == figures.echoes.stray_up_share == pytest.approx(0.25, abs=0.01)
    assert figures.echoes.jumps_up == 84


def test_a_sensor_without_an_echo_most_of_the_time_fails() -> None:
    """Six readings of ten."""
    echoes = ["no_echo" if hour % 10 < 6 else mm for hour, mm in enumerate(depths())]
    figures = figures_of(fortnight(echoes))
    assert figures.echoes.invalid_share == pytest.approx(0.6, abs=0.01)
    assert "invalid_echoes" in verdict_of(figures, trusted=True).failed


@pytest.mark.parametrize(("share", "verdict"), [(20, "suits"), (8, "suits_with_care"), (2, "does_not_suit")])
def test_readings_in_the_blind_zone_want_care_before_they_fail(share: int, verdict: str) -> None:
    """One reading of 20, of 8 twice (a quarter), of 2: the marks are a quarter and a half."""
    near = 2 if share == 8 else 1
    echoes = [200 if hour % share < near else 700 + hour % 7 for hour in range(HOURS)]
    assert verdict_of(figures_of(fortnight(echoes)), trusted=True).verdict == verdict


def test_a_sensor_that_was_moved_has_a_wrong_record() -> None:
    """Moved up by 400 mm on the fifth day, the empty bin reads 1300: (900 - 1300) / 6 = -67 per cent, ten days of fourteen."""
    moved = [mm + (400 if hour >= 96 else 0) for hour, mm in enumerate(depths(rise_mm_per_h=3, emptied_every_h=48))]
    figures = figures_of(fortnight(moved))
    assert figures.echoes.outside_share == pytest.approx(10 / 14, abs=0.01)
    assert "wrong_record" in verdict_of(figures, trusted=True).failed


def test_a_sensor_that_sees_the_same_for_most_of_a_fortnight_is_stuck() -> None:
    """240 of 336 readings say 500 mm."""
    figures = figures_of(fortnight([*depths(96), *[500] * 240]))
    assert figures.echoes.same_share == pytest.approx(240 / 336)
    assert verdict_of(figures, trusted=True).failed == ("stuck",)


def test_a_sensor_of_whole_centimetres_in_an_idle_bin_is_not_stuck_unless_it_never_says_anything_else() -> None:
    idle = [700] * 96 + [690] * 240
    assert verdict_of(figures_of(fortnight(idle)), trusted=True).verdict == "suits"
    assert verdict_of(figures_of(fortnight([700] * HOURS)), trusted=True).failed == ("stuck",)


def test_echoes_that_come_and_go_for_hours_wander() -> None:
    """For six of every twelve hours the heap seems 180 mm nearer: twelve days of two falls by 30 points, and two days without."""
    level = [860 + hour % 5 if hour < 48 else 700 + hour % 5 for hour in range(HOURS)]
    figures = figures_of(fortnight([mm - (180 if hour >= 48 and hour % 12 < 6 else 0) for hour, mm in enumerate(level)]))
    assert figures.echoes.stray_share == 0
    assert figures.echoes.wander_pct_a_day == pytest.approx(12 * 2 * 30 / 14, rel=0.1)
    assert verdict_of(figures, trusted=True).failed == ("wanders",)


def test_a_weak_gateway_is_told_apart_from_a_sensor_that_died() -> None:
    """One frame of ten: 2 or 3 readings a day, where an emptying needs four. One that dies on day nine had enough until then."""
    weak = with_frames(fortnight([mm if hour % 10 == 0 else None for hour, mm in enumerate(depths())]), 34, 302)
    figures = figures_of(weak)
    assert figures.hearing.loss_share == pytest.approx(302 / 336)
    assert (figures.hearing.days_thin, figures.hearing.days_between) == (14, 14)
    assert verdict_of(figures, trusted=True) == Verdict("does_not_suit", ("seldom_heard",), ("frames_lost",))
    died = figures_of(fortnight(depths(9 * 24)))
    assert verdict_of(died, trusted=True) == Verdict("suits_with_care", (), ("silences",))
    assert died.hearing.longest_silence_s == 5 * 86_400 + 3600


def test_the_time_before_a_sensors_first_word_is_no_silence() -> None:
    """It was first heard on day five of the fortnight, the day on which we began to listen; the same of one heard before is."""
    late = [None] * 96 + depths()[96:]
    first = replace(fortnight(late), spoke_before=False)
    assert verdict_of(figures_of(first), trusted=True) == Verdict("suits", (), ())
    assert figures_of(fortnight(late)).hearing.longest_silence_s == 4 * 86_400


@pytest.mark.parametrize(("hours", "lacks"), [(6 * 24, "too_few_days"), (0, "too_few_days")])
def test_too_little_is_said_and_not_judged(hours: int, lacks: str) -> None:
    """Six days, all of them without an echo."""
    assert verdict_of(figures_of(fortnight(["no_echo"] * hours)), trusted=True) == Verdict("not_known_yet", (lacks,), ())


def test_a_sensor_that_reports_once_a_day_is_not_judged() -> None:
    """It told the level fourteen times, as often as it is meant to: of 48 that would be needed."""
    daily = replace(fortnight([]), said=tuple(said([900] * 14, every_s=86_400)), report_every_s=86_400)
    assert verdict_of(figures_of(daily), trusted=True) == Verdict("not_known_yet", ("too_few_readings",), ())


def test_crews_who_tell_another_fill_fail_a_sensor_only_when_that_is_sure() -> None:
    """The sensor says 20 per cent. Wilson: 6 wrong of 6 are surely 6 / (6 + 1.96^2) = 0.61; 2 of 10 surely no more than 0.06."""
    level = [780 + hour % 5 for hour in range(HOURS)]
    wrong = figures_of(fortnight(level, [tap(24 * day + 9.5, "not_full", 100) for day in range(6)]))
    assert (wrong.agreement.fills.n, wrong.agreement.fills.wrong) == (6, 6)
    assert wrong.agreement.fills.surely_wrong == pytest.approx(6 / (6 + 1.96**2))
    assert verdict_of(wrong, trusted=True).failed == ("crew_disagrees",)
    mostly = [tap(24 * day + 9.5, "not_full", 100 if day < 2 else 25) for day in range(10)]
    assert figures_of(fortnight(level, mostly)).agreement.fills.surely_wrong == pytest.approx(0.0567, abs=0.0001)
    few = figures_of(fortnight(level, [tap(24 * day + 9.5, "not_full", 100) for day in range(3)]))
    assert verdict_of(few, trusted=True).verdict == "suits", "three visits are too few"


def test_a_quarter_apart_is_no_disagreement() -> None:
    level = [600 + hour % 5 for hour in range(HOURS)]
    told = [tap(24 * day + 9.5, "not_full", (25, 75)[day % 2]) for day in range(8)]
    assert figures_of(fortnight(level, told)).agreement.fills == Checks(8, 0)


def test_emptyings_that_the_sensor_did_not_see_are_counted_where_there_was_something_to_see() -> None:
    """It says 50 per cent all the time; of five bins emptied one was told to hold a quarter, which nobody need have seen."""
    level = [600 + hour % 5 for hour in range(HOURS)]
    told = [tap(24 * day + 9.5, "emptied", 25 if day == 4 else 75) for day in range(5)]
    figures = figures_of(fortnight(level, told))
    assert figures.agreement.emptyings == Checks(4, 4)
    assert "emptyings_unseen" in verdict_of(figures, trusted=True).failed
    seen = figures_of(fortnight(depths(), [tap(60 * n + 59.5, "emptied", 50) for n in range(5)]))
    assert seen.agreement.emptyings == Checks(5, 0)


def test_a_fall_when_the_crew_left_the_bin_as_it_was_is_a_false_emptying() -> None:
    figures = figures_of(fortnight(depths(), [tap(60 * n + 59.5, "not_full") for n in range(5)]))
    assert figures.agreement.left == Checks(5, 5)
    assert "false_emptyings" in verdict_of(figures, trusted=True).failed


def test_a_sensor_that_failed_must_come_half_of_the_way_back() -> None:
    """Strays: care from 5, failed from 15, once failed from 10 per cent on. Every ninth is 0.11 of them, every twelfth 0.08."""

    def verdict(each: int, trusted: bool) -> str:
        echoes = [LINER_MM if hour % each == 4 else mm for hour, mm in enumerate(depths(rise_mm_per_h=4))]
        return verdict_of(figures_of(fortnight(echoes)), trusted).verdict

    assert [verdict(each, trusted=True) for each in (9, 12)] == ["suits_with_care", "suits_with_care"]
    assert [verdict(each, trusted=False) for each in (9, 12)] == ["does_not_suit", "suits_with_care"]


def test_what_is_not_known_yet_changes_no_vote() -> None:
    assert [vote_after(verdict, False) for verdict in ("suits", "suits_with_care", "does_not_suit", "not_known_yet")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert vote_after("not_known_yet", True)


def test_a_record_with_full_in_the_blind_zone_wants_care() -> None:
    """The blind zone ends at 250 mm; full is recorded at 260."""
    mount = replace(MOUNT, full_mm=260)
    assert verdict_of(figures_of(fortnight(depths(), mount=mount)), trusted=True).cares == ("full_in_blind_zone",)


def test_a_battery_that_loses_five_points_in_a_fortnight_wants_care() -> None:
    one = fortnight(depths())
    told = tuple(replace(each, battery_pct=90 - place // 60) for place, each in enumerate(one.said))
    figures = figures_of(replace(one, said=told))
    assert figures.hearing.battery_lost_pct == 5
    assert verdict_of(figures, trusted=True).cares == ("battery",)


def test_a_battery_told_in_millivolts_alone_is_shown_and_not_judged() -> None:
    """No maker says at which voltage its sensor's battery is empty."""
    one = fortnight(depths())
    told = tuple(replace(each, battery_pct=None, battery_mv=3_600 - place) for place, each in enumerate(one.said))
    figures = figures_of(replace(one, said=told))
    assert (figures.hearing.battery_mv, figures.hearing.battery_lost_pct) == (3_600 - len(told) + 1, None)
    assert verdict_of(figures, trusted=True).cares == ()


def test_fire_is_no_fault_of_the_sensor() -> None:
    one = fortnight(depths())
    burning = tuple(replace(each, alarms=("fire",)) if place % 3 else each for place, each in enumerate(one.said))
    assert figures_of(replace(one, said=burning)).echoes.readings == HOURS / 3


def test_every_mark_says_why_it_lies_there_and_asks_for_care_before_it_fails() -> None:
    assert all(mark.because and (mark.fails is None or mark.care < mark.fails) for mark in MARKS)


@given(
    rise=st.floats(0.1, 18),
    emptied_every_h=st.integers(20, 400),
    noise=st.floats(2, 18),
    lost=st.integers(3, 1000),
)
@hypothesis_settings(max_examples=40)
def test_a_sensor_with_ordinary_noise_over_any_bin_keeps_its_vote(
    rise: float, emptied_every_h: int, noise: float, lost: int
) -> None:
    """Up to three points an hour, emptied before it overflows, and every so many frames one lost."""
    full_h = int(600 / rise)
    level = depths(rise_mm_per_h=rise, emptied_every_h=min(emptied_every_h, max(full_h, 2)), noise_mm=noise)
    heard = [None if hour % lost == 1 else mm for hour, mm in enumerate(level)]
    assert verdict_of(figures_of(fortnight(heard)), trusted=True).verdict in ("suits", "suits_with_care")


reading = st.builds(
    Said,
    at_s=st.floats(STARTS_S, STARTS_S + HOURS * 3600 - 1),
    distance_mm=st.none() | st.integers(0, 65_535),
    cannot_measure=st.none() | st.sampled_from(["no_echo", "too_close", "too_far", "sensor_fault", "?"]),
    tilted=st.none() | st.booleans(),
    alarms=st.sampled_from([(), ("fire",), ("vandal", "tilt")]),
    battery_pct=st.none() | st.floats(0, 100),
)


@given(st.lists(reading, max_size=80, unique_by=lambda each: each.at_s))
@hypothesis_settings(max_examples=60)
def test_whatever_a_sensor_says_has_a_verdict_and_shares_are_shares(readings: list[Said]) -> None:
    ordered = tuple(sorted(readings, key=lambda each: each.at_s))
    figures = figures_of(replace(fortnight([]), said=ordered))
    assert verdict_of(figures, trusted=True).verdict in ("suits", "suits_with_care", "does_not_suit", "not_known_yet")
    shares = [getattr(figures.echoes, name) for name in figures.echoes.__dataclass_fields__ if name.endswith("share")]
    assert all(share is None or 0 <= share <= 1 for share in shares)


@given(n=st.integers(1, 500), data=st.data())
def test_an_interval_holds_the_share_it_is_of(n: int, data: st.DataObject) -> None:
    checks = Checks(n, data.draw(st.integers(0, n)))
    assert checks.interval is not None
    low, high = checks.interval
    assert 0 <= low <= checks.wrong / n + 1e-9
    assert checks.wrong / n - 1e-9 <= high <= 1
