"""A decoder was wrong and is mended: what it said is replaced, what is derived is looked at again."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from ingest.batch import keep_messages
from ingest.refused import recoding
from ingest.registry import Registry
from sensors.devices import em310_udl, vs350
from sensors.readings import Decoded, DecodeError
from streets.store.database import Database
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, found, level, settle, tts

HOUR = timedelta(hours=1)
COUNTER_EUI = "24e124790e000001"


@pytest.fixture
def streets(database_url: str) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(app, words, env={"STREETS_DATABASE_URL": database_url})


@pytest.fixture
def wrong_decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The decoder of the EM310-UDL as somebody might have written it: it reads the distance in the other byte order."""
    from sensors import codec

    right = em310_udl.decode

    def wrong(payload: bytes, port: int | None) -> Decoded:
        return right(payload[:5] + payload[5:7][::-1] + payload[7:], port)

    device = codec.models()["em310-udl"]
    with monkeypatch.context() as patched:
        patched.setitem(codec.models(), "em310-udl", replace(device, decode=wrong))
        yield patched


def distances(database: Database) -> list[tuple[Any, ...]]:
    return found(database, "SELECT distance_mm FROM level_reading ORDER BY observed_at, distance_mm")


def test_the_readings_of_a_wrong_decoder_are_replaced_and_not_doubled(
    database: Database, ingest: Database, streets: Callable[..., Result], wrong_decoder: pytest.MonkeyPatch
) -> None:
    # 0x0304 mm and 0x0404 mm; with its bytes turned round the first is 0x0403, the second is itself.
    sent = [level(0x0304, f_cnt=0), level(0x0404, f_cnt=1, at=NOON + HOUR), level(0x0305, f_cnt=2, at=NOON + 2 * HOUR)]
    assert keep_messages(ingest, Registry(), sent).stored == 3
    assert distances(database) == [(0x0403,), (0x0404,), (0x0503,)]
    wrong_decoder.undo()
    with database.transaction() as conn:
        conn.execute("DELETE FROM touched")
        conn.execute("UPDATE uplink SET note = 'counter_reset' WHERE f_cnt = 2")
    before = found(database, "SELECT received, stored, duplicate, rejected FROM ledger")

    tried = streets("decode-again", "--device", BIN_EUI, "--trial")
    assert (tried.exit_code, tried.stderr) == (0, "3 frames: 2 readings would be removed, 2 would be added\n")
    assert "2 readings would be removed, 2 would be added;" in tried.stdout
    assert distances(database) == [(0x0403,), (0x0404,), (0x0503,)]
    done = streets("decode-again", "--model", "em310-udl")
    assert (done.exit_code, done.stderr) == (0, "3 frames: 2 readings removed, 2 added\n")
    assert distances(database) == [(0x0304,), (0x0404,), (0x0305,)]
    assert found(database, "SELECT since, why FROM touched") == [(NOON, "recoded")]
    assert found(database, "SELECT readings, note FROM uplink ORDER BY f_cnt") == [(1, None), (1, None), (1, "counter_reset")]
    assert found(database, "SELECT received, stored, duplicate, rejected FROM ledger") == before

    assert streets("decode-again", "--device", BIN_EUI).stderr == "3 frames: 0 readings removed, 0 added\n"
    assert keep_messages(ingest, Registry(), sent).duplicate == 3
    assert len(distances(database)) == 3


def test_only_frames_that_came_since_then_are_decoded_again_and_in_chunks(
    database: Database,
    ingest: Database,
    streets: Callable[..., Result],
    wrong_decoder: pytest.MonkeyPatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recoding, "CHUNK", 2)
    keep_messages(ingest, Registry(), [level(0x0304, f_cnt=n, at=NOON + n * HOUR) for n in range(7)])
    wrong_decoder.undo()
    done = streets("decode-again", "--device", BIN_EUI, "--since", (NOON + 2 * HOUR).isoformat())
    assert done.stderr == "5 frames: 5 readings removed, 5 added\n"
    assert distances(database) == [(0x0403,)] * 2 + [(0x0304,)] * 5


