"""A record that changes keeps what it was: readings of before mean what they meant, readings of after mean what they mean now."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from streets.assets.rows import MisfitError
from streets.store.changes import Told, changes_of
from streets.store.database import Database
from streets.store.installations import NoSuchVersionError, Version, new_version, versions
from tests.jobs.week import BIN_DEVICE, COUNTER_DEVICE, DAY, END, HOUR, Said, Town, town

JONES = Told("j.jones", END)


@pytest.fixture
def week(database_url: str) -> Iterator[Town]:
    with town(database_url) as opened:
        yield opened


@pytest.fixture
def changed(week: Town, open_database: Callable[[str], Database]) -> Callable[..., int]:
    """Makes a new version of the only version of a device, with the rights of the API."""

    def change(device: str, valid_from: datetime, told: Told = JONES, council: str = "rivermouth", **changes: object) -> int:
        with open_database("streets_api").transaction() as conn:
            present = versions(conn, "rivermouth", f"rivermouth/{device}")[0]
            return new_version(conn, council, present.installation_id, valid_from, changes, told)

    return change


def history(week: Town, device: str) -> list[Version]:
    with week.owner.transaction() as conn:
        return versions(conn, "rivermouth", f"rivermouth/{device}")


def test_fills_of_before_stay_and_fills_of_after_are_told_by_the_new_version(week: Town, changed: Callable[..., int]) -> None:
    """It reads 600 mm all the time: of 900 to 300 half, of 1,000 to 300 four sevenths."""
    week.hears([Said(BIN_DEVICE, END - hour * HOUR, 50) for hour in range(4)])
    week.works(END + HOUR)
    assert {fill for (fill,) in week.all_of("SELECT fill_pct FROM bin_fill")} == {50}
    made = changed("bin", END - timedelta(minutes=90), empty_mm=1000)
    week.works(END + HOUR)
    fills = week.all_of("SELECT fill_pct FROM bin_fill ORDER BY observed_at")
    assert fills == [(50,), (50,), (pytest.approx(400 / 7),), (pytest.approx(400 / 7),)]
    new, old = history(week, "bin")
    assert (new.installation_id, new.valid_from, new.valid_to, new.empty_mm) == (made, old.valid_to, None, 1000)
    assert (old.empty_mm, old.end_why, new.why, new.told_by, new.told_at) == (900, "changed", "changed", "j.jones", END)
    assert (new.full_mm, new.blind_zone_mm, new.report_every_s) == (300, 250, 10800), "what did not change is as it was"


def test_a_swap_of_direction_does_not_turn_the_past_round(week: Town, changed: Callable[..., int]) -> None:
    week.hears([Said(COUNTER_DEVICE, END - hour * HOUR, 100 + hour) for hour in range(4)])
    changed("counter", END - 2 * HOUR, swap_in_out=True, in_label="to the quay", out_label="to the station")
    week.works(END + HOUR)
    told = week.all_of("SELECT people_in, people_out FROM counter_hour ORDER BY hour_start")
    assert told == [(103, 0), (102, 0), (0, 101), (0, 100)]
    assert [(each.in_label, each.swap_in_out) for each in history(week, "counter")] == [("to the quay", True), (None, False)]


def test_a_line_changes_by_itself(week: Town, changed: Callable[..., int]) -> None:
    week.does("UPDATE installation SET line = 1 WHERE counter_id IS NOT NULL")
    week.does("INSERT INTO installation (device_id, counter_id, line, valid_from) VALUES (2, 'C1', 2, '2026-01-01Z')")
    first = next(each for each in history(week, "counter") if each.line == 1)
    with week.owner.transaction() as conn:
        new_version(conn, "rivermouth", first.installation_id, END - DAY, {"period_s": 900}, JONES)
    lines = [(each.line, each.valid_to, each.period_s) for each in history(week, "counter")]
    assert lines == [(1, None, 900), (1, END - DAY, None), (2, None, None)]


def test_what_changed_is_written_down_with_who_and_when(week: Town, changed: Callable[..., int]) -> None:
    changed("bin", END - HOUR, empty_mm=950, mount="lid_centre")
    with week.owner.transaction() as conn:
        (one,) = changes_of(conn, "rivermouth", "rivermouth/bin", 10)
    assert (one.told_by, one.at, one.kind, one.action) == ("j.jones", END, "installation", "changed")
    assert one.was == {"empty_mm": 900, "mount": None, "valid_from": "2026-01-01T00:00:00+00:00"}
    assert one.became == {"empty_mm": 950, "mount": "lid_centre", "valid_from": "2026-06-15T11:00:00+00:00"}


@pytest.mark.parametrize(
    ("device", "valid_from", "changes", "column", "told"),
    [
        ("bin", END + HOUR, {"empty_mm": 950}, "valid_from", "lies in the future"),
        ("bin", datetime.fromisoformat("2026-01-01T00:00Z"), {"empty_mm": 950}, "valid_from", "is not after 2026-01-01"),
        ("bin", END - HOUR, {"empty_mm": 200}, "full_mm", "full_mm 300 must be less than empty_mm 200"),
        ("bin", END - HOUR, {"empty_mm": None}, "empty_mm", "needs empty_mm and full_mm"),
        ("bin", END - HOUR, {"mount": "overhead"}, "mount", "is not one of lid_centre"),
        ("bin", END - HOUR, {"bin_id": "B2"}, "bin_id", "is not part of how a device is mounted"),
        ("counter", END - timedelta(minutes=20), {"swap_in_out": True}, "valid_from", "changes on a full hour"),
    ],
)
def test_a_version_that_does_not_fit_is_refused_and_nothing_changes(
    week: Town, changed: Callable[..., int], device: str, valid_from: datetime, changes: dict[str, Any], column: str, told: str
) -> None:
    with pytest.raises(MisfitError, match=told) as refused:
        changed(device, valid_from, **changes)
    assert refused.value.column == column
    assert [each.valid_to for each in history(week, device)] == [None]
    assert week.all_of("SELECT * FROM touched UNION ALL SELECT * FROM reopened") == []


def test_a_version_that_has_ended_can_be_divided_but_not_prolonged(week: Town, changed: Callable[..., int]) -> None:
    week.does("UPDATE installation SET valid_to = '2026-06-10Z', end_why = 'taken_away' WHERE bin_id IS NOT NULL")
    with pytest.raises(MisfitError, match="ended already"):
        changed("bin", END - HOUR, empty_mm=950)
    changed("bin", END - 20 * DAY, empty_mm=950)
    assert [(each.empty_mm, each.end_why) for each in history(week, "bin")] == [(950, "taken_away"), (900, "changed")]


def test_no_council_changes_the_record_of_another(week: Town, changed: Callable[..., int]) -> None:
    with pytest.raises(NoSuchVersionError):
        changed("bin", END - HOUR, council="otherton", empty_mm=950)


def test_the_database_itself_takes_no_version_that_ends_before_it_begins(week: Town) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        week.does("UPDATE installation SET valid_to = '2025-12-31Z'")


@pytest.mark.parametrize("line", [None, 1])
def test_the_database_itself_takes_no_two_versions_of_one_line_at_a_time(week: Town, line: int | None) -> None:
    version = "INSERT INTO installation (device_id, counter_id, line, valid_from) VALUES (2, 'C1', %s, '2026-03-01Z')"
    with pytest.raises(psycopg.errors.ExclusionViolation), week.owner.transaction() as conn:
        conn.execute(version, (line,))
    week.does("UPDATE installation SET line = 2 WHERE counter_id IS NOT NULL")
    with week.owner.transaction() as conn:
        conn.execute(version, (1,))


def test_a_sensor_moved_in_the_past_tells_no_more_of_where_it_stood(week: Town) -> None:
    """It was carried to another bin two hours ago; what it said since then had been told of the first."""
    week.hears([Said(BIN_DEVICE, END - hour * HOUR, 50) for hour in range(4)])
    week.works(END)
    week.does("INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l) VALUES ('B2', 'rivermouth', 'Hill', 54, -1, 120)")
    week.does("UPDATE installation SET valid_to = '2026-06-15T10:30Z' WHERE bin_id = 'B1'")
    week.does(
        "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm)"
        " VALUES (1, 'B2', '2026-06-15T10:30Z', 900, 300)"
    )
    week.does("INSERT INTO touched (device_id, since, why) VALUES (1, '2026-06-15T10:30Z', 'record_changed')")
    week.works(END)
    assert week.all_of("SELECT bin_id, count(*) FROM bin_fill GROUP BY 1 ORDER BY 1") == [("B1", 2), ("B2", 2)]
