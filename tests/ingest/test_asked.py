"""Rejects and the ledger, as a person asks for them: at the command line and over HTTP."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from browsing import served
from click.testing import Result
from msgspec.structs import replace
from typer.testing import CliRunner

from cli.main import app
from ingest.batch import keep_messages
from ingest.refused.replay import CHUNK
from ingest.registry import Registry
from streets.settings import Settings
from streets.store.database import Database
from tests.ingest.arrivals import BIN_EUI, NOON, count, level, settle

STRANGER = "24e124713d000002"
Streets = Callable[..., Result]


@pytest.fixture
def streets(database: Database, database_url: str, open_database: Callable[[str], Database]) -> Streets:
    """Runs `streets …` on a database that has a stored, a duplicate and three refused messages."""
    settle(database)
    garbage = replace(count(), body=b"\x00\xff")
    messages = [level(), level(), level(device=STRANGER), level(device=STRANGER, f_cnt=2), garbage]
    keep_messages(open_database("streets_ingest"), Registry(), messages)
    return lambda *words: CliRunner().invoke(app, words, env={"STREETS_DATABASE_URL": database_url})


def test_rejects_are_listed_and_shown_with_their_bytes(streets: Streets) -> None:
    listed = streets("rejects", "list")
    assert listed.exit_code == 0
    assert "unknown_device (tts): The device is not registered." in listed.stdout
    assert "24e124713d000002: 2 messages, 2026-11-02 12:00Z to 2026-11-02 12:00Z" in listed.stdout
    assert listed.stdout.count("unknown_device: No device 24e124713d000002 is registered") == 2
    ((key, reason),) = [
        (line["reject_key"], line["reason"])
        for line in json.loads(streets("rejects", "list", "--reason", "bad_json", "--json").stdout)
    ]
    shown = json.loads(streets("rejects", "show", key, "--json").stdout)
    assert (reason, shown["raw_hex"], shown["topic"]) == ("bad_json", "00ff", "streets/v1/rivermouth/gate-1/up")
    missing = streets("rejects", "show", "00000000-0000-0000-0000-000000000000")
    assert (missing.exit_code, missing.stderr) == (1, "streets: there is no reject 00000000-0000-0000-0000-000000000000\n")


def test_rejects_are_replayed_after_the_cause_is_mended(streets: Streets, database: Database) -> None:
    assert streets("rejects", "replay").exit_code == 2
    assert streets("rejects", "replay", "--device", STRANGER).exit_code == 1
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = %s WHERE device = %s", (STRANGER, BIN_EUI))
    mended = streets("rejects", "replay", "--device", STRANGER)
    assert (mended.exit_code, mended.stderr) == (0, "2 of 2 are kept now\n")
    assert streets("rejects", "replay", "--device", STRANGER).stderr == "0 of 0 are kept now\n"
    assert streets("rejects", "replay", "--all").stderr == "0 of 1 are kept now\n"
    total = json.loads(streets("ledger", "--json").stdout)["total"]
    assert (total["received"], total["stored"], total["duplicate"], total["rejected"]) == (5, 3, 1, 1)


HELD_AGAINST = "Held against what is stored: rejected = the sum of its reasons; stored = the frames kept, of all days.\n"


def test_the_ledger_balances_and_says_against_what_it_was_held(streets: Streets) -> None:
    whole = streets("ledger")
    assert (whole.exit_code, whole.stderr) == (
        0,
        "The ledger balances: received = stored + duplicate + rejected.\n" + HELD_AGAINST,
    )
    assert whole.stdout.splitlines()[-1].split() == ["all", "3", "5", "1", "1", "3", "0"]
    assert "0  unknown_device 2\n" in whole.stdout
    assert json.loads(streets("ledger", "--day", "2026-11-01", "--json").stdout)["lines"] == []
    assert streets("ledger", "--day", "yesterday").exit_code == 2


@pytest.mark.parametrize(
    ("by_hand", "says"),
    [
        ("UPDATE ledger SET received = received + 1 WHERE device = %s", "3 messages received, 2 stored, duplicate or rejected"),
        ("UPDATE ledger SET stored = 2, duplicate = 0 WHERE device = %s", "2 frames counted as stored, 1 are there"),
        ("DELETE FROM uplink WHERE device = %s", "1 frames counted as stored, 0 are there"),
        ("DELETE FROM ledger WHERE device = %s", "0 frames counted as stored, 1 are there"),
    ],
)
def test_the_ledger_names_what_was_altered_or_deleted_by_hand(
    streets: Streets, database: Database, by_hand: str, says: str
) -> None:
    with database.transaction() as conn:
        conn.execute(by_hand, (BIN_EUI,))  # type: ignore[arg-type]
    wrong = streets("ledger", "--day", "2026-11-02")
    assert wrong.exit_code == 1
    assert wrong.stderr == f"The ledger does not balance: tts {BIN_EUI}.\n2026-11-02 tts {BIN_EUI}: {says}\n"
    told = json.loads(streets("ledger", "--json").stdout)
    assert (told["balances"], len(told["faults"])) == (False, 1)


def test_the_ledger_names_refusals_without_a_reason_and_rejects_that_it_never_counted(
    streets: Streets, database: Database
) -> None:
    with database.transaction() as conn:
        conn.execute("UPDATE ledger_reason SET rejected = 1 WHERE device = %s", (STRANGER,))
    assert f"2026-11-02 tts {STRANGER}: 2 messages rejected, 1 of them with a reason\n" in streets("ledger").stderr
    with database.transaction() as conn:
        conn.execute("UPDATE ledger_reason SET rejected = 2 WHERE device = %s", (STRANGER,))
        conn.execute("UPDATE reject SET times = 3 WHERE device = %s", (STRANGER,))
    assert "2026-11-02 tts: 2 messages counted as rejected, 6 rejects are there\n" in streets("ledger").stderr


def test_anyone_may_read_the_ledger_of_a_day(streets: Streets, settings: Settings) -> None:
    day = NOON.date().isoformat()
    with served(settings) as url:
        answer = httpx.get(f"{url}/v1/ledger", params={"day": day}).json()
        refused = httpx.get(f"{url}/v1/ledger", params={"day": "tomorrow"})
        first_and_last = [httpx.get(f"{url}/v1/ledger", params={"day": day}).json() for day in ("0001-01-01", "9999-12-31")]
        of_days = httpx.get(f"{url}/v1/ledger", params={"from": "2026-11-01", "to": day, "device": BIN_EUI}).json()
        too_many = httpx.get(f"{url}/v1/ledger", params={"from": "2025-11-01", "to": day})
        table = httpx.get(f"{url}/v1/ledger.csv", params={"day": day}).text.splitlines()
        private = httpx.get(f"{url}/v1/ledger/refused", params={"day": day})
    assert answer["balances"] is True
    assert answer["lines"][1] == {
        "source": "tts",
        "device": BIN_EUI,
        "sent": 1,
        "received": 2,
        "stored": 1,
        "duplicate": 1,
        "rejected": 0,
        "missing": 0,
        "heard": 1,
        "untold": 0,
        "council": "rivermouth",
    }
    assert STRANGER not in json.dumps(answer), "nobody's device, so nobody said that it may be named"
    assert [line["device"] for line in answer["lines"]] == ["", BIN_EUI, ""]
    assert answer["reasons"] == [
        {"source": "tts", "reason": "unknown_device", "rejected": 2},
        {"source": "direct", "reason": "bad_json", "rejected": 1},
    ]
    assert refused.status_code == too_many.status_code == 422
    assert private.status_code == 401
    assert [day["lines"] for day in first_and_last] == [[], []]
    assert (of_days["day"], of_days["lines"], of_days["reasons"]) == (None, [answer["lines"][1]], None)
    assert table[2] == f"2026-11-02,tts,{BIN_EUI},rivermouth,1,1,0,2,1,1,0,0"


def test_a_file_is_imported_or_refused_with_its_lines(streets: Streets, tmp_path: object) -> None:
    file = tmp_path / "bins.csv"  # type: ignore[operator]
    file.write_text("bin_id,name,lat,lon,capacity_l\nB7,Quay,54.9,-1.6,100\n")
    done = streets("import", "bins", str(file), "--council", "rivermouth")
    assert (done.exit_code, done.stderr) == (0, f"{file}: bins imported (1 new, 0 changed, 0 unchanged)\n")
    file.write_text("bin_id,name,lat,lon,capacity_l\nB8,Quay,54.9,-1.6,100\nB9,Quay,abc,-1.6,100\n")
    refused = streets("import", "bins", str(file), "--council", "rivermouth")
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"line 3: lat 'abc' is not a number\n{file}: nothing was imported (")
    assert streets("import", "trees", str(file), "--council", "rivermouth").exit_code == 2
    assert streets("council", "add", "Not A Code", "Name").exit_code == 2
    assert streets("council", "add", "hilltop", "Hilltop").exit_code == 0


def test_ctrl_c_ends_a_long_replay_between_two_chunks(
    streets: Streets, database: Database, database_url: str, open_database: Callable[[str], Database]
) -> None:
    others = [level(device=STRANGER, f_cnt=n, at=NOON + timedelta(minutes=n)) for n in range(10, 10 + CHUNK)]
    keep_messages(open_database("streets_ingest"), Registry(), others)
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = %s WHERE device = %s", (STRANGER, BIN_EUI))
    with database.transaction() as conn:
        # Whoever gets to the last of them has to wait for us.
        conn.execute("SELECT FROM reject WHERE reason = 'unknown_device' ORDER BY first_seen DESC LIMIT 1 FOR UPDATE")
        command = [sys.executable, "-m", "cli", "rejects", "replay", "--reason", "unknown_device"]
        env = {**os.environ, "STREETS_DATABASE_URL": database_url}
        replay = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert replay.stdout is not None
        told = [replay.stdout.readline() for _ in range(CHUNK)]
        replay.send_signal(signal.SIGINT)
        rest, words = replay.communicate(timeout=60)
    assert [line.split()[1] for line in told] == ["stored"] * CHUNK
    assert (rest, replay.returncode) == ("", 130), words
    assert words.endswith(f"ended by you after {CHUNK} of {CHUNK + 2}; what is left can be replayed later\n")
    assert streets("rejects", "replay", "--reason", "unknown_device").stderr == "2 of 2 are kept now\n"
