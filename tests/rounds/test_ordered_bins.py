"""Bins that must be visited and bins that cannot be, by officers' orders and by alarms, on a planned day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from planned_day import plan_day
from small_town import DAY, NIGHT, Town

from streets.accounts import emptyings
from streets.planning.day import CannotPlanError
from streets.rounds.outcome import Told
from streets.store import bin_orders, rounds

SOUTH, NORTH = (200, -5), (200, 405)


def order(town: Town, word: str, must: bool = True, at: datetime = NIGHT - timedelta(hours=2), **more: Any) -> int:
    told: dict[str, Any] = {"why": "complaint", "note": "smells", "from_date": DAY, "until_date": None, "every_days": None}
    kept = bin_orders.add(town.conn, town.council, bin_id=f"{town.council}-{word}", must=must, by="Jo", at=at, **told | more)
    assert kept is not None
    return kept


def planned(town: Town, day: date = DAY, at: datetime = NIGHT) -> tuple[dict[str, str], dict[str, str]]:
    """Why each bin is on the day's rounds, and why each is not."""
    made = plan_day(town.conn, town.council, day, at, again=True, budget_s=1)
    stops = [stop for each in made.rounds for stop in rounds.stops(town.conn, each.round_id)]
    named = f"{town.council}-"
    return (
        {stop.bin_id.removeprefix(named): stop.why for stop in stops if stop.bin_id},
        {left.bin_id.removeprefix(named): left.why for left in rounds.left_out(town.conn, town.council, day)},
    )


def empty_bin(town: Town, word: str, at_m: tuple[float, float] = SOUTH) -> None:
    """A bin that its sensor says is empty, emptied twenty hours ago, due in a month: nobody would visit it."""
    town.add_bin(word, at_m, visit_every_days=30)
    town.tell(word, "measured", fill_pct=3, full_in_h=300)


def test_an_order_sends_a_crew_to_a_bin_that_needs_none_until_the_visit_is_made(town: Town) -> None:
    empty_bin(town, "quiet")
    assert planned(town) == ({}, {"quiet": "recently_emptied"})
    order(town, "quiet")
    assert planned(town) == ({"quiet": "must_complaint"}, {})
    town.conn.execute("UPDATE bin_status SET last_emptied_at = %s", (NIGHT + timedelta(hours=3),))
    assert planned(town, DAY + timedelta(days=1))[0] == {}


def test_a_visit_that_found_nothing_to_take_is_a_visit_too(town: Town) -> None:
    empty_bin(town, "quiet")
    order(town, "quiet")
    made = plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1)
    stop = rounds.stops(town.conn, made.rounds[0].round_id)[1]
    told = Told(
        event_id=uuid4(), stop_id=stop.stop_id, bin_id=stop.bin_id, at=stop.eta, event="not_full", observed_fill=0, note=None,
        received_at=stop.eta, told_by="crew",
    )  # fmt: skip
    emptyings.tell(town.conn, DAY, told, told.received_at)
    assert planned(town, DAY + timedelta(days=1))[0] == {}


def test_a_statutory_interval_asks_for_a_visit_when_it_is_over_and_not_before(town: Town) -> None:
    """Last emptied on 9 March: every three days is due on 12 March."""
    empty_bin(town, "quiet")
    order(town, "quiet", why="statutory", every_days=3)
    assert planned(town, date(2026, 3, 11))[0] == {}
    assert planned(town, date(2026, 3, 12))[0] == {"quiet": "must_statutory"}


def test_an_order_holds_on_its_days_and_no_others_and_only_until_it_is_ended(town: Town) -> None:
    empty_bin(town, "quiet")
    ended = order(town, "quiet", from_date=DAY + timedelta(days=1), until_date=DAY + timedelta(days=1))
    assert [bool(planned(town, DAY + timedelta(days=n))[0]) for n in (0, 1, 2)] == [False, True, False]
    assert bin_orders.end(town.conn, town.council, ended, "Jo", NIGHT)
    assert not planned(town, DAY + timedelta(days=1))[0]


