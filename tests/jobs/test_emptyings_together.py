"""Emptyings from readings and from taps on a real database: whichever comes first, and what an officer is told of disputes."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from streets.accounts.emptyings import tell
from streets.jobs.bins import tell_fills
from streets.rounds.outcome import Told
from streets.store import emptyings, revisions, stop_events
from tests.jobs.week import DAY, END, HOUR, Said, Town, said_by_bin

MINUTE = timedelta(minutes=1)
STOP, OTHER_STOP = (UUID(int=number) for number in (1, 2))
KNOWN = "SELECT emptied_at, seen_by, within_s, fill_before_pct, fill_after_pct, told_fill_pct FROM emptying ORDER BY 1, 2"
FORGET = "TRUNCATE level_reading, touched, reopened, bin_fill, bin_fall, emptying, disagreement, stop_event, progress"
DISPUTED = "SELECT at, what, told, told_fill_pct FROM disagreement ORDER BY 1, 2"


@pytest.fixture
def street(any_town: Town) -> Town:
    """The bin is a stop of a round on Sunday and of another on Monday."""
    any_town.does("INSERT INTO vehicle VALUES ('V1', 'rivermouth', 'V1', 1000, '06:00', '14:00')")
    for number, day in ((1, END - DAY), (2, END)):
        any_town.does(
            "INSERT INTO round (round_id, council, service_date, vehicle_id, planned_at, planned_by, starts_at, ends_at, drive_s,"
            f" distance_m, settings) SELECT '{UUID(int=number)}', 'rivermouth', '{day:%Y-%m-%d}', 'V1', now(), 'clock', now(),"
            " now(), 60, 900, '{}'"
        )
        any_town.does(
            "INSERT INTO round_stop (stop_id, round_id, position, kind, bin_id, name, lat, lon, eta, leg_s, leg_m, why)"
            f" SELECT '{UUID(int=number)}', '{UUID(int=number)}', 1, 'bin', 'B1', 'Quay', 54, -1, now(), 9, 9, 'likely_full'"
        )
    return any_town


def taps(street: Town, number: int, at: Any, event: str = "emptied", observed_fill: int | None = None, stop: UUID = STOP) -> bool:
    """A crew's word, kept with the rights of the API."""
    with street.owner.transaction() as conn:
        conn.execute("SET LOCAL ROLE streets_api")
        at_stop = stop_events.stop(conn, "rivermouth", stop)
        assert at_stop is not None
        told = Told(
            event_id=UUID(int=number),
            stop_id=stop,
            bin_id="B1",
            at=at,
            event=event,
            observed_fill=observed_fill,
            note=None,
            received_at=END + number * MINUTE,
            told_by="crew",
        )
        return tell(conn, at_stop.service_date, told, END)


def fell_between(said: list[Said], since: Any) -> tuple[Said, Said]:
    """The readings before and after the first emptying since then."""
    return next((was, now) for was, now in zip(said, said[1:], strict=False) if now.figure < was.figure and was.at >= since)


def test_readings_and_taps_in_any_order_give_the_same_emptyings(street: Town) -> None:
    """One tap is between the readings beside a fall, one for a bin that stayed as it was, and one is taken back."""
    said = said_by_bin()
    _, low = fell_between(said, END - 72 * HOUR)
    middle, unmoved = low.at - HOUR, low.at + 15.5 * HOUR

    def hears() -> None:
        street.hears(said)
        tell_fills(street.jobs, END)

    acts = (
        hears,
        lambda: taps(street, 11, middle, observed_fill=75),
        lambda: taps(street, 12, unmoved),
        lambda: (taps(street, 14, low.at + 19 * HOUR, "undo"), taps(street, 13, low.at + 18.5 * HOUR)),
    )
    ends = []
    for order in list(permutations(acts))[::3]:
        for act in order:
            act()
        ends.append((street.all_of(KNOWN), street.all_of(DISPUTED)))
        street.does(FORGET)
    assert all(end == ends[0] for end in ends)
    known, disputed = ends[0]
    assert [(row[0], row[1], row[2], round(row[4]), row[5]) for row in known if row[5]] == [(middle, "both", 600, low.figure, 75)]
    assert {row[1] for row in known if not row[5]} == {"sensor"}
    assert disputed == [(unmoved, "no_fall", "emptied", None)]


def test_a_tap_that_comes_days_late_revises_what_was_published(street: Town) -> None:
    """The sensor has been silent for three days, so that only the crew can tell; its phone had no signal."""
    street.hears([one for one in said_by_bin() if one.at < END - 3 * DAY])
    tell_fills(street.jobs, END + 4 * DAY)
    assert taps(street, 21, END - HOUR, observed_fill=50)
    with street.owner.transaction() as conn:
        (one,) = revisions.revisions(conn, END - DAY, END + DAY, 10)
    assert (one.kind, one.bin_id, one.why) == ("emptying", "B1", "late_data")
    assert (one.was_emptied_at, one.emptied_at, one.fill_before_pct) == (None, END - HOUR, 50)
    assert street.all_of("SELECT max(emptied_at) FROM published_emptying") == [(END - HOUR,)]
    assert not taps(street, 21, END - HOUR, observed_fill=50)


def test_a_swapped_sensor_is_no_emptying(street: Town) -> None:
    """From one noon on the bin has another record: what read 80 per cent reads 20."""
    street.hears([Said(1, END - back * HOUR, 80) for back in range(48, 0, -3)])
    street.does("UPDATE installation SET valid_to = '2026-06-14T12:00Z' WHERE device_id = 1")
    street.does(
        "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm, blind_zone_mm, report_every_s)"
        " VALUES (1, 'B1', '2026-06-14T12:00Z', 540, 100, 50, 10800)"
    )
    tell_fills(street.jobs, END)
    fills = {round(row[0]) for row in street.all_of("SELECT fill_pct FROM bin_fill")}
    assert len(fills) == 2
    assert street.all_of(KNOWN) == []


def test_an_officer_is_told_of_disputes_of_the_own_council_and_of_falls_that_nobody_told_on_a_day_of_taps(street: Town) -> None:
    """At 96.5 of 144 hours the level stays; it falls at 1.30 on Monday, and the crew tells of the bin at 8."""
    street.hears(said_by_bin())
    tell_fills(street.jobs, END)
    taps(street, 31, END - 47.5 * HOUR)
    with street.owner.transaction() as conn:
        assert [one.what for one in emptyings.disagreements(conn, "rivermouth", END - 7 * DAY)] == ["no_fall"]
        assert emptyings.disagreements(conn, "elsewhere", END - 7 * DAY) == []
    taps(street, 32, END - 4 * HOUR, stop=OTHER_STOP)
    with street.owner.transaction() as conn:
        told = emptyings.disagreements(conn, "rivermouth", END - 7 * DAY)
    assert [(one.what, one.at) for one in told] == [("untold", END - 10.5 * HOUR), ("no_fall", END - 47.5 * HOUR)]
