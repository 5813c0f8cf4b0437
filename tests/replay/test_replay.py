"""`streets replay`, the command, on a real broker, ingest and database."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from listening import listening
from typer.testing import CliRunner, Result

from cli.embedded.broker import EmbeddedBroker
from cli.main import app
from streets import clock
from streets.clock import Clock
from streets.footfall.counts import hour_of_week
from streets.settings import Settings
from streets.store.database import Database
from tests.journeys.conftest import House, OpenDatabase, until

CAMERAS = "FID,Id,LocName,X_Lon,Y_Lat\n" + "".join(
    f"{number},Camera {number},{name},-1.54,53.79\n"
    for number, name in enumerate(
        (
            "Briggate", "Briggate at McDonalds", "Headrow", "Dortmund Square", "Albion Street North", "Albion Street South",
            "Commercial Street at Lush", "Commercial Street at Barratts",
        )
    )
)  # fmt: skip


@pytest.fixture
def house(settings: Settings, open_database: OpenDatabase) -> House:
    """Ingest and a database without any council."""
    return House(settings, open_database)


def leeds(folder: Path, rows: Sequence[str]) -> str:
    (folder / "leeds_camera_locations.csv").write_text(CAMERAS)
    path = folder / "leeds.csv"
    path.write_text("\n".join(("Date,Hour,LocationName,InCount", *rows)))
    return str(path)


def replay(settings: Settings, *words: str) -> Result:
    env = {"STREETS_DATABASE_URL": settings.database_url, "STREETS_MQTT_URL": settings.mqtt_url}
    return CliRunner().invoke(app, ["replay", *words], env=env)


def counted(database: Database) -> list[tuple[datetime, int]]:
    """Hours and people that the store holds."""
    with database.transaction() as conn:
        return conn.execute("SELECT period_start, people_in FROM count_reading ORDER BY period_start").fetchall()


@pytest.mark.parametrize(
    ("present", "hours_that_never_were"),
    [(datetime(2026, 5, 13, 10, 10, tzinfo=UTC), 0), (datetime(2027, 3, 30, 10, 10, tzinfo=UTC), 1)],
    ids=["in May", "two days after the clocks went forward"],
)
def test_two_weeks_of_2014_move_to_the_present_and_every_hour_keeps_its_hour_of_the_week(
    present: datetime,
    hours_that_never_were: int,
    house: House,
    database: Database,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "CLOCK", Clock(real=datetime.now(UTC), told=present))
    # Two weeks from a Monday at midnight on; as many people as the hour of the week.
    rows = [f"2014-11-{17 + hour // 24},{hour % 24},Briggate,{hour % 168}" for hour in range(2 * 168)]
    before = clock.now()
    with house.listening():
        done = replay(settings, leeds(tmp_path, rows), "--now", "--register")
        assert done.exit_code == 0, done.stderr
        until(lambda: house.received() == confirmed(done))
    told = counted(database)
    assert all(people == hour_of_week(hour_start) for hour_start, people in told)
    # The last week covers the present: the last hour told has just ended, and those ahead were not told.
    newest = told[-1][0] + timedelta(hours=1)
    assert before - timedelta(hours=1) < newest <= clock.now()
    assert f"ahead of the present and not told: {2 * 168 - hours_that_never_were - len(told)}\n" in done.stderr


def confirmed(done: Result) -> int:
    """How many messages the broker has, by the command's last line."""
    return int(done.stderr.splitlines()[-1].split(": ")[1].split(" of ")[0])


def test_days_are_chosen_malformed_rows_are_told_by_line_and_the_others_are_sent(
    house: House, database: Database, settings: Settings, tmp_path: Path
) -> None:
    rows = ["30/11/2014,9,Briggate,1", "01/12/2014,9,Briggate,many", "01/12/2014,9,Briggate,2", "02/12/2014,9,Briggate,3",
            "03/12/2014,9,Briggate,4"]  # fmt: skip
    with house.listening():
        done = replay(settings, leeds(tmp_path, rows), "--register", "--from", "2014-12-01", "--to", "2014-12-02")
        assert done.exit_code == 0, done.stderr
        until(lambda: house.received() == 2)
    assert "leeds.csv, line 3: 'many' is not a count" in done.stderr
    assert "rows that cannot be told: 1" in done.stderr
    assert counted(database) == [
        (datetime(2014, 12, 1, 9, tzinfo=UTC), 2),
        (datetime(2014, 12, 2, 9, tzinfo=UTC), 3),
    ]


def test_the_same_replay_again_changes_nothing(house: House, database: Database, settings: Settings, tmp_path: Path) -> None:
    path = leeds(tmp_path, ["01/12/2014,9,Briggate,2", "02/12/2014,9,Briggate,3"])
    with house.listening():
        for _ in range(2):
            assert replay(settings, path, "--register").exit_code == 0
        until(lambda: house.received() == 4)
    assert [people for _, people in counted(database)] == [2, 3]


