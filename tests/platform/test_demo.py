"""`streets demo`, the real command: it comes up, it says what is wrong in one line, and it leaves nothing behind."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from cli.embedded.broker import EmbeddedBroker
from tests.conftest import server_folder

STREETS = Path(sys.executable).with_name("streets")
PROCESSES = {"PostgreSQL": "postgres", "the broker": "nats-server", "ingest": "ingest", "api": "api", "simulate": "simulate"}

# As ChirpStack tells it.
UPLINK = {
    "deviceInfo": {"devEui": "24e124713d0000ff", "applicationId": "17c82e96-be03-4f38-aef3-f83d48582d97"},
    "time": "2026-11-22T09:00:00Z",
    "fCnt": 1,
    "fPort": 85,
    "data": "AXVkA4LuAgQAAA==",
}


class Demo:
    """A running `streets demo`, and what it said."""

    def __init__(self, folder: Path, *options: str, **env: str) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("STREETS_")}
        command = [STREETS, "demo", "--data", str(folder), "--port", "0", "--days", "1", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ours | env, start_new_session=True
        )

    def __enter__(self) -> "Demo":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate()

    def until_ready(self) -> dict[str, str]:
        """The URLs it prints, by their name."""
        assert self.process.stdout is not None
        urls: dict[str, str] = {}
        for line in self.process.stdout:
            if line == "ready\n":
                return urls
            name, url = line.split(": ")
            urls[name] = url.strip()
        raise AssertionError(f"never ready: {self.process.communicate()[1]}")

    def ended(self) -> tuple[int, str]:
        """Its exit code, and its last words for people."""
        words = self.process.communicate(timeout=60)[1]
        return self.process.returncode, words.splitlines()[-1] if words else ""

    def everyone(self) -> dict[int, str]:
        """Every process it started, and theirs in turn: what each runs."""
        parents = {pid: parent for pid in all_processes() if (parent := parent_of(pid))}
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return {pid: command_of(pid) for pid in family - {self.process.pid}}


def all_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def parent_of(pid: int) -> int | None:
    try:
        return int(re.sub(r"^.*\) ", "", Path(f"/proc/{pid}/stat").read_text()).split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return "gone"


def refuse_leftovers(pids: dict[int, str]) -> None:
    deadline = time.monotonic() + 30
    while left := {pid: command for pid, command in pids.items() if parent_of(pid)}:
        assert time.monotonic() < deadline, f"left behind: {left}"
        time.sleep(0.05)


def status(url: str) -> int:
    with urlopen(url) as answer:  # noqa: S310 - our own page
        return int(answer.status)


@dataclass(frozen=True, slots=True)
class Killed:
    """A demonstration that was ended by kill -9: its folder, and the processes that it had."""

    folder: Path
    everyone: dict[int, str]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """What a first start leaves that was killed."""
    with server_folder(tmp_path_factory) as folder:
        with Demo(folder) as demo:
            demo.until_ready()
            everyone = demo.everyone()
            demo.process.kill()
            demo.process.communicate()
        yield Killed(folder, everyone)


@pytest.fixture
def kept(killed: Killed) -> Path:
    """A folder in which a demonstration ran before."""
    return killed.folder


def test_even_kill_9_leaves_no_process_behind(killed: Killed) -> None:
    assert all(any(word in command for command in killed.everyone.values()) for word in PROCESSES.values())
    refuse_leftovers(killed.everyone)


def test_the_next_start_goes_on_where_it_was_killed_and_sigterm_ends_everything(kept: Path) -> None:
    with Demo(kept) as demo:
        urls = demo.until_ready()
        assert all(status(url) == 200 for url in urls.values() if url.startswith("http"))
        assert (kept / "environment").stat().st_mode & 0o777 == 0o600
        everyone = demo.everyone()
        demo.process.terminate()
        assert demo.ended()[0] == 0
        refuse_leftovers(everyone)


def test_a_shell_that_reads_its_environment_speaks_to_it_for_as_long_as_it_runs(kept: Path) -> None:
    environment = kept / "environment"
    with Demo(kept) as demo:
        demo.until_ready()
        assert environment.stat().st_mode & 0o077 == 0
        uplink = kept / "EM310-UDL.json"
        uplink.write_text(json.dumps(UPLINK))
        for command in ("ledger", f"replay {uplink}"):
            done = subprocess.run(["sh", "-c", f". {environment} && {STREETS} {command}"], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        assert done.stderr.endswith("confirmed by the broker: 1 of 1 messages\n")
    assert not environment.exists()


@pytest.mark.parametrize("name", ["PostgreSQL", "api"])
def test_whichever_process_dies_one_line_says_so_and_nothing_is_left(kept: Path, name: str) -> None:
    with Demo(kept) as demo:
        demo.until_ready()
        everyone = demo.everyone()
        os.kill(next(pid for pid, command in sorted(everyone.items()) if f"{PROCESSES[name]} " in command), signal.SIGKILL)
        code, last_words = demo.ended()
        assert code == 1
        assert last_words.startswith(f"streets: {name} ended by itself")
        refuse_leftovers(everyone)


def test_ctrl_c_during_the_start_leaves_nothing_behind(kept: Path) -> None:
    with Demo(kept) as demo:
        deadline = time.monotonic() + 60
        while not any("nats-server" in command for command in demo.everyone().values()):
            assert time.monotonic() < deadline, "the broker never started"
            time.sleep(0.02)
        everyone = demo.everyone()
        demo.process.send_signal(signal.SIGINT)
        assert demo.ended()[0] == 0
        refuse_leftovers(everyone)


def test_a_busy_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Demo(tmp_path, "--port", str(port)) as demo:
            reason = "Address already in use; choose another, or 0 for a free one"
            assert demo.ended() == (1, f"streets: the pages cannot use port {port}: {reason}")


def test_a_folder_that_may_not_be_written_is_told_in_one_line() -> None:
    with Demo(Path("/proc/smart-streets")) as demo:
        code, words = demo.ended()
    assert code == 1
    assert words.startswith("streets: cannot write to /proc/smart-streets: ")


def test_two_demonstrations_do_not_share_a_folder(kept: Path) -> None:
    with (kept / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with Demo(kept) as demo:
            says = f"streets: another demonstration is running in {kept}: stop it, or choose another --data"
            assert demo.ended() == (1, says)


def test_a_given_database_and_broker_are_used_instead(tmp_path: Path, empty_database_url: str, broker: EmbeddedBroker) -> None:
    given = {"STREETS_DATABASE_URL": empty_database_url, "STREETS_MQTT_URL": broker.url("everyone")}
    with Demo(tmp_path, **given) as demo:
        demo.until_ready()
        commands = demo.everyone().values()
        assert not any("postgres " in command or "nats-server " in command for command in commands)
    with psycopg.connect(empty_database_url) as conn:
        bins = conn.execute("SELECT count(*) FROM bin WHERE council = 'rivermouth'").fetchone()
    assert bins is not None and bins[0] >= 250
