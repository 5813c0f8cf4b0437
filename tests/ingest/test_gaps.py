"""That nobody listened is noticed; gaps are shown, and asked for by hand; where keys are kept is checked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.main import app
from ingest.gaps import attendance
from ingest.gaps.attendance import attended
from ingest.gaps.backfill import MARGIN, windows
from ingest.gaps.stored import Stored, lines, told
from streets.applications import Application, applications_of
from streets.settings import SettingsError
from streets.store import gaps
from streets.store.database import Database
from streets.store.gaps import Gap, OpenGaps
from tests.ingest.arrivals import level
from tests.ingest.storage_server import KEY, StorageServer, Trouble
from tests.ingest.test_consumer import first, until

NOW = datetime.now(UTC).replace(microsecond=0)
STREETS = Path(sys.executable).with_name("streets")


@pytest.fixture
def server() -> Iterator[StorageServer]:
    with StorageServer().running() as running:
        yield running


def application(url: str = "http://127.0.0.1:1", name: str = "bins@council") -> Application:
    return Application(council="rivermouth", name=name, address=url, key=KEY, retention=timedelta(days=30))


def known(db: Database) -> list[Gap]:
    with db.transaction() as conn:
        return gaps.gaps(conn)


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time that ingest is told, which the test moves; ingest looks often."""
    time = [NOW - timedelta(hours=1)]
    monkeypatch.setattr("streets.clock.now", lambda: time[0])
    monkeypatch.setattr(attendance, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(attendance, "FILL_EVERY_S", 0.02)
    return time


def listened_until(database: Database, at: datetime) -> None:
    until(database, "SELECT max(until) FROM watched", at)


def test_what_was_sent_while_ingest_was_down_is_stored_after_it_came_back(
    moved: list[datetime], server: StorageServer, ingest: Database, database: Database
) -> None:
    began = moved[0]
    listening = Event()
    listening.set()
    with attended(ingest, "test", [application(server.url)], listening, Event()):
        listened_until(database, began)
    assert known(ingest) == []
    server.keep(level(700, 7, began + timedelta(minutes=10)).body, level(800, 8, began + timedelta(minutes=40)).body)
    moved[0] += timedelta(minutes=20)
    with attended(ingest, "test", [application(server.url)], listening, Event()):
        until(database, "SELECT count(*) FROM level_reading", 1)
    assert [(gap.why, gap.starts_at, gap.ends_at) for gap in known(ingest)] == [("outage", began, moved[0])]


def test_an_interruption_of_listening_is_a_gap_and_a_flapping_line_is_one(
    moved: list[datetime], ingest: Database, database: Database
) -> None:
    began, listening = moved[0], Event()
    with attended(ingest, "test", [application()], listening, Event()):
        listening.set()
        listened_until(database, began)
        for _ in range(3):
            listening.clear()
            moved[0] += timedelta(seconds=30)
            listening.set()
            listened_until(database, moved[0])
    until(database, "SELECT count(*) FROM gap", 1)
    assert [(gap.starts_at, gap.ends_at) for gap in known(ingest)] == [(began, began + timedelta(seconds=90))]
    with ingest.transaction() as conn:
        assert gaps.open_gap_counts(conn) == [OpenGaps("tts", "outage", 1, began + timedelta(seconds=30))]


def gap_of(why: str, starts: int, ends: int) -> Gap:
    return Gap(
        gap_id=starts * 1_000 + ends,
        source="tts",
        council="rivermouth",
        why=why,  # type: ignore[arg-type]
        application="bins@council" if why == "outage" else None,
        device="d" if why == "counter" else None,
        starts_at=NOW + timedelta(minutes=starts),
        ends_at=NOW + timedelta(minutes=ends),
        first_missing=None,
        last_missing=None,
        missing=None,
        filled=0,
        state="open",
        detail="",
        found_at=NOW,
        asked=0,
        asked_at=None,
    )


spans = st.tuples(st.sampled_from(["outage", "counter"]), st.integers(0, 500), st.integers(0, 60))


@given(st.lists(spans), st.integers(-10, 600))
def test_windows_hold_every_gap_as_far_as_it_is_kept_and_no_stretch_is_asked_for_twice_for_counters(
    told: list[tuple[str, int, int]], kept_from_minute: int
) -> None:
    open_gaps = [gap_of(why, start, start + length) for why, start, length in told]
    kept_from = NOW + timedelta(minutes=kept_from_minute)
    asked = windows(open_gaps, kept_from)
    held = [gap for window in asked for gap in window.gaps]
    assert sorted(gap.gap_id for gap in held) == sorted(gap.gap_id for gap in open_gaps if gap.ends_at + MARGIN > kept_from)
    for window in asked:
        assert kept_from <= window.since < window.until
        for gap in window.gaps:
            assert window.since <= max(gap.starts_at - MARGIN, kept_from)
            assert window.until >= gap.ends_at + MARGIN
    of_counters = [window for window in asked if window.gaps[0].why == "counter"]
    assert all(earlier.until < later.since for earlier, later in zip(of_counters, of_counters[1:], strict=False))


@given(st.binary(max_size=200), st.lists(st.integers(0, 200)))
def test_an_answer_has_the_same_lines_however_it_is_cut_into_pieces(answer: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(answer)]
    pieces = [answer[start:end] for start, end in zip(edges, edges[1:], strict=False) if start < end]
    *ended, rest = answer.split(b"\n")
    assert list(lines(pieces)) == [(line, True) for line in ended] + ([(rest, False)] if rest else [])


@given(st.binary(max_size=300) | st.text().map(lambda text: json.dumps({"result": {"end_device_ids": text}}).encode()))
def test_whatever_a_line_holds_it_is_an_uplink_or_kept_as_it_came(line: bytes) -> None:
    said = told(line, ended=True)
    assert said is None or not isinstance(said, Stored) or said.body in line


def written(folder: Path, text: str) -> Path:
    path = folder / "applications.toml"
    path.write_text(text)
    return path


def table(**change: object) -> str:
    values: dict[str, object] = {
        "council": "rivermouth",
        "application": "bins@council",
        "address": "https://eu1.cloud.thethings.network",
        "key": KEY,
        "retention_hours": 24,
    } | change
    return "[[application]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items() if value is not None)


def test_applications_are_read_and_their_keys_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "paths.key").write_text(f"{KEY}\n")
    path = written(tmp_path, table() + table(application="paths@council", key=None, key_file="paths.key", retention_hours=720))
    found = applications_of({"STREETS_APPLICATIONS_FILE": str(path)})
    assert [(each.name, each.id, each.retention.days, each.key) for each in found] == [
        ("bins@council", "bins", 1, KEY),
        ("paths@council", "paths", 30, KEY),
    ]
    assert KEY not in repr(found)
    assert applications_of({}) == ()
    assert applications_of({"STREETS_APPLICATIONS_FILE": "/dev/null"}) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (table(address="http://eu1.cloud.thethings.network"), "https://"),
        (table(address="https://eu1.cloud.thethings.network/api"), "address must be like"),
        (table(key=None), "either key or key_file"),
        (table(key_file="x.key"), "either key or key_file"),
        (table(key="two words"), "the key is not one"),
        (table(key=None, key_file="absent.key"), "absent.key"),
        (table(application="Bins"), "not an application's"),
        (table(retention_hours=0), "retention_hours"),
        (table(council=None), "no council"),
        (table(colour="red"), "nothing else"),
        (table() + table(), "named twice"),
        ("application = 7", "\\[\\[application\\]\\]"),
        ("[[application", "applications.toml"),
        ("[keys]", "nothing else"),
    ],
)
def test_an_applications_file_that_is_wrong_is_refused_with_what_is_wrong_and_without_the_key(
    text: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=says) as error:
        applications_of({"STREETS_APPLICATIONS_FILE": str(written(tmp_path, text))})
    assert KEY not in str(error.value)
    assert "two words" not in str(error.value)


