"""The clock plans every council's days, each as a run that officers see and may cancel."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from planned_day import plan_day
from small_town import DAY, NIGHT, found_town

from streets.jobs.rounds import plan_rounds
from streets.planning.runs import alive_since
from streets.store import planning_runs, rounds
from streets.store.database import Database


@pytest.fixture
def clock(database: Database, open_database: Callable[[str], Database]) -> Database:
    """A database with one council and one bin, opened as the jobs open it."""
    with database.transaction() as conn:
        town = found_town(conn)
        town.add_bin("full", (200, -5))
    return open_database("streets_jobs")


def test_the_job_plans_the_next_working_day_once_and_again_in_its_morning(clock: Database) -> None:
    assert plan_rounds(clock, NIGHT) == "smalltown: 1 rounds planned for 2026-03-10"
    assert plan_rounds(clock, NIGHT + timedelta(hours=1)) == "nothing to plan"
    # The shift is from 06:00 to 14:00: from its middle on the next day is planned.
    assert plan_rounds(clock, datetime(2026, 3, 10, 9, 59, tzinfo=UTC)) == "nothing to plan"
    assert plan_rounds(clock, datetime(2026, 3, 10, 10, 1, tzinfo=UTC)) == "smalltown: 1 rounds planned for 2026-03-11"
    next_morning = datetime(2026, 3, 11, 4, 10, tzinfo=UTC)
    assert plan_rounds(clock, next_morning) == "smalltown: 1 rounds planned for 2026-03-11"
    with clock.transaction() as conn:
        assert rounds.of_day(conn, "smalltown", date(2026, 3, 11))[0].version == 2
    assert plan_rounds(clock, next_morning + timedelta(minutes=10)) == "nothing to plan"


def test_a_first_start_in_the_middle_of_a_shift_plans_what_is_left_of_it_and_tomorrow(clock: Database) -> None:
    noon, last_hour = datetime(2026, 3, 10, 12, 0, tzinfo=UTC), datetime(2026, 3, 10, 13, 1, tzinfo=UTC)
    both = "smalltown: 1 rounds planned for 2026-03-10; smalltown: 1 rounds planned for 2026-03-11"
    assert plan_rounds(clock, noon) == both
    assert plan_rounds(clock, last_hour) == "nothing to plan"


def test_the_job_leaves_an_officers_plan_alone(clock: Database) -> None:
    with clock.transaction() as conn:
        plan_day(conn, "smalltown", DAY, NIGHT - timedelta(hours=8), planned_by="Jo", budget_s=1)
    assert plan_rounds(clock, NIGHT) == "nothing to plan"


def test_of_what_the_clock_asks_again_and_again_in_vain_one_run_is_kept(clock: Database, database: Database) -> None:
    with database.transaction() as conn:
        conn.execute("UPDATE round_base SET lat = 50 WHERE kind = 'depot'")
    for minutes in (0, 10, 20):
        assert "no street that a vehicle can reach" in plan_rounds(clock, NIGHT + timedelta(minutes=minutes))
    with clock.transaction() as conn:
        (run,) = planning_runs.of_days(conn, "smalltown", DAY, DAY, alive_since(NIGHT))
    assert (run.state, run.asked_at) == ("failed", NIGHT + timedelta(minutes=20))
    assert "no street that a vehicle can reach" in (run.message or "")
