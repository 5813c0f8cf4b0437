"""`streets doctor` says what is wrong and what to do about it."""

import json
import secrets
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cli.embedded.broker import EmbeddedBroker
from cli.examination import of_clock, of_policies
from cli.main import app
from streets import clock
from streets.jobs.table import JOBS
from streets.store import audits, job_runs
from streets.store.audits import Audit, What
from streets.store.condition import Condition, Policy, Server
from streets.store.database import Database
from streets.store.job_runs import JobRun


@pytest.fixture
def env(database_url: str, broker: EmbeddedBroker) -> dict[str, str]:
    return {
        "STREETS_DATABASE_URL": database_url,
        "STREETS_MQTT_URL": broker.url("everyone"),
        "STREETS_SECRET_KEY": secrets.token_hex(32),
    }


def examined(env: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """The exit code, and each finding by what was checked."""
    run = CliRunner().invoke(app, ["doctor", "--json"], env=env)
    return run.exit_code, {finding["check"]: finding for finding in json.loads(run.stdout)}


def note_every_job(database: Database, *, ok: bool) -> None:
    with database.transaction() as conn:
        for job in JOBS:
            job_runs.note(conn, JobRun(job.name, clock.now(), clock.now(), ok, "no streets were imported"))


def test_a_healthy_house_is_found_well(env: dict[str, str], database: Database) -> None:
    note_every_job(database, ok=True)
    code, found = examined(env)
    assert [name for name, finding in found.items() if not finding["ok"]] == []
    assert list(found) == [
        "settings",
        "database",
        "clock",
        "migrations",
        "roles",
        "policies",
        "jobs",
        "hours",
        "audit",
        "ingest",
        "broker",
    ]
    assert code == 0


def test_a_job_that_never_ran_or_failed_is_found(env: dict[str, str], database: Database) -> None:
    code, found = examined(env)
    assert (code, found["jobs"]["ok"], found["jobs"]["do"]) == (1, False, "is `streets jobs` running?")
    note_every_job(database, ok=False)
    code, found = examined(env)
    assert code == 1
    assert "no streets were imported" in found["jobs"]["says"]


def test_a_database_without_tables_wants_to_be_migrated(env: dict[str, str], empty_database_url: str) -> None:
    code, found = examined(env | {"STREETS_DATABASE_URL": empty_database_url})
    assert (code, found["migrations"]["ok"], found["migrations"]["do"]) == (1, False, "run `streets migrate`")
    assert "0001_assets" in found["migrations"]["says"]


def test_a_database_that_is_away_and_a_wrong_broker_password_are_both_told(env: dict[str, str]) -> None:
    away = env["STREETS_DATABASE_URL"].replace("@127.0.0.1", "@127.0.0.1:1").split(":1:")[0] + ":1/streets"
    code, found = examined(env | {"STREETS_DATABASE_URL": away, "STREETS_MQTT_URL": env["STREETS_MQTT_URL"].replace("@", "x@")})
    assert code == 1
    assert not found["database"]["ok"]
    assert found["broker"]["do"] == "correct the user and password in STREETS_MQTT_URL"


def test_a_broker_with_tls_is_looked_for_on_its_own_port(env: dict[str, str]) -> None:
    _, found = examined(env | {"STREETS_MQTT_URL": "mqtts://ingest:x@127.0.0.1"})
    assert found["broker"]["says"].startswith("127.0.0.1:8883: ")


def test_a_missing_setting_is_named(env: dict[str, str]) -> None:
    code, found = examined(env | {"STREETS_SECRET_KEY": ""})
    assert code == 1
    assert "STREETS_SECRET_KEY" in found["settings"]["says"]


@pytest.mark.timescale
def test_a_database_with_timescale_is_found_well(env: dict[str, str], timescale_url: str) -> None:
    _, found = examined(env | {"STREETS_DATABASE_URL": timescale_url})
    assert "TimescaleDB" in found["database"]["says"]
    assert found["policies"]["ok"]
    assert found["hours"]["says"] == "refreshed by the jobs"


@pytest.mark.timescale
def test_hours_that_a_policy_refreshes_which_never_runs_are_found(env: dict[str, str], timescale_url: str) -> None:
    """As where somebody without a superuser's rights migrated a server whose background workers do not work."""
    with psycopg.connect(timescale_url) as conn:
        conn.execute("ALTER MATERIALIZED VIEW count_hour OWNER TO postgres")
        conn.execute(
            "SELECT add_continuous_aggregate_policy('count_hour', INTERVAL '30 days', INTERVAL '1 hour', INTERVAL '1 hour')"
        )
    _, found = examined(env | {"STREETS_DATABASE_URL": timescale_url})
    assert not found["hours"]["ok"]
    assert not found["policies"]["ok"]
    assert found["policies"]["says"].startswith("failed or never ran: Refresh Continuous Aggregate Policy")


def test_an_audit_that_could_not_repair_is_found(env: dict[str, str], database: Database) -> None:
    at, told = clock.now(), dict[What, int](fills=3, count_hours=1)
    with database.transaction() as conn:
        for what, repaired in told.items():
            audits.keep(conn, at, Audit(what, at.date(), 100, 3, repaired, []))
    _, found = examined(env)
    assert (found["audit"]["ok"], found["audit"]["says"].split(": ")[1]) == (False, "200 compared, 6 differed, 4 repaired")


def test_a_failed_policy_is_named_and_a_release_that_breaks_them_all_is_known() -> None:
    policies = (Policy("Columnstore Policy [1001]", "Failed", 3), Policy("Telemetry [1]", "Success", 0))
    broken = of_policies(Condition(Server("15.20 (Debian 15.20-0+deb12u1)", clock.now(), "2.28.3"), (), policies))
    assert (broken.ok, broken.says) == (False, "failed or never ran: Columnstore Policy [1001]")
    assert "15.20" in broken.do
    other = of_policies(Condition(Server("15.18", clock.now(), "2.28.3"), (), policies))
    assert "15.20" not in other.do


def test_a_clock_a_minute_ahead_is_found() -> None:
    late = Server("18.4", clock.now() - timedelta(seconds=60), None)
    found = of_clock(Condition(late, (), ()))
    assert (found.ok, found.says) == (False, "+60 s off the database's")
