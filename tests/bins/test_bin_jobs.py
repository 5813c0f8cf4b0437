"""From stored readings to fills, emptyings, states and forecasts, on a real database with the jobs' own rights."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from streets.jobs.bins import tell_fills
from streets.store import bins, emptyings
from streets.store.bins import BinNow
from streets.store.database import Database
from tests.bins.street_of_bins import NOW, Street

HOUR = timedelta(hours=1)


def now_of(street: Street, bin_id: str) -> BinNow:
    (only,) = bins.now(street.conn, bin_id=bin_id)
    return only


def all_of(street: Street, table: str) -> list[Any]:
    return street.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # type: ignore[arg-type]  # noqa: S608


def test_a_bin_is_told_with_its_fill_its_age_and_when_it_will_be_full(street: Street) -> None:
    """It rises 2 points an hour and holds 40: 60 points are left, which takes 30 hours."""
    street.bin("B1")
    street.fills_steadily("B1", days=28, pct_per_h=2, until=NOW - timedelta(hours=21))
    for hour in range(20, -1, -1):
        street.says("B1", NOW - hour * HOUR, 2 * (20 - hour))
    street.run_jobs()
    known = now_of(street, "B1")
    assert (known.state, known.observed_at) == ("measured", NOW)
    assert known.fill_pct == 40
    assert known.full_at is not None
    assert known.full_at_early is not None
    assert known.full_at_late is not None
    assert abs(known.full_at - NOW - timedelta(hours=30)) <= timedelta(hours=4)
    assert known.full_at_early < known.full_at < known.full_at_late
    assert known.rise_pct_per_h == pytest.approx(2, rel=0.05)


def test_a_silent_bin_is_not_called_empty(street: Street) -> None:
    street.bin("B1")
    street.fills_steadily("B1", days=14, pct_per_h=1, until=NOW - timedelta(days=2), emptied_at_pct=80)
    street.run_jobs()
    known = now_of(street, "B1")
    assert (known.state, known.fill_pct) == ("silent", None)
    assert known.observed_at == NOW - timedelta(days=2)


def test_the_forecast_of_a_silent_bin_moves_on_and_widens(street: Street) -> None:
    street.bin("B1")
    street.fills_steadily("B1", days=28, pct_per_h=1)
    spans, chances = [], []
    for later in (timedelta(0), timedelta(days=1), timedelta(days=3)):
        street.run_jobs(NOW + later)
        known = now_of(street, "B1")
        assert known.full_at_early is not None
        assert known.full_at_late is not None
        spans.append(known.full_at_late - known.full_at_early)
        chances.append(known.overflow_24h)
    assert spans == sorted(spans)
    assert spans[0] < spans[2]
    assert chances[0] != chances[1] != chances[2]


def test_a_bin_that_cannot_be_measured_says_why_and_has_no_fill(street: Street) -> None:
    street.bin("B1")
    for hour in range(6, -1, -1):
        street.says("B1", NOW - hour * HOUR, cannot_measure="no_echo")
    street.bin("B2")
    for hour in range(6, -1, -1):
        street.says("B2", NOW - hour * HOUR, 50, tilted=True)
    street.run_jobs()
    told = [(known.state, known.reason, known.fill_pct) for known in bins.now(street.conn)]
    assert told == [("not_measurable", "no_echo", None), ("not_measurable", "tilted", None)]


def test_a_bin_without_a_sensor_and_one_never_heard_are_not_known(street: Street) -> None:
    street.bin("B1", sensor=False)
    street.bin("B2")
    street.run_jobs()
    assert [(known.state, known.fill_pct) for known in bins.now(street.conn)] == [("no_sensor", None), ("silent", None)]


def test_a_sensor_that_says_the_very_same_for_three_days_is_stuck(street: Street) -> None:
    for bin_id, hours in (("B1", 73), ("B2", 60)):
        street.bin(bin_id)
        street.fills_steadily(bin_id, days=4, pct_per_h=2, until=NOW - timedelta(hours=hours))
        for hour in range(hours - 1, -1, -1):
            street.says(bin_id, NOW - hour * HOUR, 30)
    street.run_jobs()
    told = [(known.state, known.reason, known.fill_pct) for known in bins.now(street.conn)]
    assert told == [("not_measurable", "stuck", None), ("measured", None, 30)]


def test_a_bin_just_emptied_is_told_so_at_once_and_a_single_high_echo_is_not(street: Street) -> None:
    for bin_id, fills in (("B1", (88, 90, 92, 3)), ("B2", (20, 21, 22, 100))):
        street.bin(bin_id)
        for hour, fill_pct in enumerate(fills):
            street.says(bin_id, NOW - (3 - hour) * HOUR, fill_pct)
    street.run_jobs()
    assert [known.fill_pct for known in bins.now(street.conn)] == [3, 22]


def test_a_bin_heaped_up_to_its_sensor_for_days_is_full_and_not_stuck(street: Street) -> None:
    street.bin("B1")
    for hour in range(90, -1, -1):
        street.says("B1", NOW - hour * HOUR, 105)
    street.run_jobs()
    assert (now_of(street, "B1").state, now_of(street, "B1").fill_pct) == ("measured", 100)


def test_a_bin_that_seems_emptier_than_empty_has_a_wrong_record(street: Street) -> None:
    street.bin("B1")
    for hour in range(30, -1, -1):
        street.says("B1", NOW - hour * HOUR, -60 + hour % 3)
    street.run_jobs()
    assert (now_of(street, "B1").state, now_of(street, "B1").reason) == ("not_measurable", "wrong_record")


def test_emptyings_are_kept_with_what_was_in_the_bin(street: Street) -> None:
    """3 points an hour from 0 to 90 and then 0 again: an emptying every 31 hours, 5 of them in 168 hours."""
    street.bin("B1")
    street.fills_steadily("B1", days=7, pct_per_h=3)
    street.run_jobs()
    found = emptyings.of_bin(street.conn, "B1", NOW, days=8)
    assert len(found) == 5
    assert found[-1].emptied_at == NOW - timedelta(days=7) + 30.5 * HOUR
    assert all(one.seen_by == "sensor" for one in found)
    assert now_of(street, "B1").last_emptied_at == found[0].emptied_at


def test_late_readings_give_the_same_as_readings_in_order(street: Street) -> None:
    """Two bins live the same four days; of one, a day in the middle, with its emptying, arrives only at the end."""
    for bin_id in ("B1", "B2"):
        street.bin(bin_id)

    def fill_pct(hour: int) -> float:
        return hour if hour < 60 else hour - 60

    street.run_jobs()
    for bin_id, late in (("B1", set()), ("B2", set(range(50, 74)))):
        for hour in sorted(set(range(97)) - late):
            street.says(bin_id, NOW + (hour - 96) * HOUR, fill_pct(hour))
        street.run_jobs()
        for hour in sorted(late):
            street.says(bin_id, NOW + (hour - 96) * HOUR, fill_pct(hour))
        street.run_jobs()
    for table in ("bin_fill", "emptying"):
        told = [[row[1:] for row in all_of(street, table) if row[0] == bin_id] for bin_id in ("B1", "B2")]
        assert told[0] == told[1] != []


def test_running_again_without_new_readings_changes_no_fill(street: Street) -> None:
    street.bin("B1")
    street.fills_steadily("B1", days=3, pct_per_h=3)
    street.run_jobs()
    before = all_of(street, "bin_fill"), all_of(street, "emptying")
    street.run_jobs()
    assert (all_of(street, "bin_fill"), all_of(street, "emptying")) == before
    assert tell_fills(street.jobs, NOW).startswith("0 fills of 0 bins")


def test_what_a_counter_touched_is_left_to_the_counters_job(street: Street) -> None:
    for sql in (
        "INSERT INTO place VALUES ('p', 'rivermouth', 'Quay', NULL, 54.5, -1.5)",
        "INSERT INTO counter (counter_id, council, place_id, name, lat, lon) VALUES ('c', 'rivermouth', 'p', 'Quay', 54, -1)",
        "INSERT INTO device (device, council, model) VALUES ('d', 'rivermouth', 'vs133')",
        "INSERT INTO installation (device_id, counter_id, valid_from) SELECT device_id, 'c', '2026-01-01Z' FROM device",
        "INSERT INTO touched SELECT device_id, '2026-06-15Z' FROM device",
    ):
        street.conn.execute(sql)
    street.run_jobs()
    assert len(all_of(street, "touched")) == 1


def test_a_new_sensor_in_the_same_bin_continues_its_series(street: Street) -> None:
    street.bin("B1")
    street.says("B1", NOW - 3 * HOUR, 40)
    street.conn.execute("UPDATE installation SET valid_to = %s", (NOW - 2 * HOUR,))
    street.says("B1", NOW - HOUR, 90)
    street.install("B1", "another", since=NOW - 2 * HOUR)
    street.says("B1", NOW, 42)
    street.run_jobs()
    told = bins.fills(street.conn, "B1", NOW - timedelta(days=1), NOW + HOUR, 100)
    assert [(row.observed_at, row.fill_pct) for row in told] == [(NOW - 3 * HOUR, 40), (NOW, 42)]


def test_a_crews_word_that_a_silent_bin_was_emptied_restarts_its_forecast(street: Street) -> None:
    street.bin("B1")
    street.fills_steadily("B1", days=14, pct_per_h=2, until=NOW - timedelta(days=1), emptied_at_pct=95)
    street.run_jobs()
    likely = now_of(street, "B1").overflow_24h
    street.taps("B1", NOW - HOUR)
    street.run_jobs()
    known = now_of(street, "B1")
    assert known.last_emptied_at == NOW - HOUR
    assert known.overflow_24h is not None
    assert likely is not None
    assert known.overflow_24h < likely


def test_a_full_bin_that_the_crew_emptied_is_not_called_full_until_its_sensor_says_so_again(street: Street) -> None:
    street.bin("B1")
    street.says("B1", NOW - 2 * HOUR, 100)
    street.taps("B1", NOW - HOUR)
    street.run_jobs()
    emptied = now_of(street, "B1")
    assert (emptied.state, emptied.fill_pct, emptied.observed_at) == ("measured", 0, NOW - HOUR)
    street.says("B1", NOW, 98)
    street.run_jobs()
    assert (now_of(street, "B1").fill_pct, now_of(street, "B1").observed_at) == (98, NOW)


@pytest.mark.timescale
def test_bins_are_told_the_same_on_timescaledb(timescale_url: str) -> None:
    owner, jobs = Database(timescale_url, "postgres", size=1), Database(timescale_url, "streets_jobs", size=2)
    owner.open()
    jobs.open()
    with owner.transaction() as conn:
        conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
        conn.execute("INSERT INTO ward (ward_code, council, name, boundary) VALUES ('E1', 'rivermouth', 'Quayside', '{}')")
        street = Street(conn, jobs)
        street.bin("B1")
        street.fills_steadily("B1", days=40, pct_per_h=3)
        street.run_jobs()
        street.says("B1", datetime.fromtimestamp(NOW.timestamp() - 1800, NOW.tzinfo), 50)
        street.run_jobs()
        known = now_of(street, "B1")
        assert known.state == "measured"
        assert known.full_at is not None
        # 40 days of 24 hours, an emptying every 31: 30 whole ones.
        assert len(emptyings.of_bin(conn, "B1", NOW, days=41)) == 40 * 24 // 31
    owner.close()
    jobs.close()
