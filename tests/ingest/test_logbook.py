"""The log names the device and frame of a line, and no storm can fill it."""

import pytest

from ingest.logbook import LINES_A_MINUTE, Logbook
from tests.ingest.arrivals import BIN_EUI, refused


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_a_refusal_names_its_device_and_frame(caplog: pytest.LogCaptureFixture) -> None:
    Logbook().refused([refused("bad_time", f_cnt=41)], 0.0)
    fields = vars(caplog.records[0])
    assert {name: fields[name] for name in ("device", "session", "f_cnt", "reason")} == {
        "device": BIN_EUI,
        "session": "AYfg8Ta3",
        "f_cnt": 41,
        "reason": "bad_time",
    }


def test_a_storm_is_a_few_lines_a_minute_and_then_how_many_were_held_back(caplog: pytest.LogCaptureFixture) -> None:
    logbook = Logbook()
    for second in range(60):
        logbook.refused([refused("bad_json")] * 1_000, float(second))
    logbook.turned(60.0)
    assert said(caplog) == ["refused: bad_json"] * LINES_A_MINUTE + [f"held back {60_000 - LINES_A_MINUTE} more lines: bad_json"]
    logbook.refused([refused("bad_json")], 61.0)
    assert said(caplog)[-1] == "refused: bad_json"


def test_one_reason_s_storm_holds_no_other_back(caplog: pytest.LogCaptureFixture) -> None:
    logbook = Logbook()
    logbook.refused([refused("bad_json")] * 1_000, 0.0)
    logbook.refused([refused("unknown_device")], 1.0)
    logbook.committed(2_000, 3.2, 2.0)
    assert said(caplog)[-2:] == ["refused: unknown_device", "slow commit"]
