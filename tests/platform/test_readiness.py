"""/readyz and `streets doctor` say when ingest is dead, stuck or behind, and when it is well again; a calm night is well."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from browsing import served

from api import readiness
from api.readiness import ingest_checks
from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from cli.examination import findings
from simulators.publisher import Publisher
from streets.settings import settings_of
from streets.store.database import Database
from streets.store.ingest_process import IngestProcess
from tests.ingest.arrivals import level, settle
from tests.platform.processes import locked, process, until

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def ingest(name: str = "streets-ingest", **more: object) -> IngestProcess:
    """A process on a calm night: connected, nothing to do."""
    values: dict[str, object] = {
        "process": name,
        "began_at": NIGHT - timedelta(days=7),
        "noted_at": NIGHT - timedelta(seconds=4),
        "ended": False,
        "connected": True,
        "in_hand": 0,
        "oldest_in_hand_s": 0.0,
        "turn_age_s": 0.05,
        "lag_s": 2.0,
        "caught_up_at": NIGHT - timedelta(seconds=4),
        "exposition": "",
    }
    return IngestProcess(**(values | more))  # type: ignore[arg-type]


def wrong(*processes: IngestProcess) -> dict[str, str]:
    """What is not well, and what is said of it."""
    return {check.check: check.says for check in ingest_checks(list(processes), NIGHT) if not check.ok}


def test_a_calm_night_and_a_new_installation_are_well() -> None:
    assert wrong() == {}
    assert wrong(ingest()) == {}


def test_a_process_that_says_nothing_any_more_is_dead_and_one_that_stopped_says_since_when() -> None:
    assert wrong(ingest(noted_at=NIGHT - timedelta(seconds=31))) == {"ingest": "streets-ingest: silent for 31 s"}
    assert wrong(ingest(ended=True)) == {"ingest": "streets-ingest: stopped at 2026-11-22T02:59:56+00:00"}


def test_of_several_processes_one_that_was_stopped_is_not_missed_and_one_that_died_is() -> None:
    stopped, died = ingest("b", ended=True), ingest("c", noted_at=NIGHT - timedelta(minutes=5))
    assert wrong(ingest("a"), stopped) == {}
    assert wrong(ingest("a"), stopped, died) == {
        "ingest": "a: running; b: stopped at 2026-11-22T02:59:56+00:00; c: silent for 300 s"
    }


def test_a_process_that_hangs_although_it_speaks_is_not_well() -> None:
    assert wrong(ingest(turn_age_s=75.0)) == {"ingest_broker": "streets-ingest: it has not looked at the broker for 75 s"}
    assert wrong(ingest(connected=False)) == {"ingest_broker": "streets-ingest: not connected to the broker"}
    assert wrong(ingest(in_hand=4_000, oldest_in_hand_s=61.0)) == {
        "ingest_in_hand": "streets-ingest: 4000 messages in hand, the oldest for 61 s"
    }


def test_late_frames_are_our_lag_only_while_the_broker_has_more() -> None:
    assert wrong(ingest(lag_s=7_200.0)) == {}
    behind = ingest(lag_s=7_200.0, caught_up_at=NIGHT - timedelta(minutes=6))
    assert wrong(behind) == {
        "ingest_lag": "streets-ingest: the freshest frame that it keeps is 7200 s old, and the broker has more"
    }
    assert wrong(ingest(lag_s=7_200.0, caught_up_at=None)).keys() == {"ingest_lag"}
    assert wrong(ingest(lag_s=None, caught_up_at=None)) == {}


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """A broker that the test may stop."""
    server = EmbeddedBroker(tmp_path / "broker", [BrokerUser("everyone", publish=("#",), subscribe=("#",))], durable=False)
    server.start()
    yield server
    server.stop()


def test_a_running_ingest_becomes_unready_and_ready_again(
    database: Database,
    database_url: str,
    own_broker: EmbeddedBroker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readiness, "IN_HAND_AT_MOST_S", 1)
    settle(database)
    mqtt_url = own_broker.url("everyone")
    told = {"STREETS_DATABASE_URL": database_url, "STREETS_MQTT_URL": mqtt_url, "STREETS_SECRET_KEY": "0" * 32}
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    def unready() -> dict[str, str]:
        checks = httpx.get(f"{site}/readyz").json()["checks"]
        return {check["check"]: check["says"] for check in checks if not check["ok"]}

    with served(settings_of(told)) as site, process(tmp_path, database_url, mqtt_url, "ingest") as running:
        running.says("listening")
        until(lambda: httpx.get(f"{site}/readyz").status_code == 200, "ready")
        with locked(database_url, "level_reading"), Publisher(mqtt_url) as publisher:
            message = level(at=datetime.now(UTC))
            publisher.send(message.topic, message.body)
            publisher.settle()
            until(lambda: "1 messages in hand" in unready().get("ingest_in_hand", ""), "unready: the database does not take it")
            assert "ingest_in_hand" in {finding.check for finding in findings() if not finding.ok}
        until(lambda: not unready(), "ready again")
        own_broker.stop()
        until(lambda: "ingest_broker" in unready(), "unready: the broker is away")
        own_broker.start()
        until(lambda: not unready(), "ready again")
        assert running.told_to_stop() == 0
        assert "stopped at" in unready()["ingest"]
