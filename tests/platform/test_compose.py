"""docker-compose.yml, without containers: its form, its secrets, and every command it names, run against real servers."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from cli.embedded.child import claim_port
from dashboards.boards import BOARDS

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("smart-streets")}
SECRETS = sorted(set(re.findall(r"\$\{(\w+):\?", json.dumps(COMPOSE))))


def test_the_file_is_what_the_compose_specification_says() -> None:
    told = subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert told.returncode == 0, told.stdout


def test_no_service_starts_with_a_password_that_was_not_chosen() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if name.endswith(("_PASSWORD", "_KEY", "_URL")) and name != "STREETS_PUBLIC_URL":
                assert re.search(r"\$\{\w+(:\?[^}]*|:-)?\}", value), f"{name} is written into the file"
    assert SECRETS and all("=" in line and not line.split("=")[1] for line in example_lines() if line.split("=")[0] in SECRETS)


def test_the_example_settings_name_every_variable() -> None:
    named = {line.split("=")[0] for line in example_lines()}
    assert set(SECRETS) <= named
    assert named <= set(re.findall(r"STREETS_\w+", (ROOT / "docs/settings.md").read_text()))


def test_every_lasting_service_is_watched() -> None:
    for name, service in COMPOSE["services"].items():
        assert "healthcheck" in service or service["restart"] == "on-failure:3", name


def example_lines() -> list[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@dataclass(frozen=True)
class House:
    """Where the composed services would find one another, on this machine."""

    folder: Path
    database_url: str
    mqtt_port: int
    api_port: int

    def here(self, text: str) -> str:
        """A value of the compose file with its variables filled in and its hosts on this machine."""
        # No OSRM server: that is our own engine.
        text = text.replace("${STREETS_OSRM_URL:-}", "")
        filled = re.sub(r"\$\{(\w+)(?::\?[^}]*|:-)?\}", lambda found: f"{found.group(1).lower():_<32}", text)
        filled = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", filled)
        server = self.database_url.rpartition("@")[2]
        owner = filled.replace(
            f"postgresql://streets:{'streets_owner_password':_<32}@timescaledb:5432/streets", self.database_url
        )
        there = owner.replace("timescaledb:5432/streets", server).replace("@nats:1883", f"@127.0.0.1:{self.mqtt_port}")
        return re.sub(r"^/(applications|clouds)\.toml$", rf"{self.folder}/\1.toml", there)

    def command(self, service: str) -> list[str]:
        """What the container would run; folders that would be volumes lie in a temporary folder."""
        words = [re.sub(r"^/(broker|boards)", rf"{self.folder}/\1", word) for word in OURS[service]["command"]]
        moved = {"0.0.0.0": "127.0.0.1", "8000": str(self.api_port)}  # noqa: S104 - a container's own
        return [str(Path(sys.executable).with_name("streets")), *(moved.get(word, word) for word in words)]

    def environment(self, service: str) -> dict[str, str]:
        """The container's environment."""
        said = {name: self.here(value) for name, value in OURS[service].get("environment", {}).items()}
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder)} | said

    def run(self, service: str, *more: str) -> str:
        """Run a service that ends by itself."""
        done = subprocess.run(
            [*self.command(service), *more], env=self.environment(service), cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def examine(self, service: str) -> str:
        """What the service's health check finds wrong, beside jobs that have not run yet."""
        check = [str(Path(sys.executable).with_name("streets")), *OURS[service]["healthcheck"]["test"][2:]]
        told = subprocess.run(check, env=self.environment(service), cwd=ROOT, capture_output=True, text=True, timeout=60)
        wrong = [line for line in told.stdout.splitlines() if line.startswith("WRONG") and "jobs: late" not in line]
        return told.stderr + "\n".join(wrong)

    def start(self, service: str) -> subprocess.Popen[str]:
        """Start a service that lasts."""
        return subprocess.Popen(
            self.command(service),
            env=self.environment(service),
            cwd=ROOT,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )


@pytest.fixture
def house(tmp_path: Path, empty_database_url: str) -> House:
    for folder in ("broker", "boards", "data"):
        (tmp_path / folder).mkdir()
    # Mounted as /dev/null unless the council has applications, or accounts with clouds.
    (tmp_path / "applications.toml").touch()
    (tmp_path / "clouds.toml").touch()
    return House(tmp_path, empty_database_url, claim_port(0, "the broker"), claim_port(0, "the API"))


@pytest.fixture
def nats(house: House) -> Iterator[None]:
    """The broker as compose runs it, with the configuration that `streets broker config` wrote, on ports of this machine."""
    house.run("migrate")
    house.run("broker-config")
    written = house.folder / "broker/nats.conf"
    assert written.stat().st_mode & 0o077 == 0, "the broker's passwords can be read by others"
    config = json.loads(written.read_text())
    config["listen"] = f"127.0.0.1:{claim_port(0, 'the broker')}"
    config["mqtt"]["listen"] = f"127.0.0.1:{house.mqtt_port}"
    config["jetstream"]["store_dir"] = str(house.folder / "data")
    written.write_text(json.dumps(config))
    binary = shutil.which("nats-server", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert binary, "nats-server is missing: make setup brings it"
    server = subprocess.Popen([binary, "--config", written], stderr=subprocess.DEVNULL)
    yield
    server.terminate()
    server.wait(10)


def test_every_command_runs_and_ends_when_asked(house: House, nats: None) -> None:
    lasting = [name for name, service in OURS.items() if service["restart"] == "unless-stopped"]
    assert lasting == ["ingest", "poll", "jobs", "api", "simulate"]
    house.run("town", "--days", "1")
    started = {name: house.start(name) for name in lasting}
    try:
        answer = answer_of(house, "/healthz")
        examined = {name: house.examine(name) for name in lasting if OURS[name]["healthcheck"]["test"][1] == "streets"}
        still_running = [name for name, child in started.items() if child.poll() is None]
    finally:
        for child in started.values():
            child.send_signal(signal.SIGTERM)
        words = {name: child.communicate(timeout=15)[1] for name, child in started.items()}
    assert still_running == lasting and answer, words
    assert len(examined) == 4 and set(examined.values()) == {""}
    assert {name: child.returncode for name, child in started.items()} == dict.fromkeys(lasting, 0), words
    assert len(house.run("boards").splitlines()) == len(list((house.folder / "boards").glob("*.json"))) == len(BOARDS)


def answer_of(house: House, path: str) -> bytes:
    """What the API answers, once it does; nothing where it does not within 90 s."""
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{house.api_port}{path}", timeout=5) as answer:  # noqa: S310 - our own
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > deadline:
                return b""
            time.sleep(0.1)


def test_migrated_roles_log_in_with_the_chosen_passwords_and_only_with_them(house: House) -> None:
    house.run("migrate")
    server = house.database_url.rpartition("@")[2]
    for role, setting in {"streets_api": "streets_api_password", "board_reader": "streets_board_password"}.items():
        with psycopg.connect(f"postgresql://{role}:{setting:_<32}@{server}") as conn:
            assert conn.execute("SELECT current_user").fetchone() == (role,)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"postgresql://{role}:guess@{server}")
