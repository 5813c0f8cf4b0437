"""What those who run it see."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from browsing import served

from api.readiness import arrivals_check, jobs_check
from cli.embedded.broker import EmbeddedBroker
from streets.settings import Settings, settings_of
from streets.store import gaps
from streets.store.job_runs import JobRun

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def run(job: str, minutes_ago: int, ok: bool | None = True) -> JobRun:
    return JobRun(job, NOW - timedelta(minutes=minutes_ago), None, ok, None)


@pytest.mark.parametrize(
    ("newest", "ok"), [(None, True), (NOW - timedelta(minutes=119), True), (NOW - timedelta(minutes=121), False)]
)
def test_no_message_for_two_hours_is_not_ready(newest: datetime | None, ok: bool) -> None:
    assert arrivals_check(newest, NOW).ok is ok


@pytest.mark.parametrize(
    ("runs", "ok"),
    [
        ([], True),
        ([run("bins", 1), run("rounds", 600)], True),
        ([run("bins", 16)], False),
        ([run("bins", 1), run("rounds", 1, ok=False)], False),
        ([run("bins", 1, ok=None)], True),
    ],
)
def test_jobs_that_stand_still_or_failed_are_not_ready(runs: list[JobRun], ok: bool) -> None:
    assert jobs_check(runs, NOW).ok is ok


def test_what_is_not_well_is_said_and_not_ready(databases: Any, broker: EmbeddedBroker) -> None:
    with databases.copy() as url:
        with psycopg.connect(url) as conn:
            conn.execute("INSERT INTO job_run VALUES ('bins', now(), now(), false, 'ValueError')")
        told = {
            "STREETS_DATABASE_URL": url,
            "STREETS_MQTT_URL": "mqtt://127.0.0.1:1",
            "STREETS_SECRET_KEY": secrets.token_hex(32),
        }
        with served(settings_of(told)) as site:
            alive, ready = httpx.get(f"{site}/healthz"), httpx.get(f"{site}/readyz")
    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.headers["Content-Type"] == "application/problem+json"
    wrong = {check["check"] for check in ready.json()["checks"] if not check["ok"]}
    assert wrong == {"broker", "jobs"}


def test_metrics_tell_arrivals_rejects_age_and_jobs(database_url: str, settings: Settings) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO ledger VALUES ((now() AT TIME ZONE 'UTC')::date, 'tts', '24e124713d000001', 10, 7, 2, 1)")
        conn.execute("INSERT INTO job_run VALUES ('bins', now(), now(), true, '')")
        conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth')")
        gaps.add_outage(conn, "rivermouth", "bins@ttn", NOW - timedelta(minutes=5), NOW)
    with served(settings) as site:
        told = httpx.get(f"{site}/metrics").text
    lines = told.splitlines()
    assert 'streets_messages_today{outcome="received",source="tts"} 10.0' in lines
    assert 'streets_messages_today{outcome="stored",source="tts"} 7.0' in lines
    assert 'streets_job_ok{job="bins"} 1.0' in lines
    assert 'streets_open_gaps{source="tts",why="outage"} 1.0' in lines
    assert "streets_newest_uplink_age_seconds " not in told
