"""The log names the device and frame of a line, and no storm can fill it."""

import pytest

from ingest.batch import keep_messages
from ingest.registry import Registry
from ingest.watch import logbook
from streets.log import LINES_A_MINUTE, Sparing
from streets.store import uplinks
from streets.store.database import Database
from tests.ingest.arrivals import BIN_EUI, level, refused, settle


class Moment:
    """A clock that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """The logbook's clock; it has said nothing yet."""
    clock = Moment()
    monkeypatch.setattr(logbook, "SPARING", Sparing(clock))
    return clock


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_a_refusal_names_its_device_and_frame(caplog: pytest.LogCaptureFixture, moment: Moment) -> None:
    logbook.say_refused([refused("bad_time", f_cnt=41)])
    fields = vars(caplog.records[0])
    assert {name: fields[name] for name in ("device", "session", "f_cnt", "reason")} == {
        "device": BIN_EUI,
        "session": "AYfg8Ta3",
        "f_cnt": 41,
        "reason": "bad_time",
    }


def test_what_could_not_be_made_out_of_a_frame_is_null_in_its_line(caplog: pytest.LogCaptureFixture, moment: Moment) -> None:
    logbook.say_refused([refused("bad_json", device="", f_cnt=None)])
    fields = vars(caplog.records[0])
    assert (fields["device"], fields["f_cnt"]) == (None, None)


def test_a_storm_is_a_few_lines_a_minute_and_then_how_many_were_held_back(
    caplog: pytest.LogCaptureFixture, moment: Moment
) -> None:
    for second in range(60):
        moment.seconds = second
        logbook.say_refused([refused("bad_json")] * 1_000)
    moment.seconds = 60
    logbook.say_refused([refused("bad_json")])
    few = ["refused: bad_json"] * LINES_A_MINUTE
    assert said(caplog) == [*few, f"held back {60_000 - LINES_A_MINUTE} more lines: bad_json", "refused: bad_json"]


def test_one_reason_s_storm_holds_no_other_back(caplog: pytest.LogCaptureFixture, moment: Moment) -> None:
    logbook.say_refused([refused("bad_json")] * 1_000)
    logbook.say_refused([refused("unknown_device")])
    logbook.say_slow(2_000, 3.2)
    assert said(caplog)[-2:] == ["refused: unknown_device", "slow commit"]


def test_two_frames_on_one_counter_are_named(
    caplog: pytest.LogCaptureFixture, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplinks, "SPARING", Sparing(Moment()))
    settle(database)
    keep_messages(database, Registry(), [level(800, f_cnt=41), level(900, f_cnt=41)])
    named = [(record.device, record.session, record.f_cnt) for record in caplog.records if hasattr(record, "f_cnt")]
    assert named == [(BIN_EUI, "AYfg8Ta3", 41)]