def test_gaps_are_listed_for_people_and_programs(ingest: Database, database_url: str) -> None:
    with ingest.transaction() as conn:
        gaps.add_outage(conn, "rivermouth", "bins@council", NOW - timedelta(minutes=9), NOW)
    env = {"STREETS_DATABASE_URL": database_url}
    words = CliRunner().invoke(app, ["gaps", "--state", "open"], env=env).output
    assert "tts bins@council  outage  open, not asked for yet: 0 came" in words
    (gap,) = json.loads(CliRunner().invoke(app, ["gaps", "--json"], env=env).output)
    assert (gap["state"], gap["missing"], gap["council"]) == ("open", None, "rivermouth")
    none = CliRunner().invoke(app, ["gaps", "--council", "hilltop"], env=env)
    assert (none.stdout, none.stderr) == ("", "No such gaps are known.\n")
    assert CliRunner().invoke(app, ["gaps", "--state", "lost"], env=env).exit_code == 2


def test_the_store_is_asked_by_hand_for_gaps_and_for_any_stretch_of_time(
    server: StorageServer, ingest: Database, database: Database, database_url: str, tmp_path: Path
) -> None:
    path = written(tmp_path, table(address=server.url))
    env = os.environ | {"STREETS_DATABASE_URL": database_url, "STREETS_APPLICATIONS_FILE": str(path)}

    def backfill(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([STREETS, "backfill", *arguments], env=env, capture_output=True, text=True)
        assert KEY not in done.stderr
        return done.returncode, done.stderr.splitlines()[-1] if done.stderr else ""

    server.keep(*(level(500 + n, n, NOW - timedelta(minutes=60 - n)).body for n in range(1, 11)))
    with ingest.transaction() as conn:
        gaps.add_outage(conn, "rivermouth", "bins@council", NOW - timedelta(minutes=58), NOW - timedelta(minutes=56))
    assert backfill() == (0, "bins@council: 4 uplinks, 4 new, 0 known, 0 refused")
    since, end = (NOW - timedelta(hours=2)).isoformat(), NOW.isoformat()
    assert backfill("--since", since, "--until", end) == (0, "bins@council: 10 uplinks, 6 new, 4 known, 0 refused")
    assert first(database, "SELECT count(*) FROM level_reading") == 10
    server.trouble.append(Trouble(403))
    code, says = backfill("--since", since, "--until", end)
    assert (code, "view application traffic" in says) == (1, True)
    assert backfill("--application", "other@council")[0] == 1
    assert backfill("--since", since)[0] == 2
