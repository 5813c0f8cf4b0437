"""What phones send of the roads: single bumps where something is, never a trace, and who sent them cannot be followed."""

import json
from collections import Counter as Tally
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulators.ground import distance_m, lat_lon
from simulators.phones import GPS_ERROR_M, Phones
from simulators.town import Town

Told = tuple[datetime, str, dict[str, Any]]
"""Received at, topic, message."""

FIRST_MONDAY = datetime(2026, 5, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def month(town: Town) -> list[Told]:
    """Four weeks and a day."""
    phones = Phones(town.seed, town.council, town.streets, town.obstacles)
    sent = [message for number in range(29) for message in phones.next_day(number, FIRST_MONDAY + timedelta(days=number))]
    return [(datetime.fromtimestamp(at, UTC), topic, json.loads(message)) for at, topic, message in sent]


def nearest(town: Town, bump: dict[str, Any]) -> tuple[str, str, float]:
    """Id and kind of the nearest obstacle, and how far it is in metres."""
    lat0, lon0 = lat_lon((0.0, 0.0))
    at = ((bump["lon"] - lon0) * 67_900.0, (bump["lat"] - lat0) * 111_320.0)  # 111,320 x cos(52.42 degrees)
    found = min(town.obstacles, key=lambda obstacle: distance_m(obstacle.point, at))
    return found.obstacle_id, found.kind, distance_m(found.point, at)


def test_a_bump_says_a_place_an_hour_and_coarse_words_only(month: list[Told]) -> None:
    bumps = [(at, bump) for at, topic, bump in month if topic.endswith("/bump")]
    for received_at, bump in bumps:
        assert set(bump) == {"lat", "lon", "hour_start", "severity_g", "heading_octant", "speed_band", "quality"}
        hour = datetime.fromisoformat(bump["hour_start"])
        assert (hour.minute, hour.second) == (0, 0)
        assert timedelta(0) < received_at - hour < timedelta(hours=7)


def test_castings_are_felt_more_often_than_potholes_and_every_pothole_by_three_reporters(town: Town, month: list[Told]) -> None:
    kinds: Tally[str] = Tally()
    reporters: dict[str, set[str]] = defaultdict(set)
    errors_m = []
    for _, topic, bump in month:
        if topic.endswith("/bump"):
            obstacle, kind, off_m = nearest(town, bump)
            kinds[kind if off_m < 15 else "nothing there"] += 1
            reporters[obstacle].add(topic.split("/")[4])
            errors_m += [off_m] if off_m < 15 else []
    assert kinds["manhole"] > 4 * kinds["pothole"] and kinds["speed_bump"] > kinds["pothole"] > 0
    assert kinds["nothing there"] > 0
    assert all(len(reporters[pothole.obstacle_id]) >= 3 for pothole in town.potholes)
    # The mean of a Rayleigh variable is 1.253 times its parameter.
    assert sum(errors_m) / len(errors_m) == pytest.approx(1.253 * GPS_ERROR_M, rel=0.1)


def test_nobody_is_known_by_the_same_token_for_two_weeks(month: list[Told]) -> None:
    weeks: dict[int, set[str]] = defaultdict(set)
    for _, topic, said in month:
        if topic.endswith("/bump"):
            weeks[datetime.fromisoformat(said["hour_start"]).isocalendar().week].add(topic.split("/")[4])
        assert len(topic.split("/")[4]) == 16
    tokens = [token for week in list(weeks.values())[:4] for token in week]
    assert len(tokens) == len(set(tokens)) > 100


def test_coverage_is_told_on_monday_for_the_week_before_as_counts(town: Town, month: list[Told]) -> None:
    coverage = [(at, said) for at, topic, said in month if topic.endswith("/coverage")]
    streets = {str(way.usrn) for way in town.streets.ways}
    for at, said in coverage:
        assert at.weekday() == 0 and set(said) == {"street", "week_start", "passes"}
        assert at.date() - datetime.fromisoformat(said["week_start"]).date() == timedelta(days=7)
        assert said["street"] in streets and said["passes"] >= 1
    assert len({said["week_start"] for _, said in coverage}) == 4


def test_a_pothole_is_not_felt_before_it_opened(town: Town, month: list[Told]) -> None:
    opening = {pothole.obstacle_id: pothole.opens_on_day for pothole in town.potholes if pothole.opens_on_day}
    assert opening
    for _, topic, bump in month:
        if topic.endswith("/bump"):
            obstacle, _, off_m = nearest(town, bump)
            if off_m < 4 and obstacle in opening:
                assert (datetime.fromisoformat(bump["hour_start"]) - FIRST_MONDAY).days >= opening[obstacle]