def test_a_frame_that_the_decoder_refuses_now_loses_its_readings_and_says_why(
    database: Database, ingest: Database, streets: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sensors import codec

    keep_messages(ingest, Registry(), [level(800)])

    def stricter(payload: bytes, port: int | None) -> Decoded:
        raise DecodeError("no such frame")

    monkeypatch.setitem(codec.models(), "em310-udl", replace(codec.models()["em310-udl"], decode=stricter))
    done = streets("decode-again", "--device", BIN_EUI)
    assert "1 frames say nothing that can be kept" in done.stdout
    assert distances(database) == []
    assert found(database, "SELECT readings, note FROM uplink") == [(0, "undecodable")]


@pytest.mark.parametrize("live_is_kept", [True, False])
def test_what_a_live_frame_and_a_devices_memory_both_tell_is_told_once_by_a_mended_decoder_too(
    live_is_kept: bool,
    database: Database,
    ingest: Database,
    streets: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sensors import codec

    with database.transaction() as conn:
        conn.execute("UPDATE device SET model = 'vs350', device = %s WHERE device = %s", (COUNTER_EUI, COUNTER))
    at = NOON.replace(hour=10)
    seconds = struct.pack("<I", int(at.timestamp()))
    live = tts(bytes.fromhex("05cc05000700"), 1, at, COUNTER_EUI)
    history = tts(
        bytes.fromhex("05cc01000200") + bytes.fromhex("20ce") + seconds + bytes.fromhex("0005000700"), 2, NOON, COUNTER_EUI
    )
    right = vs350.decode

    def doubled(payload: bytes, port: int | None) -> Decoded:
        told = right(payload, port)
        return told._replace(readings=tuple(each._replace(people_in=2 * (each.people_in or 0)) for each in told.readings))  # type: ignore[call-arg]

    with monkeypatch.context() as patched:
        patched.setitem(codec.models(), "vs350", replace(codec.models()["vs350"], decode=doubled))
        assert keep_messages(ingest, Registry(), [live, history]).stored == 2
    people = "SELECT period_start, people_in, people_out FROM count_reading ORDER BY period_start"
    before = found(database, people)
    assert [told[1:] for told in before] == [(10, 7), (2, 2)]
    if not live_is_kept:
        with database.transaction() as conn:
            conn.execute("DELETE FROM uplink WHERE f_cnt = 1")
    done = streets("decode-again", "--device", COUNTER_EUI)
    assert (done.exit_code, done.stderr) == (0, f"{1 + live_is_kept} frames: 2 readings removed, 2 added\n")
    assert found(database, people) == [(before[0][0], 5, 7), (before[1][0], 1, 2)]


def test_a_device_without_frames_or_a_name_without_a_device_is_told(ingest: Database, streets: Callable[..., Result]) -> None:
    nobody = streets("decode-again", "--device", "nobody")
    assert (nobody.exit_code, nobody.stderr) == (1, "streets: no frames are kept of a registered nobody\n")
    assert streets("decode-again").exit_code == 2


@pytest.mark.timescale
def test_readings_are_replaced_in_hypertables_too(timescale_url: str, wrong_decoder: pytest.MonkeyPatch) -> None:
    owner = Database(timescale_url, "postgres", size=1)
    owner.open()
    settle(owner)
    keep_messages(owner, Registry(), [level(0x0304, f_cnt=n, at=NOON + n * 24 * HOUR) for n in range(20)])
    wrong_decoder.undo()
    done = CliRunner().invoke(app, ["decode-again", "--device", BIN_EUI], env={"STREETS_DATABASE_URL": timescale_url})
    assert (done.exit_code, done.stderr) == (0, "20 frames: 20 readings removed, 20 added\n")
    assert distances(owner) == [(0x0304,)] * 20
    owner.close()
