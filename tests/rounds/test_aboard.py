"""What a vehicle has aboard, and which emptyings a day's taps tell of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from streets.rounds.aboard import Closed, LoadTold, litres_aboard
from streets.rounds.outcome import Told, emptyings

SEVEN = datetime(2026, 3, 10, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def emptied(minutes: int, litres: float = 100) -> Closed:
    return Closed(SEVEN + minutes * MINUTE, tipped=False, litres=litres)


def test_without_a_word_of_the_crew_it_is_what_was_expected_since_the_last_tip() -> None:
    tip = Closed(SEVEN + 20 * MINUTE, tipped=True, litres=0)
    assert litres_aboard([emptied(0), emptied(10), tip, emptied(30)], None, 2000) == 100
    assert litres_aboard([], None, 2000) == 0


def test_the_crews_word_replaces_what_was_expected_until_then() -> None:
    half = LoadTold(SEVEN + 15 * MINUTE, 0.5)
    # Half of 2,000 litres, and one bin of 100 emptied after that.
    assert litres_aboard([emptied(0), emptied(10), emptied(30)], half, 2000) == 1100
    assert litres_aboard([], half, 2000) == 1000


def test_a_tip_after_the_crews_word_empties_the_vehicle() -> None:
    full = LoadTold(SEVEN, 1.0)
    assert litres_aboard([Closed(SEVEN + MINUTE, tipped=True, litres=0)], full, 2000) == 0


def told(minutes: int, event: str = "emptied") -> Told:
    at = SEVEN + minutes * MINUTE
    return Told(
        event_id=uuid4(), stop_id=uuid4(), bin_id="B1", at=at, event=event, observed_fill=None, note=None, received_at=at,
        told_by="Jo",
    )  # fmt: skip


def test_what_two_phones_tell_within_half_an_hour_is_one_emptying() -> None:
    assert [each.at for each in emptyings([told(0), told(20), told(45)])] == [SEVEN, SEVEN + 45 * MINUTE]


def test_the_second_phones_word_stands_where_the_last_one_is_taken_back() -> None:
    assert [each.at for each in emptyings([told(0), told(5), told(6, "undo")])] == [SEVEN]
