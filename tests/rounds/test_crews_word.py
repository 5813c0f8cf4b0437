"""What planning makes of a crew's word: a bin that it saw overflowing, and how full its vehicle is."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from planned_day import plan_day
from small_town import DAY, NIGHT, Town

from api.round_sheet import SeenStop, sheets
from streets.accounts import emptyings
from streets.rounds.outcome import Told
from streets.store import rounds, vehicle_loads
from streets.store.rounds import PlannedStop
from streets.store.vehicle_loads import VehicleLoad

SOUTH, NORTH = (200, -5), (200, 405)
YESTERDAY = NIGHT - timedelta(hours=14)


def planned(town: Town, again: bool = False) -> list[PlannedStop]:
    (made,) = plan_day(town.conn, town.council, DAY, NIGHT, again=again, budget_s=1).rounds
    return rounds.stops(town.conn, made.round_id)


@pytest.fixture
def tell(town: Town) -> Callable[..., None]:
    def told(bin_id: str, event: str, hours_later: float = 0) -> None:
        at = YESTERDAY + timedelta(hours=hours_later)
        event_told = Told(
            event_id=uuid4(), stop_id=None, bin_id=bin_id, at=at, event=event, observed_fill=None, note=None, received_at=at,
            told_by="Jo",
        )  # fmt: skip
        emptyings.tell(town.conn, DAY - timedelta(days=1), event_told, event_told.received_at)

    return told


def test_a_bin_that_a_crew_saw_overflowing_is_visited_whatever_its_sensor_says(town: Town, tell: Callable[..., None]) -> None:
    seen = town.add_bin("seen", SOUTH)
    town.tell("seen", "measured", fill_pct=10, full_in_h=200)
    tell(seen, "overflowing")
    assert [(stop.bin_id, stop.why) for stop in planned(town) if stop.kind == "bin"] == [(seen, "seen_overflowing")]


@pytest.mark.parametrize("after", ["emptied", "undo"])
def test_not_once_it_was_emptied_or_the_word_was_taken_back(after: str, town: Town, tell: Callable[..., None]) -> None:
    seen = town.add_bin("seen", SOUTH)
    town.tell("seen", "measured", fill_pct=10, full_in_h=200)
    tell(seen, "overflowing")
    tell(seen, after, hours_later=1)
    assert [stop for stop in planned(town) if stop.kind == "bin"] == []


def test_a_vehicle_that_its_crew_calls_full_tips_before_it_takes_more(town: Town) -> None:
    for word, at_m in (("south", SOUTH), ("north", NORTH)):
        town.add_bin(word, at_m)
        town.tell(word, "measured", fill_pct=95, full_in_h=6)
    assert [stop.kind for stop in planned(town)] == ["start", "bin", "bin", "tip", "end"]
    load = VehicleLoad(
        load_id=uuid4(), council=town.council, vehicle_id="V1", service_date=DAY, at=NIGHT, load_share=1.0, received_at=NIGHT,
        told_by="Jo",
    )  # fmt: skip
    vehicle_loads.tell(town.conn, load)
    assert [stop.kind for stop in planned(town, again=True)] == ["start", "tip", "bin", "bin", "tip", "end"]


@pytest.mark.parametrize(("observed_fill", "third_is_reached_first"), [(25, True), (None, False)])
def test_the_fill_that_a_crew_saw_counts_for_the_load(
    town: Town, observed_fill: int | None, third_is_reached_first: bool
) -> None:
    # A vehicle of 250 litres and bins of 120 that are thought full: after two of them there is no room for a third, unless the
    # crew saw that both were a quarter full (2 x 30 litres).
    town.conn.execute("UPDATE vehicle SET capacity_l = 250 WHERE council = %s", (town.council,))
    for word, at_m in (("one", (100, -5)), ("two", (300, -5)), ("three", (405, 100))):
        town.add_bin(word, at_m)
        town.tell(word, "measured", fill_pct=100, full_in_h=0)
    before = planned(town)
    first_two = [stop for stop in before if stop.kind == "bin"][:2]
    for stop in first_two:
        told = Told(
            event_id=uuid4(), stop_id=stop.stop_id, bin_id=stop.bin_id, at=stop.eta, event="emptied", observed_fill=observed_fill,
            note=None, received_at=stop.eta, told_by="Jo",
        )  # fmt: skip
        emptyings.tell(town.conn, DAY, told, stop.eta)
    rest = planned(town, again=True)[3:]
    assert (rest[0].kind == "bin") == third_is_reached_first


def test_a_tip_told_on_an_old_plan_is_done_on_the_new_one(town: Town) -> None:
    for word, at_m in (("south", SOUTH), ("north", NORTH)):
        town.add_bin(word, at_m)
        town.tell(word, "measured", fill_pct=95, full_in_h=6)
    *_, first, second, tip, _ = planned(town)
    planned(town, again=True)

    def tell(stop: PlannedStop, event: str, hours_later: float) -> None:
        at = NIGHT + timedelta(hours=hours_later)
        told = Told(
            event_id=uuid4(), stop_id=stop.stop_id, bin_id=stop.bin_id, at=at, event=event, observed_fill=None, note=None,
            received_at=at, told_by="Jo",
        )  # fmt: skip
        emptyings.tell(town.conn, DAY, told, at)

    def tip_now() -> SeenStop:
        (seen,) = sheets(town.conn, town.council, DAY)
        return next(stop for stop in seen.work if stop.plan.kind == "tip")

    tell(first, "emptied", 2)
    tell(tip, "emptied", 2.5)
    assert tip_now().state == "open"  # the other bin is still to be brought there
    tell(tip, "undo", 2.6)
    tell(second, "emptied", 3)
    tell(tip, "emptied", 3.5)
    assert tip_now().state == "emptied"
    assert [stop.kind for stop in planned(town, again=True)] == ["start", "bin", "bin", "tip", "end"]
    tell(tip_now().plan, "undo", 4)
    assert tip_now().state == "open"
