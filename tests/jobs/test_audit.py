"""The audit finds exactly what was broken on purpose, mends it and says so; a second audit finds nothing."""

from datetime import date

import pytest

from streets.jobs.audit import audit_days, audit_next
from streets.store import audits
from streets.store.audits import Audit
from tests.jobs.week import DAY, END, HOUR, Town, said_by_bin, said_by_counter

LATER = END + 3 * HOUR
TODAY = END.date()
DAYS = [TODAY - back * DAY for back in range(9)]


def found(town: Town, days: list[date] = DAYS) -> dict[str, tuple[int, int]]:
    """What an audit of the days finds: kind → differed, repaired, where anything differed."""
    told: dict[str, tuple[int, int]] = {}
    for one in audit_days(town.jobs, days, LATER):
        if one.differed:
            differed, repaired = told.get(one.what, (0, 0))
            told[one.what] = differed + one.differed, repaired + one.repaired
    return told


def lives(town: Town) -> dict[str, list[object]]:
    """Four weeks, heard and told; what is derived from them."""
    town.hears(said_by_counter() + said_by_bin())
    town.works(LATER)
    return town.derived()


def materialised(town: Town) -> str:
    """The name of the hypertable in which TimescaleDB keeps the hourly counts."""
    ((name,),) = town.all_of(
        "SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)"
        " FROM timescaledb_information.continuous_aggregates WHERE view_name = 'count_hour'"
    )
    return str(name)


def test_nothing_differs_where_nothing_was_broken_and_the_count_is_right(any_town: Town) -> None:
    lives(any_town)
    told = audit_days(any_town.jobs, DAYS, LATER)
    assert all(one.differed == 0 for one in told)
    compared = {what: sum(one.compared for one in told if one.what == what) for what in ("published_hours", "fills")}
    # Of the counter's 20 hours 10 lie in the last nine days, on two Mondays; the bin spoke every three hours for six days.
    assert compared == {"published_hours": 10, "fills": 6 * 8}


BROKEN_ON_PURPOSE = (
    ("DELETE FROM bin_fill WHERE observed_at BETWEEN '2026-06-12Z' AND '2026-06-12T06:00Z'", 3, "fills"),
    ("UPDATE bin_fill SET fill_pct = fill_pct + 1 WHERE observed_at = '2026-06-13T00:00Z'", 1, "fills"),
    ("UPDATE bin_fill SET fill_pct = NULL, not_measurable = 'tilted' WHERE observed_at = '2026-06-13T00:00Z'", 1, "fills"),
    ("INSERT INTO bin_fill VALUES ('B1', '2026-06-13T01:00Z', 50, NULL)", 1, "fills"),
    ("DELETE FROM emptying WHERE emptied_at > '2026-06-14Z'", 1, "emptyings"),
    ("DELETE FROM bin_fall WHERE fell_at > '2026-06-14Z'", 1, "emptyings"),
    ("INSERT INTO emptying VALUES ('B1', '2026-06-11T01:00Z', 'sensor', 90, 5)", 1, "emptyings"),
    ("UPDATE published_hour SET people = 1 WHERE hour_start = '2026-06-15T09:00Z'", 1, "published_hours"),
    ("DELETE FROM published_hour WHERE hour_start = '2026-06-15T09:00Z'", 1, "published_hours"),
    ("DELETE FROM count_interval WHERE start_at >= '2026-06-15T09:00Z' AND start_at < '2026-06-15T11:00Z'", 2, "count_intervals"),
    ("UPDATE count_interval SET people_in = 9 WHERE start_at = '2026-06-15T09:00Z'", 1, "count_intervals"),
    (
        "INSERT INTO count_interval VALUES (2, 1, '2026-06-15T12:00Z', '2026-06-15T13:00Z', 5, 5, 'counted', NULL, 3600)",
        1,
        "count_intervals",
    ),
)
# The last Monday but one has five hours that were counted and nineteen of silence.
BROKEN_MATERIALISED = (
    ("DELETE FROM {} WHERE hour_start >= '2026-06-08Z' AND hour_start < '2026-06-09Z'", 24),
    ("UPDATE {} SET people_in = people_in + 1 WHERE hour_start = '2026-06-15T09:00Z'", 1),
    ("INSERT INTO {0} SELECT * FROM {0} WHERE hour_start = '2026-06-15T10:00Z'", 1),
    ("INSERT INTO {} (device_id, line, hour_start, people_in) VALUES (2, 9, '2026-06-12T10:00Z', 5)", 1),
)


def test_what_is_broken_in_a_derived_table_is_found_mended_and_not_found_again(any_town: Town) -> None:
    before = lives(any_town)
    for broken, rows, kind in BROKEN_ON_PURPOSE:
        assert any_town.does(broken) == rows
        assert found(any_town) == {kind: (rows, rows)}, broken
        assert any_town.derived() == before, broken
        assert found(any_town) == {}, broken


