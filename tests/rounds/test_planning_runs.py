"""A day's plan is ordered, looked at while it is searched, waited for and cancelled: by program and by command line."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from planned_day import plan_day
from small_town import Desk

from streets import clock
from streets.planning.planner import Planner
from streets.planning.pulse import Pulse
from streets.planning.rounds import OvertakenError, day_to_plan, keep, searched
from streets.planning.runs import BusyError, Order, ask, carry_out
from streets.rounds.watch import PlanCancelledError, Progress
from streets.store import planning_runs
from streets.store.database import Database

ASYNC = {"Prefer": "respond-async"}


def until(true: Callable[[], Any], within_s: float = 90) -> Any:
    """What `true` says once it says anything; it is asked again and again."""
    end = time.monotonic() + within_s
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def ended(officer: httpx.Client, path: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        run: dict[str, Any] = officer.get(path).json()
        return run if run["ended_at"] else None

    found: dict[str, Any] = until(look)
    return found


def test_who_does_not_wait_is_told_where_to_look(desk: Desk) -> None:
    officer, body = desk.caller("officer"), {"service_date": str(desk.service_date), "again": True}
    answer = officer.post("/v1/rounds", json=body, headers=ASYNC)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    run = ended(officer, answer.headers["Location"])
    assert (run["state"], run["share"], run["result"]) == ("done", 1, {"is_new": True, "version": 2})
    assert officer.get(f"/v1/rounds/{desk.service_date}").json()["rounds"][0]["version"] == 2
    assert officer.delete(answer.headers["Location"]).status_code == 409
    stranger = desk.caller("officer", desk.other)
    assert stranger.get(answer.headers["Location"]).status_code == 404
    assert stranger.delete(answer.headers["Location"]).status_code == 404


def stands(desk: Desk, taken_by: Any, heard_ago: timedelta = timedelta(), kind: str = "plan") -> Any:
    """A run of another process, which never begins it."""
    at = clock.now() - heard_ago
    order = Order(council=desk.council, service_date=desk.service_date, asked_by="Jo", again=True, kind=kind)
    with desk.database.transaction() as conn:
        return ask(conn, order, taken_by, at)


def test_a_day_is_planned_by_one_at_a_time_and_what_waits_is_cancelled_at_once(desk: Desk) -> None:
    officer, waits = desk.caller("officer"), stands(desk, uuid4())
    again = {"service_date": str(desk.service_date), "again": True}
    answer = officer.post("/v1/rounds", json=again)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "being_planned")
    with pytest.raises(BusyError):
        stands(desk, uuid4())
    assert officer.delete(f"/v1/rounds/runs/{waits.run_id}").json()["state"] == "cancelled"
    assert officer.post("/v1/rounds", json=again).status_code == 201


def test_nobody_who_waits_for_a_plan_waits_for_a_frontier(desk: Desk) -> None:
    stands(desk, uuid4(), kind="frontier")
    planned = desk.caller("officer").post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True})
    assert planned.status_code == 201


def test_a_run_whose_process_died_counts_as_interrupted_and_makes_room(desk: Desk) -> None:
    officer, dead = desk.caller("officer"), stands(desk, uuid4(), heard_ago=timedelta(seconds=40))
    path = f"/v1/rounds/runs/{dead.run_id}"
    assert (officer.get(path).json()["state"], officer.get(path).json()["ended_at"]) == ("interrupted", None)
    assert officer.post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True}).status_code == 201
    assert officer.get(path).json()["ended_at"] is not None


def test_the_process_that_searches_hears_that_its_run_was_cancelled(desk: Desk) -> None:
    taken_by = uuid4()
    run = stands(desk, taken_by)
    progress = Progress(elapsed_s=2, budget_s=8, visits=3, pence=1234.5)
    with desk.database.transaction() as conn:
        assert planning_runs.begin(conn, run.run_id, clock.now())
    with Pulse(desk.database, run.run_id, taken_by, clock.now) as pulse:
        assert pulse.watch(progress)
        officer = desk.caller("officer")
        seen = until(lambda: (found := officer.get(f"/v1/rounds/runs/{run.run_id}").json())["visits"] and found)
        assert (seen["state"], seen["share"], seen["visits"], seen["pence"]) == ("running", 0.25, 3, 1234.5)
        # It has ended at once, whenever its search looks up, and makes room.
        cancelled = officer.delete(f"/v1/rounds/runs/{run.run_id}").json()
        assert (cancelled["state"], cancelled["cancel_asked_by"]) == ("cancelled", "Jo")
        assert officer.post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True}).status_code == 201
        until(lambda: not pulse.watch(progress))


def test_a_late_word_on_progress_does_not_change_a_run_that_has_ended(desk: Desk) -> None:
    run = stands(desk, uuid4())
    with desk.database.transaction() as conn:
        assert planning_runs.begin(conn, run.run_id, clock.now())
        planning_runs.end(conn, run.run_id, "done", clock.now(), {"is_new": False, "version": 1})
        assert not planning_runs.note(conn, run.run_id, 0.2, 3, 99.0)
    assert desk.caller("officer").get(f"/v1/rounds/runs/{run.run_id}").json()["share"] == 1


def grow(desk: Desk) -> None:
    """Forty bins more, so that a search for the best plan goes on for some seconds."""
    with desk.database.transaction() as conn:
        for n in range(40):
            conn.execute(
                "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l, visit_every_days)"
                " SELECT council || %s::text, council, name, lat, lon, 120, 1 FROM bin WHERE bin_id = %s",
                (f"-n{n}", f"{desk.council}-one"),
            )


def test_a_process_that_ends_leaves_its_runs_interrupted_and_the_plan_that_stands(desk: Desk) -> None:
    grow(desk)
    planner = Planner(Database(desk.database_url, "streets_api", size=2), clock.now)
    planner.open()
    days = [desk.service_date + timedelta(days=n) for n in range(2)]
    with desk.database.transaction() as conn:
        orders = [Order(council=desk.council, service_date=day, asked_by="Jo", again=True, budget_s=60) for day in days]
        asked = [planner.keep(conn, order, clock.now()) for order in orders]
    ends = [planner.begin(run) for run in asked]
    officer, paths = desk.caller("officer"), [f"/v1/rounds/runs/{run.run_id}" for run in asked]
    until(lambda: officer.get(paths[0]).json()["share"] > 0)
    assert officer.get(paths[1]).json()["state"] == "queued"
    planner.close()
    assert all(end.is_set() for end in ends)
    assert [officer.get(path).json()["state"] for path in paths] == ["interrupted", "interrupted"]
    assert officer.get(f"/v1/rounds/{desk.round_id}").json()["version"] == 1


def test_who_plans_meanwhile_is_not_overwritten(desk: Desk) -> None:
    """Between reading a day and keeping its plan nothing is locked: another plan, once in force, stands."""
    at = clock.now()
    with desk.database.transaction() as conn:
        read = day_to_plan(conn, desk.council, desk.service_date, at)
    made = searched(read, budget_s=1)
    with desk.database.transaction() as conn:
        plan_day(conn, desk.council, desk.service_date, at, again=True, planned_by="Al", budget_s=1)
    with pytest.raises(OvertakenError), desk.database.transaction() as conn:
        keep(conn, read, made, "Jo", {})
    assert desk.caller("officer").get(f"/v1/rounds/{desk.round_id}").json()["planned_by"] == "Al"


@pytest.mark.parametrize("how", ["cancelled", "interrupted"])
def test_a_run_that_was_ended_when_its_search_was_nearly_over_keeps_nothing(desk: Desk, how: str) -> None:
    """The search is over before the next beat of the pulse would have heard of it."""
    grow(desk)
    order = Order(council=desk.council, service_date=desk.service_date, asked_by="Jo", again=True, budget_s=0.5)
    with desk.database.transaction() as conn:
        run = ask(conn, order, taken_by := uuid4(), clock.now())

    def end_it(_: Progress) -> bool:
        with desk.database.transaction() as conn:
            if how == "cancelled":
                planning_runs.cancel(conn, desk.council, run.run_id, "Al", clock.now())
            else:
                planning_runs.end(conn, run.run_id, how, clock.now())
        return True

    with pytest.raises(PlanCancelledError):
        carry_out(desk.database, run, taken_by, clock.now, end_it)
    officer = desk.caller("officer")
    assert officer.get(f"/v1/rounds/runs/{run.run_id}").json()["state"] == how
    assert officer.get(f"/v1/rounds/{desk.round_id}").json()["version"] == 1


def test_ctrl_c_cancels_and_keeps_the_plan_that_stands(desk: Desk) -> None:
    grow(desk)
    command = [sys.executable, "-m", "cli", "rounds", "plan", "--again", "--budget-s", "60", "--council", desk.council]
    env = {**os.environ, "STREETS_DATABASE_URL": desk.database_url}
    planning = subprocess.Popen([*command, "--date", str(desk.service_date)], env=env, stderr=subprocess.PIPE, text=True)
    running = "SELECT run_id FROM planning_run WHERE council = %s AND state = 'running' AND share > 0"

    def at_work() -> Any:
        with desk.database.transaction() as conn:
            return conn.execute(running, (desk.council,)).fetchone()

    until(at_work)
    planning.send_signal(signal.SIGINT)
    _, told = planning.communicate(timeout=90)
    assert (planning.returncode, told.splitlines()[-1]) == (1, "streets: cancelled; what was planned before stands")
    with desk.database.transaction() as conn:
        assert conn.execute("SELECT state FROM planning_run WHERE council = %s", (desk.council,)).fetchall() == [("cancelled",)]
    assert desk.caller("officer").get(f"/v1/rounds/{desk.round_id}").json()["version"] == 1