def test_a_full_bin_that_cannot_be_visited_is_left_out_and_what_cannot_be_outweighs_what_must(town: Town) -> None:
    town.add_bin("full", SOUTH)
    town.tell("full", "measured", fill_pct=99, full_in_h=1)
    order(town, "full")
    order(town, "full", must=False, why="works", note="dug up", until_date=DAY)
    assert planned(town) == ({}, {"full": "cannot"})
    (left,) = rounds.left_out(town.conn, town.council, DAY)
    assert {name: left.why_detail[name] for name in ("cannot", "order_note", "order_until")} == {
        "cannot": "works",
        "order_note": "dug up",
        "order_until": "2026-03-10",
    }


def test_a_bin_that_must_be_visited_and_cannot_be_reached_is_the_first_of_those_left_out(town: Town) -> None:
    empty_bin(town, "a")
    empty_bin(town, "z", NORTH)
    town.conn.execute("UPDATE bin SET reach_until = '05:00' WHERE bin_id LIKE '%%-z'")
    order(town, "z")
    plan_day(town.conn, town.council, DAY, NIGHT, budget_s=1)
    left = rounds.left_out(town.conn, town.council, DAY)
    assert [(each.name, each.why) for each in left] == [("Z", "outside_hours"), ("A", "recently_emptied")]
    assert left[0].why_detail["must"] == "complaint"


def alarm(town: Town, word: str, kind: str, **more: Any) -> None:
    town.conn.execute("INSERT INTO device (device, model, council) VALUES (%s, 'em310-udl', %s)", (word, town.council))
    town.conn.execute(
        "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm)"
        " SELECT device_id, %s, '2026-01-01', 1000, 200 FROM device WHERE device = %s",
        (f"{town.council}-{word}", word),
    )
    told = {"kind": kind, "at": NIGHT - timedelta(hours=1), "seen": None, "by": None, "device": word, **more}
    town.conn.execute(
        "INSERT INTO device_alarm (device_id, kind, raised_at, told_at, received_at, late, tellings, acknowledged_at,"
        " acknowledged_by) SELECT device_id, %(kind)s, %(at)s, %(at)s, %(at)s, false, 1, %(seen)s, %(by)s FROM device"
        " WHERE device = %(device)s",
        told,
    )


def test_no_round_is_sent_to_a_bin_that_burns(town: Town) -> None:
    town.add_bin("hot", SOUTH)
    town.tell("hot", "measured", fill_pct=99, full_in_h=1)
    order(town, "hot")
    alarm(town, "hot", "fire", seen=NIGHT, by="Jo")
    assert planned(town) == ({}, {"hot": "cannot"})


def test_tomorrow_is_the_council_s_own_tomorrow_also_in_the_first_hour_of_a_summer_s_day(town: Town) -> None:
    """Half past eleven in the evening of 1 July by Greenwich is half past midnight of the second for the council."""
    midnight, tomorrow = datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 3)
    town.add_bin("hot", SOUTH)
    alarm(town, "hot", "fire", at=midnight - timedelta(hours=1))
    assert planned(town, tomorrow, midnight)[1] == {"hot": "cannot"}
    assert set(planned(town, date(2026, 8, 2), midnight)[0]) == {"hot"}
    with pytest.raises(CannotPlanError, match="31 days ahead at most"):
        plan_day(town.conn, town.council, date(2026, 8, 3), midnight, budget_s=1)


def test_a_bin_knocked_over_is_visited_until_an_officer_has_it_in_hand(town: Town) -> None:
    empty_bin(town, "over")
    alarm(town, "over", "tilt")
    assert planned(town)[0] == {"over": "must_hazard"}
    town.conn.execute("UPDATE device_alarm SET acknowledged_at = %s, acknowledged_by = 'Jo'", (NIGHT,))
    assert planned(town)[0] == {}