@pytest.mark.timescale
def test_what_is_broken_in_the_materialised_hours_is_found_mended_and_not_found_again(timescale_town: Town) -> None:
    before = lives(timescale_town)
    for broken, rows in BROKEN_MATERIALISED:
        assert timescale_town.does(broken.format(materialised(timescale_town))) == rows
        assert timescale_town.derived() != before, broken
        assert found(timescale_town) == {"count_hours": (rows, rows)}, broken
        assert timescale_town.derived() == before, broken
        assert found(timescale_town) == {}, broken


@pytest.mark.timescale
def test_hours_whose_readings_were_deleted_for_their_age_stand(timescale_town: Town) -> None:
    """A refresh of all time would erase them: the readings of the first two Mondays are gone."""
    before = lives(timescale_town)
    timescale_town.all_of("SELECT drop_chunks('count_reading', '2026-06-04Z'::timestamptz)")
    timescale_town.works(LATER + HOUR)
    days = [TODAY - back * DAY for back in range(30)]
    assert found(timescale_town, days) == {}
    timescale_town.works(LATER + 2 * HOUR)
    hours = "SELECT * FROM counter_hour ORDER BY 1, 2"
    assert timescale_town.all_of(hours) == before[hours]
    assert timescale_town.all_of("SELECT readings, since FROM readings_kept") == [("count", END - 7 * DAY - 4 * HOUR)]


def test_fills_whose_readings_were_deleted_for_their_age_stand(plain_town: Town) -> None:
    before = lives(plain_town)
    plain_town.does("DELETE FROM level_reading WHERE observed_at < '2026-06-12Z'")
    assert found(plain_town) == {}
    # A reading from before that time comes late: it can no longer be told what was around it.
    plain_town.does("INSERT INTO touched VALUES (1, '2026-06-10Z')")
    plain_town.works(LATER)
    assert plain_town.derived() == before


def test_what_no_job_has_looked_at_yet_is_no_difference(any_town: Town) -> None:
    any_town.hears(said_by_counter()[1:] + said_by_bin()[1:])
    any_town.works(LATER)
    any_town.hears([said_by_counter()[0], said_by_bin()[0]])
    assert found(any_town) == {}


def test_a_night_looks_at_the_last_week_and_a_month_of_nights_at_everything(plain_town: Town) -> None:
    lives(plain_town)
    seen = set[date]()
    for night in range(28):
        days = list[date]()
        while "nothing is left" not in (says := audit_next(plain_town.jobs, LATER + night * DAY)):
            days.append(date.fromisoformat(says[:10]))
        # The last seven days first; of the history, which has 14 days and grows to 41, one and later two.
        assert days[:7] == [TODAY + (night - back) * DAY for back in range(1, 8)]
        assert len(days) == len(set(days)) == (8 if night < 15 else 9)
        seen.update(days)
    assert seen == {TODAY - 21 * DAY + day * DAY for day in range(21 + 27)}


def test_an_audit_says_what_it_found(plain_town: Town) -> None:
    lives(plain_town)
    plain_town.does("UPDATE bin_fill SET fill_pct = 99 WHERE observed_at = '2026-06-13T00:00Z'")
    says = [audit_next(plain_town.jobs, LATER) for _ in range(8)]
    assert [line[:10] for line in says if line.endswith("1 differed, 1 repaired")] == ["2026-06-13"]
    with plain_town.owner.transaction() as conn:
        told = {one.what: (one.differed, one.repaired) for one in audits.last(conn)}
        assert told == {"count_intervals": (0, 0), "emptyings": (0, 0), "fills": (1, 1), "published_hours": (0, 0)}
    ((examples,),) = plain_town.all_of("SELECT examples FROM audit WHERE differed > 0")
    # The six days began on 9 June at noon, 84 hours before; 81 hours after that it was emptied for the third time: 3 x 3 + 2.
    assert examples == [{"bin_id": "B1", "observed_at": "2026-06-13T00:00:00+00:00", "kept": 99.0, "told": 11.0}]


def test_an_audit_by_hand_repairs_a_published_figure_as_a_revision(plain_town: Town) -> None:
    lives(plain_town)
    plain_town.does("UPDATE published_hour SET people = 1 WHERE hour_start = '2026-06-15T09:00Z'")
    (one,) = [one for one in audit_days(plain_town.jobs, [TODAY], LATER) if one.differed]
    assert isinstance(one, Audit)
    assert plain_town.all_of("SELECT was_people, people, why FROM revised_hour") == [(1, 120, "repaired")]
