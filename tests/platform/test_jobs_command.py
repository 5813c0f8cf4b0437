"""`streets jobs --once`, the real command."""

import os
import subprocess
import sys
from pathlib import Path

from streets.jobs.table import JOBS
from streets.store import job_runs
from streets.store.database import Database


def jobs_once(database_url: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("streets"), "jobs", "--once"]
    return subprocess.run(command, env=os.environ | {"STREETS_DATABASE_URL": database_url}, capture_output=True, text=True)


def test_every_job_runs_now_and_the_command_ends(database: Database, database_url: str) -> None:
    done = jobs_once(database_url)
    assert done.returncode == 0, done.stderr
    with database.transaction() as conn:
        assert set(job_runs.begun(conn)) == {job.name for job in JOBS}


def test_a_job_that_fails_is_named_and_the_others_run(database: Database, database_url: str) -> None:
    with database.transaction() as conn:
        conn.execute("ALTER TABLE bump RENAME TO gone")
    done = jobs_once(database_url)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "failed: pothole_sites, retention; the log says why"
