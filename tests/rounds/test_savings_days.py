"""The savings ledger on a real database and real streets: which visits count, and how far the schedule's rounds go."""

from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from ledger_town import EAST, NORTH, SOUTH, close, drive, line_of, morning, tell, understood
from planned_day import plan_day
from small_town import Town

from streets.planning.day import LONDON
from streets.planning.savings import closes_at
from streets.store import rounds, savings

MONDAY = date(2026, 3, 9)
DAY = date(2026, 3, 10)


def month_of(town: Town) -> savings.Month:
    (found,) = savings.months(town.conn, town.council)
    return found


def fill(town: Town, word: str, at: datetime, fill_pct: float) -> None:
    town.conn.execute("INSERT INTO bin_fill VALUES (%s, %s, %s, NULL)", (f"{town.council}-{word}", at, fill_pct))


@pytest.fixture
def two(town: Town) -> Town:
    """A bin that needs emptying on DAY, and one that does not; by the schedule both would be visited every day."""
    town.add_bin("full", SOUTH)
    town.add_bin("spare", NORTH)
    understood(town, "full", DAY, fill_pct=95, full_in_h=3)
    understood(town, "spare", DAY, fill_pct=10, full_in_h=300)
    return town


def test_a_driven_day_counts_both_sides_on_the_same_streets(two: Town) -> None:
    # The square is 400 m wide: depot in the middle of the west side, tip in the middle of the east, one bin in the middle of the
    # south and one of the north side. Both ways are a lap's half: 800 m to the tip over one bin. To visit both the
    # vehicle must come back over the second: depot, south (400 m), tip or north (800 m), tip (400 m), depot (800 m): 2,400 m.
    assert drive(two, DAY) == 1
    assert close(two, DAY) == "counted"
    full, spare, home = (line_of(two, DAY, word) for word in ("full", "spare", None))
    assert (full.planned_visits, full.schedule_visits) == (1, 1)
    assert (spare.planned_visits, spare.schedule_visits) == (0, 1)
    planned_m = sum(line.planned_m or 0 for line in (full, spare, home))
    schedule_m = sum(line.schedule_m or 0 for line in (full, spare, home))
    assert planned_m == pytest.approx(1600, abs=5)
    assert schedule_m == pytest.approx(2400, abs=5)


def test_rounds_that_visit_what_the_schedule_would_save_nothing(two: Town) -> None:
    understood(two, "spare", DAY, fill_pct=95, full_in_h=3)
    assert drive(two, DAY) == 2
    close(two, DAY)
    assert month_of(two).planned == month_of(two).schedule


def test_a_month_is_the_sum_of_its_lines(two: Town) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        understood(two, "full", day, fill_pct=95, full_in_h=3)
        understood(two, "spare", day, fill_pct=10, full_in_h=300)
        drive(two, day)
        close(two, day)
    found, lines = month_of(two), list(savings.lines(two.conn, two.council, date(2026, 3, 1)))
    for name in ("planned_visits", "planned_m", "planned_s", "schedule_visits", "schedule_m", "schedule_s"):
        assert getattr(found, name) == sum(getattr(line, name) or 0 for line in lines), name
    assert (found.days, found.days_counted, found.planned_visits, found.schedule_visits) == (2, 2, 2, 4)


def test_a_round_that_nobody_drove_saves_nothing(two: Town) -> None:
    assert drive(two, DAY, most=0) == 1
    assert close(two, DAY) == "not_driven"
    assert line_of(two, DAY, "spare").schedule_visits is None
    assert (month_of(two).schedule_visits, month_of(two).days_counted) == (0, 0)


def test_a_day_without_a_plan_is_on_neither_side_and_the_schedule_goes_on(two: Town) -> None:
    drive(two, MONDAY)
    close(two, MONDAY)
    assert close(two, DAY) == "no_plan"
    assert line_of(two, DAY, "spare").due
    assert line_of(two, DAY, "spare").counted_from == MONDAY
    assert line_of(two, DAY, None).planned_m is None


def test_a_round_without_a_bin_proves_nothing(town: Town) -> None:
    town.add_bin("spare", NORTH)
    understood(town, "spare", DAY, fill_pct=10, full_in_h=300)
    assert drive(town, DAY) == 0
    assert close(town, DAY) == "nothing_planned"


def test_a_silent_bin_that_waits_for_its_turn_is_not_a_visit_saved(two: Town) -> None:
    # Its schedule by the ledger is daily; by the fallback its turn has not come, since a crew told of an emptying last night.
    understood(two, "spare", DAY, None, None)
    two.conn.execute("INSERT INTO emptying VALUES (%s, %s, 'crew', 50, NULL)", (f"{two.council}-spare", morning(DAY)))
    two.conn.execute("UPDATE bin_status SET last_emptied_at = NULL")
    drive(two, DAY)
    close(two, DAY)
    spare = line_of(two, DAY, "spare")
    assert (spare.due, spare.why, spare.schedule_visits) == (True, "scheduled_not_due", 0)


def test_a_silent_bin_that_its_history_lets_wait_is_not_a_visit_saved(two: Town) -> None:
    """Its history says that it is not full by the next day, and nobody measured whether that was so."""
    understood(two, "spare", DAY, None, None)
    two.conn.execute(
        """UPDATE bin_status SET state = 'silent', expected_low_pct = 5, expected_high_pct = 20, rests_on = 'collections',
            full_by = %s WHERE bin_id = %s""",
        ([0.0] * 9, f"{two.council}-spare"),
    )
    drive(two, DAY)
    close(two, DAY)
    spare = line_of(two, DAY, "spare")
    assert (spare.due, spare.why, spare.schedule_visits) == (True, "history_not_worth_it", 0)


