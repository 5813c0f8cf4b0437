"""Places asked over HTTP, on a real database, after the job has worked out what is usual."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from browsing import served_filled
from psycopg import Connection

from cli.embedded.broker import EmbeddedBroker
from streets.jobs.footfall import refresh_usual
from streets.store import footfall
from streets.store.database import Database
from tests.footfall.street import HOUR, count, count_weeks, two_counters

THIS_HOUR = datetime(2026, 1, 16, 15, tzinfo=UTC)


def busy_street(conn: Connection[Any]) -> None:
    two_counters(conn, THIS_HOUR - timedelta(weeks=10))
    for number in (1, 2):
        count_weeks(conn, number, THIS_HOUR - number * HOUR, 4, 300)
    count(conn, 1, THIS_HOUR - HOUR, 600)
    refresh_usual(conn, THIS_HOUR)


@pytest.fixture(scope="module")
def asking(databases: Any, broker: EmbeddedBroker) -> Iterator[httpx.Client]:
    at = THIS_HOUR + timedelta(minutes=10)
    with served_filled(databases, broker, busy_street, at=at) as url, httpx.Client(base_url=url) as client:
        yield client


def test_a_place_answers_from_the_counter_that_reports(asking: httpx.Client) -> None:
    answer = asking.get("/v1/places/high-street/busyness").json()
    # 600 where 300 and a few more or less are usual is very busy; the silent second counter is on neither side.
    assert (answer["level"], answer["count"], answer["counters_reporting"], answer["counters_total"]) == ("very_busy", 600, 1, 2)
    assert 270 <= answer["usual_count"] <= 330
    assert answer["ratio"] == pytest.approx(600 / answer["usual_count"], abs=0.01)
    assert answer["observed_to"] == THIS_HOUR.isoformat().replace("+00:00", "Z")
    assert answer["reason"] is None


def test_the_next_hours_come_down_to_usual_with_an_interval(asking: httpx.Client) -> None:
    hours = asking.get("/v1/places/high-street/forecast").json()["hours"]
    assert len(hours) == 12
    expected = [hour["expected_count"] for hour in hours]
    # Twice the usual now: 1.8 times in an hour, less than 1.1 times in twelve.
    assert expected[0] > 450 > 370 > expected[11]
    assert all(hour["low_count"] <= hour["expected_count"] <= hour["high_count"] for hour in hours)


def test_the_usual_week_has_every_hour(asking: httpx.Client) -> None:
    hours = asking.get("/v1/places/high-street/usual").json()["hours"]
    assert len({(hour["weekday"], hour["hour"]) for hour in hours}) == 168
    assert all(540 <= hour["usual_count"] <= 660 for hour in hours)


def test_places_have_three_faces(asking: httpx.Client) -> None:
    (place,) = asking.get("/v1/places").json()["places"]
    (feature,) = asking.get("/v1/places.geojson").json()["features"]
    (row,) = csv.DictReader(io.StringIO(asking.get("/v1/places.csv").text))
    assert place["level"] == feature["properties"]["level"] == row["level"] == "very_busy"
    assert feature["geometry"]["coordinates"] == [-1.61, 54.97]


def test_hours_are_open_data(asking: httpx.Client) -> None:
    span = {"place": "high-street", "from": (THIS_HOUR - 3 * HOUR).isoformat(), "to": THIS_HOUR.isoformat()}
    rows = list(csv.DictReader(io.StringIO(asking.get("/v1/footfall.csv", params=span).text)))
    assert [row["counter_id"] for row in rows] == ["C1", "C2", "C1", "C1"]
    assert rows[-1]["count"] == "600"
    assert all(row["covered_pct"] == "100" for row in rows)


def test_without_a_span_the_last_four_weeks_are_told(asking: httpx.Client) -> None:
    rows = list(csv.DictReader(io.StringIO(asking.get("/v1/footfall.csv?place=high-street").text)))
    first = datetime.fromisoformat(rows[0]["hour_start"])
    assert timedelta(days=27) < THIS_HOUR - first <= timedelta(days=28)


def test_a_span_that_is_none_is_refused_with_what_is_wrong(asking: httpx.Client) -> None:
    for since, until, says in (
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "later than from"),
        ("2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "366 days"),
        ("2026-01-01T00:00:00", "2026-01-02T00:00:00", "zone"),
        ("yesterday", "2026-01-02T00:00:00Z", "query.from"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z", "later than 2000"),
    ):
        answer = asking.get("/v1/footfall.csv", params={"place": "high-street", "from": since, "to": until})
        assert answer.status_code == 422
        assert says in answer.json()["detail"]


def test_an_unknown_place_is_not_found(asking: httpx.Client) -> None:
    for path in ("busyness", "forecast", "usual"):
        assert asking.get(f"/v1/places/nowhere/{path}").status_code == 404
        assert asking.get(f"/v1/places/%00/{path}").status_code == 400


def test_a_fault_told_by_the_device_is_a_gap_and_not_a_zero(database: Database) -> None:
    at = datetime(2026, 1, 16, 13, tzinfo=UTC)
    with database.transaction() as conn:
        two_counters(conn, at - timedelta(weeks=1))
        count(conn, 1, at - 2 * HOUR, 0, fault="stopped")
        count(conn, 1, at - HOUR, 90)
        hours = footfall.counted_hours(conn, at - 3 * HOUR, at)["C1"]
    assert [(hour.people, hour.covered_s) for hour in hours] == [(0, 0), (90, 3600)]


def test_what_another_post_counted_before_the_device_moved_is_not_counted_here(database: Database) -> None:
    at = datetime(2026, 1, 16, 13, tzinfo=UTC)
    with database.transaction() as conn:
        two_counters(conn, at - 2 * HOUR)
        for back in (4, 3, 2, 1):
            count(conn, 1, at - back * HOUR, 100 * back)
        hours = footfall.counted_hours(conn, at - timedelta(days=1), at)["C1"]
    assert [hour.people for hour in hours] == [200, 100]


def test_the_job_run_again_changes_nothing(database: Database) -> None:
    at = datetime(2026, 1, 16, 13, tzinfo=UTC)
    with database.transaction() as conn:
        two_counters(conn, at - timedelta(weeks=6))
        count_weeks(conn, 1, at, 4, 100)
        first = refresh_usual(conn, at)
        usual = conn.execute("SELECT counter_id, hour_of_week, people, weeks FROM counter_usual ORDER BY 1, 2").fetchall()
        assert refresh_usual(conn, at) == first == "1 of 1 counters have a usual; 0 stretches are not to be believed"
        assert usual == conn.execute("SELECT counter_id, hour_of_week, people, weeks FROM counter_usual ORDER BY 1, 2").fetchall()
    assert len(usual) == 168


@pytest.mark.timescale
def test_timescaledb_counts_the_same_hours(database: Database, timescale_url: str) -> None:
    at = datetime(2026, 1, 16, 13, tzinfo=UTC)
    timescale = Database(timescale_url, "postgres", size=1)
    timescale.open()
    answers = []
    for db in (database, timescale):
        with db.transaction() as conn:
            two_counters(conn, at - timedelta(days=3))
            count_weeks(conn, 1, at, 1, 40)
            count(conn, 2, at - HOUR, 5, fault="stuck")
            answers.append(footfall.counted_hours(conn, at - timedelta(days=7), at))
    timescale.close()
    assert answers[0] == answers[1]
    assert len(answers[0]["C1"]) == 72
