"""An alarm rings as its frame is kept, once, until it is over; what is news of the past does not ring."""

import json
import os
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from cli.main import app
from ingest.outcome import Message
from ingest.refused.replay import replay_wanted
from ingest.registry import Registry
from streets.store import alarms
from streets.store.rejects import Wanted
from tests.health.conftest import FIRE_BIN, HOUR, Council, fire, tilt
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, count

MINUTE = timedelta(minutes=1)


def late(message: Message, by: timedelta) -> Message:
    """The same message, received later."""
    return replace(message, received_at=message.received_at + by)


def test_an_alarm_is_there_as_soon_as_its_frame_is_kept_and_however_often_told_is_one(council: Council) -> None:
    council.hears(fire(True, 1, NOON))
    (raised,) = council.alarms()
    assert (raised.kind, raised.raised_at, raised.bin_id, raised.stands_at, raised.rings) == (
        "fire",
        NOON,
        "B2",
        "Pier Head",
        True,
    )
    council.hears(fire(True, 2, NOON + MINUTE), fire(True, 3, NOON + 2 * MINUTE))
    council.hears(fire(True, 3, NOON + 2 * MINUTE))
    (told,) = council.alarms()
    assert (told.alarm_id, told.raised_at, told.told_at, told.tellings) == (raised.alarm_id, NOON, NOON + 2 * MINUTE, 3)


def test_a_fire_is_over_when_the_device_has_left_it_out_twice(council: Council) -> None:
    council.hears(fire(True, 1, NOON), fire(False, 2, NOON + HOUR))
    assert council.ends_alarms(NOON + HOUR) == 0
    council.hears(fire(False, 3, NOON + 2 * HOUR))
    assert council.ends_alarms(NOON + 2 * HOUR) == 1
    (over,) = council.alarms()
    assert (over.ended_at, over.rings) == (NOON + 2 * HOUR, False)


def test_a_tilt_is_over_when_the_device_says_that_it_hangs_straight_and_the_next_one_is_another(council: Council) -> None:
    council.hears(tilt(True, 1, NOON), tilt(False, 2, NOON + HOUR))
    assert council.ends_alarms(NOON + HOUR) == 1
    council.hears(tilt(True, 3, NOON + 2 * HOUR))
    assert [(one.raised_at, one.ended_at) for one in council.alarms()] == [(NOON + 2 * HOUR, None), (NOON, NOON + HOUR)]


def test_an_alarm_that_only_waited_on_its_way_rings_and_one_of_yesterday_does_not(council: Council) -> None:
    council.hears(late(fire(True, 1, NOON), 2 * HOUR))
    council.hears(late(tilt(True, 1, NOON), 24 * HOUR))
    assert {one.kind: one.rings for one in council.alarms()} == {"fire": True, "tilt": False}


def vandal(at: datetime, seq: int, received_at: datetime) -> Message:
    told = count(seq=seq, at=at, alarms=["vandal"])
    return replace(told, received_at=received_at)


@pytest.mark.parametrize(("after", "rings"), [(HOUR, True), (24 * HOUR, False)])
def test_an_alarm_that_was_refused_rings_when_it_is_tried_again_unless_it_is_old_by_then(
    after: timedelta, rings: bool, council: Council
) -> None:
    """The device burned before somebody had registered it."""
    with council.database.transaction() as conn:
        conn.execute("UPDATE device SET device = 'not yet' WHERE device = %s", (FIRE_BIN,))
    council.hears(fire(True, 1, NOON))
    assert council.alarms() == []
    with council.database.transaction() as conn:
        conn.execute("UPDATE device SET device = %s WHERE device = 'not yet'", (FIRE_BIN,))
    for _twice in range(2):
        list(replay_wanted(council.ingest, Registry(), Wanted(), NOON + after))
    (raised,) = council.alarms()
    assert (raised.kind, raised.raised_at, raised.rings, raised.tellings) == ("fire", NOON, rings, 1)


def test_an_alarm_out_of_a_device_s_memory_does_not_ring_until_it_is_told_live(council: Council) -> None:
    """The counter keeps its own time: what it says of an hour ago comes out of its memory."""
    council.hears(vandal(NOON - HOUR, 1, NOON))
    (remembered,) = council.alarms()
    assert (remembered.kind, remembered.late, remembered.rings) == ("vandal", True, False)
    council.hears(vandal(NOON, 2, NOON))
    (live,) = council.alarms()
    assert (live.alarm_id, live.raised_at, live.rings) == (remembered.alarm_id, NOON - HOUR, True)


def test_a_late_alarm_ends_with_the_next_word_and_told_again_within_an_old_one_is_nothing_new(council: Council) -> None:
    council.hears(vandal(NOON - HOUR, 1, NOON), count(seq=2, at=NOON))
    assert council.ends_alarms(NOON) == 1
    (over,) = council.alarms()
    assert (over.late, over.ended_at) == (True, NOON)
    again = json.loads(count(seq=3, at=NOON - HOUR / 2, alarms=["vandal"]).body)
    council.hears(Message(f"streets/v1/{COUNTER}/up", json.dumps(again).encode(), NOON + MINUTE))
    assert council.alarms() == [over]


def test_a_device_taken_away_has_no_alarm(council: Council) -> None:
    council.hears(fire(True, 1, NOON))
    with council.database.transaction() as conn:
        conn.execute("UPDATE installation SET valid_to = %s WHERE bin_id = 'B2'", (NOON + HOUR,))
    assert council.ends_alarms(NOON + 2 * HOUR) == 1
    assert council.alarms()[0].ended_at == NOON + HOUR


def test_no_other_council_is_told(council: Council) -> None:
    council.hears(fire(True, 1, NOON))
    assert council.alarms("hilltop") == []


def test_the_command_tells_what_is_on_and_who_has_seen_it(council: Council, database_url: str) -> None:
    council.hears(fire(True, 1, NOON))
    with council.database.transaction() as conn:
        alarms.acknowledge(conn, "rivermouth", council.alarms()[0].alarm_id, NOON, "j.jones")
    surroundings = {**os.environ, "STREETS_DATABASE_URL": database_url}

    def told(*words: str) -> str:
        asked = ["health", "--council", "rivermouth", *words]
        return CliRunner().invoke(app, asked, env=surroundings, catch_exceptions=False).stdout

    assert told() == f"fire\t2026-11-02 12:00Z\tB2 Pier Head ({FIRE_BIN})\tseen by j.jones\n"
    known = json.loads(told("--json"))
    assert [one["kind"] for one in known["alarms"]] == ["fire"]
    assert {one["device"] for one in known["devices"]} == {BIN_EUI, COUNTER, FIRE_BIN}
