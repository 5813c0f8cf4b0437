"""The job names every device that has something wrong and no other, in a simulated town whose faults are known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.embedded.town import bring_in, fill
from simulators.history import TownLife
from simulators.town import Town, write_town
from streets.jobs import bins, footfall, ledger
from streets.jobs.health import tell_health
from streets.store.database import Database

STARTS_AT = datetime(2026, 5, 18, tzinfo=UTC)
DAYS = 9
ENDS_AT = STARTS_AT + timedelta(days=DAYS)
TELLS = {"silent": "silent", "dead": "silent", "stuck": "stuck", "no_echo": "echoes"}
"""How a fault of the simulator that holds must show. `tilted` shows as an alarm."""


@dataclass
class Judged:
    """The town after nine days, its jobs done. `jobs` acts with the jobs' rights."""

    town: Town
    owner: Database
    jobs: Database

    def all_of(self, query: str) -> list[tuple[Any, ...]]:
        with self.jobs.transaction() as conn:
            return conn.execute(query).fetchall()  # type: ignore[arg-type]

    def named(self, trouble: str) -> set[str]:
        query = f"SELECT device FROM device_trouble JOIN device USING (device_id) WHERE trouble = '{trouble}'"  # noqa: S608
        return {device for (device,) in self.all_of(query)}

    def faulty(self, *kinds: str, day: int = DAYS - 1) -> set[str]:
        """The devices with such a fault on that day, by their names in the register."""
        names = {device.name: device.full_name(self.town.council) for device in self.town.devices}
        return {names[fault.device] for fault in self.town.faults if fault.kind in kinds and fault.holds_on(day)}


@pytest.fixture(scope="module")
def judged(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    folder = tmp_path_factory.mktemp("town")
    with databases.copy() as url:
        owner, jobs = Database(url, "postgres"), Database(url, "streets_jobs")
        owner.open()
        jobs.open()
        town = write_town(folder, 7, STARTS_AT)
        bring_in(owner, Path(folder), town, STARTS_AT)
        fill(owner, TownLife(town, STARTS_AT), ENDS_AT)
        bins.tell_fills(jobs, ENDS_AT)
        with jobs.transaction() as conn:
            footfall.refresh_usual(conn, ENDS_AT)
            ledger.count_sent(conn, ENDS_AT)
        tell_health(jobs, ENDS_AT)
        with jobs.transaction() as conn:
            bins.tell_states(conn, ENDS_AT)
        tell_health(jobs, ENDS_AT + timedelta(minutes=1))
        yield Judged(town, owner, jobs)
        owner.close()
        jobs.close()


@pytest.mark.parametrize("trouble", ["silent", "stuck", "echoes"])
def test_every_device_with_the_fault_is_named_and_no_other(judged: Judged, trouble: str) -> None:
    """Recall 1 and precision 1 of 258 devices: 5 silent (one a counter), 3 stuck, 2 without an echo."""
    wanted = judged.faulty(*(kind for kind, told in TELLS.items() if told == trouble))
    assert len(wanted) == {"silent": 5, "stuck": 3, "echoes": 2}[trouble]
    assert judged.named(trouble) == wanted


def test_a_device_that_was_off_for_three_of_seven_days_loses_messages_and_no_healthy_one_does(judged: Judged) -> None:
    """Its frame counter goes on, so that at least 2 of 7 days, 28 %, are missing; the limit is 10 %."""
    was_off = judged.faulty("silent", day=5) - judged.faulty("silent")
    assert len(was_off) == 2
    assert judged.named("loss") == was_off


def test_batteries_at_their_end_are_named(judged: Judged) -> None:
    low = judged.all_of(
        "SELECT device FROM device WHERE 10 >= (SELECT battery_pct FROM level_reading"
        " WHERE level_reading.device_id = device.device_id ORDER BY observed_at DESC LIMIT 1)"
    )
    assert len(low) == 2
    assert judged.named("battery") == {device for (device,) in low}


def test_a_tilted_device_has_an_alarm_until_it_is_put_right(judged: Judged) -> None:
    told = judged.all_of("SELECT device, ended_at IS NULL FROM device_alarm JOIN device USING (device_id) WHERE kind = 'tilt'")
    was_tilted = judged.faulty("tilted", day=3) | judged.faulty("tilted", day=2)
    assert {device for device, goes_on in told if goes_on} == judged.faulty("tilted")
    assert {device for device, goes_on in told if not goes_on} == was_tilted - judged.faulty("tilted")
    assert len(told) == 4


def test_a_bin_is_silent_just_when_its_device_is(judged: Judged) -> None:
    bins_silent = judged.all_of("SELECT bin_id FROM bin_status WHERE state = 'silent' ORDER BY 1")
    devices_silent = judged.all_of(
        "SELECT installation.bin_id FROM device_trouble JOIN installation USING (device_id)"
        " WHERE trouble IN ('silent', 'never_heard') AND bin_id IS NOT NULL ORDER BY 1"
    )
    assert bins_silent == devices_silent
    assert len(bins_silent) == 4


def test_a_trouble_that_passes_is_told_no_more_and_one_that_stays_keeps_its_time(judged: Judged) -> None:
    since = judged.all_of("SELECT device_id, trouble, since FROM device_trouble WHERE trouble <> 'silent' ORDER BY 1, 2")
    later = ENDS_AT + timedelta(days=2)
    tell_health(judged.jobs, later)
    assert len(judged.named("silent")) == 258
    assert judged.named("stuck") == judged.named("echoes") == set()
    tell_health(judged.jobs, ENDS_AT + timedelta(minutes=2))
    again = judged.all_of("SELECT device_id, trouble, since FROM device_trouble WHERE trouble = 'loss' ORDER BY 1, 2")
    assert again == [row for row in since if row[1] == "loss"]


def test_a_device_never_heard_since_it_was_fitted_is_named(judged: Judged) -> None:
    with judged.owner.transaction() as conn:
        conn.execute("INSERT INTO device (device, council, model) VALUES ('new', 'rivermouth', 'em310-udl')")
        conn.execute(
            "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm)"
            " SELECT device_id, 'RV0020', %s, 900, 300 FROM device WHERE device = 'new'",
            (ENDS_AT - timedelta(hours=4),),
        )
    tell_health(judged.jobs, ENDS_AT - timedelta(hours=1))
    assert "new" not in judged.named("never_heard")
    tell_health(judged.jobs, ENDS_AT)
    assert judged.named("never_heard") == {"new"}
