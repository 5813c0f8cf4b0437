"""What a crew reads: why a bin is on the round, or why it waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.pages.words import Words
from api.round_words import why, why_not, window
from streets.store.rounds import NotToday, PlannedStop

MORNING = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
STOP = PlannedStop(
    stop_id=uuid4(), round_id=uuid4(), position=1, kind="bin", bin_id="B1", base_id=None, name="Quay", lat=52, lon=-4,
    eta=MORNING, leg_s=0, leg_m=0, leg_line=[], leg_streets=[], service_s=90, window_from=None, window_until=None,
    expected_load_l=100, why="", why_detail={},
)  # fmt: skip

AFTERNOON = {"fill_pct": 91, "full_at": "2026-03-10T15:13:48+00:00"}
TOMORROW = {"fill_pct": 60, "full_at": "2026-03-11T15:00:00+00:00"}
SILENT_26_H = {"observed_at": "2026-03-09T05:00:00+00:00"}
SILENT_5_DAYS = {"observed_at": "2026-03-05T05:00:00+00:00"}


@pytest.mark.parametrize(
    ("reason", "detail", "english", "welsh"),
    [
        ("likely_full", AFTERNOON, "about 91% full, full by about 3pm", "tua 91% yn llawn, llawn erbyn tua 3pm"),
        ("likely_full", {"fill_pct": 100, "full_at": "2026-03-10T05:00:00+00:00"}, "full", "llawn"),
        (
            "on_the_way", TOMORROW,
            "about 60% full, full by about 3pm on Wednesday 11 March, on the way",
            "tua 60% yn llawn, llawn erbyn tua 3pm, Dydd Mercher 11 Mawrth, ar y ffordd",
        ),
        (
            "history_silent", {**SILENT_26_H, "low_pct": 40, "high_pct": 90},
            "sensor silent for 26 hours, by its history 40% to 90% full",
            "y synhwyrydd yn dawel ers 26 awr, yn ôl ei hanes, 40% i 90% yn llawn",
        ),
        (
            "history_no_sensor", {"low_pct": 0, "high_pct": 25},
            "no sensor, by its history 0% to 25% full", "dim synhwyrydd, yn ôl ei hanes, 0% i 25% yn llawn",
        ),
        (
            "scheduled_silent", SILENT_26_H,
            "sensor silent for 26 hours: scheduled visit", "y synhwyrydd yn dawel ers 26 awr: ymweliad yn ôl yr amserlen",
        ),
        (
            "scheduled_silent", SILENT_5_DAYS,
            "sensor silent for 5 days: scheduled visit", "y synhwyrydd yn dawel ers 5 diwrnod: ymweliad yn ôl yr amserlen",
        ),
        (
            "scheduled_unsuitable", {},
            "the sensor does not suit this bin: scheduled visit",
            "nid yw'r synhwyrydd yn addas i'r bin hwn: ymweliad yn ôl yr amserlen",
        ),
        (
            "scheduled_silent", {},
            "sensor has never reported: scheduled visit",
            "nid yw'r synhwyrydd erioed wedi adrodd: ymweliad yn ôl yr amserlen",
        ),
    ],
)  # fmt: skip
def test_a_stop_says_why_it_is_on_the_round(reason: str, detail: dict[str, Any], english: str, welsh: str) -> None:
    stop = replace(STOP, why=reason, why_detail=detail)
    assert why(Words("en"), stop) == english
    assert why(Words("cy"), stop) == welsh


@pytest.mark.parametrize(
    ("reason", "detail", "english"),
    [
        (
            "not_worth_it", {"fill_pct": 40, "detour_pence": 320, "worth_pence": 40.4},
            "about 40% full, the detour costs £3.20 and saves £0.40",
        ),
        ("not_worth_it", {"fill_pct": 12}, "about 12% full, can wait"),
        ("not_worth_it", {"low_pct": 5, "high_pct": 20}, "by its history 5% to 20% full, can wait"),
        ("recently_emptied", {"last_emptied_at": "2026-03-09T06:00:00+00:00"}, "emptied at 6am on Monday 9 March"),
        ("no_time", {}, "no time or no space left on any round"),
        ("no_time", {"fill_pct": 100}, "full, no time or no space left on any round"),
        ("outside_hours", {"fill_pct": 91}, "about 91% full, cannot be reached in its hours on any round"),
        ("unreachable", {}, "no street that a vehicle can use leads to it"),
    ],
)  # fmt: skip
def test_a_bin_that_waits_says_why(reason: str, detail: dict[str, Any], english: str) -> None:
    assert why_not(Words("en"), NotToday(bin_id="B1", name="Quay", lat=52, lon=-4, why=reason, why_detail=detail)) == english


@pytest.mark.parametrize(
    ("hours", "english"),
    [
        (None, ""),
        ((5, 10), "begin between 5am and 10am"),
        ((0, 10), "begin by 10am"),
        ((11, 24), "not before 11am"),
    ],
)
def test_the_hours_of_a_stop_are_told_as_a_crew_needs_them(hours: tuple[int, int] | None, english: str) -> None:
    midnight = datetime(2026, 3, 10, tzinfo=UTC)  # as in the street: it is winter
    early, late = (midnight + timedelta(hours=hour) for hour in hours) if hours else (None, None)
    assert window(Words("en"), replace(STOP, window_from=early, window_until=late)) == english