def test_a_bin_that_nobody_had_time_for_is_not_a_visit_saved(two: Town) -> None:
    two.conn.execute("UPDATE bin SET reach_until = '05:00' WHERE bin_id = %s", (f"{two.council}-spare",))
    understood(two, "spare", DAY, fill_pct=95, full_in_h=3)
    drive(two, DAY)
    close(two, DAY)
    assert (line_of(two, DAY, "spare").why, line_of(two, DAY, "spare").schedule_visits) == ("outside_hours", 0)


@pytest.mark.parametrize("seen_by", ["sensor", "crew"])
def test_a_bin_emptied_though_it_was_on_no_round_is_not_a_visit_saved(two: Town, seen_by: str) -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=LONDON)
    two.conn.execute("INSERT INTO emptying VALUES (%s, %s, %s, 60, 5)", (f"{two.council}-spare", noon, seen_by))
    drive(two, DAY)
    close(two, DAY)
    spare = line_of(two, DAY, "spare")
    assert (spare.emptied_off_round_on, spare.schedule_visits) == (DAY, 0)
    assert month_of(two).emptied_off_round == 1


def test_a_planned_stop_that_the_crew_told_nothing_of_is_charged_all_the_same(two: Town) -> None:
    two.add_bin("other", EAST)
    understood(two, "other", DAY, fill_pct=95, full_in_h=3)
    assert drive(two, DAY, most=1) == 2
    assert close(two, DAY) == "counted"
    found = month_of(two)
    assert (found.planned_visits, found.visits_told) == (2, 1)


def test_letting_bins_overflow_shows_beside_what_is_saved(two: Town) -> None:
    at = morning(DAY)
    fill(two, "spare", at, 60)
    drive(two, DAY)
    close(two, DAY)
    kept = month_of(two)
    wednesday = DAY + timedelta(days=1)
    understood(two, "full", wednesday, fill_pct=95, full_in_h=3)
    understood(two, "spare", wednesday, fill_pct=10, full_in_h=300)
    fill(two, "spare", at + timedelta(days=1), 104)
    drive(two, wednesday)
    close(two, wednesday)
    let = month_of(two)
    assert (kept.bin_days_overflowed, kept.bin_days_measured, kept.bin_days) == (0, 1, 2)
    assert (let.bin_days_overflowed, let.bin_days_measured, let.bin_days) == (1, 2, 4)
    assert let.schedule_visits - let.planned_visits == 2


def test_crews_who_found_a_bin_overflowing_are_counted_also_when_they_emptied_it_then(two: Town) -> None:
    planned = plan_day(two.conn, two.council, DAY, morning(DAY), budget_s=1)
    stop = rounds.stops(two.conn, planned.rounds[0].round_id)[1]
    tell(two, stop.stop_id, stop.bin_id, stop.eta, "overflowing")
    tell(two, stop.stop_id, stop.bin_id, stop.eta + timedelta(minutes=2), "emptied")
    close(two, DAY)
    assert (month_of(two).told_overflowing, month_of(two).visits_emptied) == (1, 1)


def test_the_schedule_is_the_one_of_the_day_even_if_it_is_changed_afterwards(two: Town) -> None:
    drive(two, DAY)
    two.conn.execute("UPDATE bin SET visit_every_days = 7 WHERE council = %s", (two.council,))
    close(two, DAY)
    assert line_of(two, DAY, "spare").visit_every_days == 1
    assert line_of(two, DAY, "spare").schedule_visits == 1


def test_streets_that_are_gone_leave_the_day_uncounted_and_say_why(two: Town) -> None:
    drive(two, DAY)
    two.conn.execute("DELETE FROM street_extract WHERE council = %s", (two.council,))
    assert close(two, DAY) == "not_routed"
    assert "streets" in (line_of(two, DAY, None).why or "")


def test_nobody_changes_a_day_that_is_closed(two: Town) -> None:
    drive(two, DAY)
    close(two, DAY)
    two.conn.execute("SET LOCAL ROLE streets_jobs")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), two.conn.transaction():
        two.conn.execute("UPDATE savings_day SET state = 'counted'")
    with pytest.raises(psycopg.errors.UniqueViolation), two.conn.transaction():
        close(two, DAY)


def test_a_day_is_closed_a_day_after_its_end_by_the_clock_in_the_street() -> None:
    assert closes_at(DAY) == datetime(2026, 3, 12, tzinfo=LONDON)
    assert closes_at(date(2026, 3, 29)) == datetime(2026, 3, 30, tzinfo=LONDON) + timedelta(days=1)


def test_a_planned_again_round_is_counted_once(two: Town) -> None:
    drive(two, DAY)
    again = plan_day(two.conn, two.council, DAY, morning(DAY) + timedelta(hours=3), again=True, budget_s=1)
    assert again.is_new and isinstance(again.rounds[0].round_id, UUID)
    close(two, DAY)
    assert month_of(two).planned_visits == 1


def test_a_day_planned_with_the_prices_of_an_older_version_is_closed_all_the_same(two: Town) -> None:
    assert drive(two, DAY) == 1
    two.conn.execute("""UPDATE round SET settings = jsonb_set(settings, '{prices,pence_per_scheduled_visit}', '20000')""")
    assert close(two, DAY) == "counted"
