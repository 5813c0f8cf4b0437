"""The processes of production: they end when told, and one failing job stops no other."""

import os
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import psycopg
import pytest
from typer.testing import CliRunner

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.child import claim_port
from cli.main import app
from streets.jobs.clockwork import due, keep_running, run
from streets.jobs.table import Job
from streets.store import job_runs
from streets.store.database import Connection, Database

STREETS = Path(sys.executable).with_name("streets")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest", "--client-id", "stops"], "listening"),
        (["jobs"], "bin_states"),
        (["api", "--port", str(claim_port(0, "the test"))], "running on"),
        (["simulate", "--starts-at", "2026-05-04T00:00:00Z"], "speaks"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_process_ends_well_within_five_seconds_of_sigterm(
    arguments: list[str], says: str, database_url: str, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    env = os.environ | {
        "STREETS_DATABASE_URL": database_url,
        "STREETS_MQTT_URL": broker.url("everyone"),
        "STREETS_SECRET_KEY": secrets.token_hex(32),
    }
    log = tmp_path / "log"
    with log.open("w") as words:
        process = subprocess.Popen([STREETS, *arguments], stderr=words, env=env)
    deadline = time.monotonic() + 60
    while says not in log.read_text() and process.poll() is None:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0, log.read_text()


@pytest.mark.parametrize("command", [["migrate"], ["ledger"], ["rounds", "plan"], ["doctor"]], ids=lambda words: words[0])
def test_a_command_says_in_one_line_that_the_database_is_away(command: list[str]) -> None:
    surroundings = {
        "STREETS_DATABASE_URL": f"postgresql://somebody@127.0.0.1:{claim_port(0, 'nobody')}/streets",
        "STREETS_MQTT_URL": f"mqtt://127.0.0.1:{claim_port(0, 'nobody')}",
        "STREETS_SECRET_KEY": secrets.token_hex(32),
    }
    said = subprocess.run([STREETS, *command], env=os.environ | surroundings, capture_output=True, text=True)
    told = [line for line in (said.stdout + said.stderr).splitlines() if "connection to server" in line]
    assert (said.returncode, len(told)) == (1, 1)
    assert command == ["doctor"] or said.stderr.splitlines() == told


def test_only_an_owner_migrates(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        role, word = f"somebody_{secrets.token_hex(4)}", secrets.token_hex(16)
        conn.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{word}'")
    address = urlsplit(database_url)
    url = address._replace(netloc=f"{role}:{word}@{address.hostname}:{address.port}").geturl()
    said = CliRunner().invoke(app, ["migrate"], env={"STREETS_DATABASE_URL": url})
    with psycopg.connect(database_url) as conn:
        conn.execute(f"DROP ROLE {role}")
    assert said.exit_code == 1
    assert said.stderr.strip().endswith("migrate as the database's owner.")


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    said = CliRunner().invoke(app, ["boards", "write", str(taken)])
    assert (said.exit_code, said.stderr.count("\n"), str(taken) in said.stderr) == (1, 1, True)


def test_the_roles_log_in_with_the_passwords_that_migrate_was_given(empty_database_url: str) -> None:
    password = secrets.token_hex(16)
    env = {"STREETS_DATABASE_URL": empty_database_url, "STREETS_API_PASSWORD": password}
    run = CliRunner().invoke(app, ["migrate"], env=env)
    assert run.exit_code == 0
    assert run.stdout.splitlines()[0] == "0001_assets"
    address = urlsplit(empty_database_url)
    url = address._replace(netloc=f"streets_api:{password}@{address.hostname}:{address.port}").geturl()
    with psycopg.connect(url) as conn:
        assert conn.execute("SELECT count(*) FROM bin").fetchone() == (0,)
    assert CliRunner().invoke(app, ["migrate"], env=env).stdout == ""


def test_a_process_without_settings_says_which_is_missing() -> None:
    run = CliRunner().invoke(app, ["jobs"], env={"STREETS_SECRET_KEY": ""})
    assert run.exit_code == 1
    assert run.stderr.startswith("streets: STREETS_SECRET_KEY is not set")


@pytest.mark.parametrize("address", ["postgresql://[half", "postgresql://host:99999/streets", "postgresql://host:x/streets"])
def test_an_address_that_is_none_is_told_in_one_line(address: str) -> None:
    run = CliRunner().invoke(app, ["ledger"], env={"STREETS_DATABASE_URL": address})
    assert (run.exit_code, run.stderr.count("\n")) == (1, 1)
    assert run.stderr.startswith("streets: STREETS_DATABASE_URL is not a URL: ")


def add_council(conn: Connection, at: datetime) -> str:
    conn.execute("INSERT INTO council VALUES ('added', %s)", (at.isoformat(),))
    return "a council"


def fail(conn: Connection, at: datetime) -> str:
    conn.execute("INSERT INTO council VALUES ('half', %s)", (at.isoformat(),))
    raise LookupError("no streets")


def test_a_failing_job_leaves_nothing_behind_but_a_note_and_stops_no_other(database: Database) -> None:
    table = (Job("fails", 60, fail), Job("adds", 60, add_council))
    assert [run(database, job, lambda: NOON) for job in table] == [False, True]
    with database.transaction() as conn:
        assert conn.execute("SELECT council FROM council").fetchall() == [("added",)]
        runs = {each.job: (each.ok, each.detail) for each in job_runs.listed(conn)}
    assert runs == {"fails": (False, "LookupError: no streets"), "adds": (True, "a council")}


def test_a_job_is_due_when_it_never_ran_and_again_after_its_interval() -> None:
    jobs = (Job("hourly", 3600, fail), Job("daily", 86_400, fail))
    begun = {"hourly": NOON - timedelta(hours=1), "daily": NOON - timedelta(hours=1)}
    assert [job.name for job in due(jobs, {}, NOON)] == ["hourly", "daily"]
    assert [job.name for job in due(jobs, begun, NOON)] == ["hourly"]


def test_jobs_run_until_told_to_stop(database: Database) -> None:
    stop, ran = Event(), Event()

    def note(_conn: Connection, _at: datetime) -> str:
        ran.set()
        return "ran"

    worker = Thread(target=keep_running, args=(database, (Job("notes", 60, note),), lambda: NOON, stop))
    worker.start()
    assert ran.wait(10)
    stop.set()
    worker.join(10)
    assert not worker.is_alive()