def test_without_a_broker_or_with_a_wrong_password_it_says_so_and_fails(
    settings: Settings, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    path = leeds(tmp_path, ["01/12/2014,9,Briggate,2"])
    for url, why in (
        ("mqtt://127.0.0.1:1", "the broker at 127.0.0.1:1 cannot be reached"),
        (f"mqtt://everyone:wrong@127.0.0.1:{broker.port}", f"the broker at 127.0.0.1:{broker.port} refuses the user"),
    ):
        done = CliRunner().invoke(app, ["replay", path], env={"STREETS_MQTT_URL": url})
        assert done.exit_code == 1
        assert why in done.stderr
        assert "confirmed 0 of 1 messages" in done.stderr


@pytest.mark.parametrize("council", ["Leeds", "a/b", ""])
def test_a_council_code_that_no_topic_can_hold_is_a_usage_error(settings: Settings, council: str) -> None:
    assert replay(settings, "leeds.csv", "--council", council).exit_code == 2


def test_a_file_that_is_no_recording_is_named_and_nothing_of_the_others_is_sent(settings: Settings, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("colour,taste\nred,sweet\n")
    done = replay(settings, leeds(tmp_path, ["01/12/2014,9,Briggate,2"]), str(strange))
    assert done.exit_code == 1
    assert "strange.csv is no recording" in done.stderr
    assert done.stderr.endswith("nothing was sent\n")


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "payload examples"),
        ("7", "it is not a message of The Things Stack, ChirpStack, LORIOT or ThingPark"),
        ('{"deviceInfo": {"devEui": "24e124713d000001", "applicationId": "a"}, "time": "yesterday"}', "Invalid isoformat string"),
        ('{"deviceInfo": {"devEui": "24e124713d000001", "applicationId": "a"}, "time": 5}', "Invalid isoformat string"),
        ('{"deviceInfo": {"devEui": "24e1 #", "applicationId": "a"}}', "no broker has a topic"),
        ('{"cmd": "rx", "EUI": "24e124713d000001", "ts": 99999999999999999}', "cannot be told"),
    ],
)
def test_an_uplink_file_that_no_network_wrote_is_told_in_one_line(
    settings: Settings, tmp_path: Path, held: str, why: str
) -> None:
    file = tmp_path / "uplink.json"
    file.write_text(held)
    done = replay(settings, str(file))
    assert why in done.stderr
    assert isinstance(done.exception, SystemExit | None)


def test_ctrl_c_ends_it_and_says_how_far_it_came(house: House, settings: Settings, tmp_path: Path) -> None:
    rows = [
        f"{datetime(2009, 1, 1) + timedelta(days=day):%Y-%m-%d},{hour},Briggate,7" for day in range(2_000) for hour in range(24)
    ]
    path = leeds(tmp_path, rows)
    env = os.environ | {"STREETS_DATABASE_URL": settings.database_url, "STREETS_MQTT_URL": settings.mqtt_url}
    with house.listening(), listening(settings.mqtt_url, "#") as heard:
        command = [Path(sys.executable).with_name("streets"), "replay", path, "--register"]
        process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
        heard.get(timeout=60)
        process.send_signal(signal.SIGINT)
        _, words = process.communicate()
    assert process.returncode == 1
    found = re.fullmatch(r"streets: cancelled; the broker has confirmed (\d+) of (\d+) messages", words.splitlines()[-1])
    assert found is not None, words
    # Six hours of these years do not exist: the clocks went forward.
    assert int(found[1]) < int(found[2]) == len(rows) - 6


@pytest.mark.shared_data
def test_the_given_uplinks_are_kept_or_refused_for_a_reason(
    house: House, database: Database, settings: Settings, shared_data: Path
) -> None:
    folder = shared_data / "uplinks"
    with house.listening():
        done = replay(settings, "--register", *map(str, [*folder.glob("*.json"), *folder.glob("envelopes/*.json")]))
        assert done.exit_code == 0, done.stderr
        until(lambda: house.received() == 27)
    with database.transaction() as conn:
        reasons = dict(conn.execute("SELECT reason, sum(times) FROM reject GROUP BY reason").fetchall())
        models = conn.execute("SELECT DISTINCT model FROM device JOIN uplink USING (device_id) ORDER BY model").fetchall()
    # The networks' documentation speaks of devices nobody has; LORIOT's sample came by port 207.
    assert reasons == {"unknown_device": 7, "unknown_port": 1}
    assert [model for (model,) in models] == ["em310-udl", "em400-tld", "em400-udl", "vs133", "vs350"]
