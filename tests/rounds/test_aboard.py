"""What a vehicle has aboard."""

from datetime import UTC, datetime, timedelta

from streets.rounds.aboard import Closed, LoadTold, litres_aboard

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
