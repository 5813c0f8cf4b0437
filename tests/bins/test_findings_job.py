"""What collections found, from crews' taps and sensors' words to what is told of a bin that is not measured."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from streets.bins.collection_trees import grow
from streets.bins.collections import Asked, traits
from streets.bins.kept_trees import collection_trees_from_bytes, collection_trees_to_bytes
from streets.jobs.bins import tell_states
from streets.jobs.findings import grow_trees, tell_findings
from streets.store import bins, findings, overrides, rounds
from streets.store.bins import BinNow
from tests.bins.street_of_bins import NOW, Street
from tests.bins.test_collections import weekend_town

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def emptied(street: Street, bin_id: str, at: datetime, found_pct: float | None, seen_by: str = "crew") -> None:
    street.conn.execute(
        "INSERT INTO emptying (bin_id, emptied_at, seen_by, fill_before_pct) VALUES (%s, %s, %s, %s)",
        (bin_id, at, seen_by, found_pct),
    )


def told(street: Street, at: datetime = NOW) -> dict[str, BinNow]:
    """What is known of every bin after the jobs of an hour."""
    street.conn.commit()
    tell_findings(street.jobs, at)
    with street.jobs.transaction() as conn:
        tell_states(conn, at)
    return {one.bin_id: one for one in bins.now(street.conn)}


@pytest.fixture
def collected(street: Street) -> Street:
    """Bins without a sensor. Full was found full at 16 visits, every third day, the last three days ago; Slow a quarter full."""
    for bin_id in ("Full", "Slow", "Never"):
        street.bin(bin_id, sensor=False)
    for visit in range(1, 17):
        emptied(street, "Full", NOW - 3 * visit * DAY, 100)
        emptied(street, "Slow", NOW - 3 * visit * DAY, 25)
    return street


def test_a_bin_without_a_sensor_is_expected_at_what_its_collections_found(collected: Street) -> None:
    known = told(collected)
    assert [known[bin_id].rests_on for bin_id in ("Full", "Slow", "Never")] == ["collections", "collections", None]
    assert all(one.fill_pct is None and one.state == "no_sensor" for one in known.values())
    full, slow = known["Full"], known["Slow"]
    assert full.expected_high_pct == 100
    assert full.overflow_24h is not None and slow.overflow_24h is not None
    assert full.overflow_24h > 0.5 > slow.overflow_24h


def test_planning_asks_the_collections_and_the_schedule_only_of_a_bin_without_any(collected: Street) -> None:
    told(collected)
    today = {one.bin_id: one for one in rounds.bins(collected.conn, "rivermouth", NOW.date(), NOW)}
    assert today["Full"].full_by is not None
    assert len(today["Full"].full_by) == 17  # each half day of eight days, and now
    assert list(today["Full"].full_by) == sorted(today["Full"].full_by)
    assert today["Never"].full_by is None


def test_what_was_told_before_an_emptying_is_told_of_no_more(collected: Street) -> None:
    told(collected)
    emptied(collected, "Full", NOW + HOUR, 100)
    collected.conn.commit()
    with collected.jobs.transaction() as conn:
        tell_states(conn, NOW + 2 * HOUR)
    row = {one.bin_id: one for one in bins.now(collected.conn)}["Full"]
    assert row.rests_on != "collections"
    after = told(collected, NOW + 2 * HOUR)["Full"]
    assert after.rests_on == "collections"


def test_of_an_emptying_seen_by_crew_and_sensor_the_crew_s_fill_counts_where_it_told_one(street: Street) -> None:
    street.bin("B1")
    emptied(street, "B1", NOW - 4 * HOUR, 80, "both")
    emptied(street, "B1", NOW - 29 * HOUR, 60, "both")
    street.conn.execute("UPDATE emptying SET told_fill_pct = 75 WHERE fill_before_pct = 80")
    past = findings.past(street.conn, "rivermouth", NOW - 7 * DAY, NOW)
    assert [(NOW.timestamp() - at_s) / 3600 for at_s in past.at_s] == [29, 4]
    assert past.found_pct.tolist() == [60, 75]


def test_a_sensor_without_a_vote_denies_no_collection(street: Street) -> None:
    """It hears its own bracket and says 40 per cent for ever; the crew that empties the bin at noon finds it full every time."""
    street.bin("B1")
    street.says_hourly("B1", [40.0] * 24 * 7)
    noons = [NOW - timedelta(days=days) for days in (5, 3)]
    for noon in noons:
        street.taps("B1", noon, observed_fill=100)
    street.run_jobs()
    assert len(findings.past(street.conn, "rivermouth", NOW - 7 * DAY, NOW).at_s) == 0, "a sensor with a vote denies them"
    (installation_id,) = street.conn.execute("SELECT installation_id FROM installation WHERE bin_id = 'B1'").fetchone() or ()
    overrides.tell(street.conn, installation_id, False, "it hears its bracket", "j.jones", NOW - DAY, NOW + DAY)
    past = findings.past(street.conn, "rivermouth", NOW - 7 * DAY, NOW)
    assert past.at_s.tolist() == [noon.timestamp() for noon in noons]
    assert past.found_pct.tolist() == [100, 100]


def test_a_silent_bin_is_told_of_by_its_history_and_ever_less_surely(street: Street) -> None:
    """Emptied every 25 days: a day later that is unlikely to have happened, a fortnight later it is as likely as not."""
    street.bin("B1")
    street.fills_steadily("B1", days=55, pct_per_h=0.1, emptied_at_pct=60)
    street.run_jobs()
    widths = []
    for silence in (DAY, 14 * DAY):
        with street.jobs.transaction() as conn:
            tell_states(conn, NOW + silence)
        (one,) = bins.now(street.conn)
        assert (one.state, one.fill_pct, one.rests_on) == ("silent", None, "readings")
        assert one.expected_low_pct is not None and one.expected_high_pct is not None
        widths.append(one.expected_high_pct - one.expected_low_pct)
    assert widths[0] < widths[1]


def test_a_bin_that_is_all_but_sure_not_to_be_full_can_be_told_of(street: Street) -> None:
    """Trees that are sure of a rise of half a point in a week leave a chance far below what the database's reals can hold."""
    street.bin("B1")
    street.fills_steadily("B1", days=14, pct_per_h=0.02)
    street.run_jobs()
    street.conn.execute(
        "INSERT INTO bin_rise (bin_id, ahead_h, told_at, low_pct, middle_pct, high_pct) VALUES ('B1', 168, %s, 0.4, 0.5, 0.6)",
        (NOW,),
    )
    street.conn.commit()
    with street.jobs.transaction() as conn:
        tell_states(conn, NOW)
    assert bins.now(street.conn)[0].overflow_24h == 0


def test_a_council_s_trees_of_collections_are_kept_and_tell_the_same_again(street: Street) -> None:
    town = weekend_town(30, 12, seed=3)
    trees = grow(town)
    assert trees is not None
    again = collection_trees_from_bytes(
        collection_trees_to_bytes(trees), trees.full_share, trees.widened_pct, 1.0, 2.0, trees.tells_until
    )
    known = traits(town, Asked(np.array([0, 1]), np.full(2, town.at_s[-1] + 86_400)))
    assert again.told(known).tolist() == trees.told(known).tolist()
    assert again.chance_of_full(known).tolist() == trees.chance_of_full(known).tolist()
    street.bin("B1", sensor=False)
    street.conn.commit()
    assert grow_trees(street.jobs, NOW).startswith("none for rivermouth")
    assert grow_trees(street.jobs, NOW + DAY) == "none due"
    assert grow_trees(street.jobs, NOW + 8 * DAY).startswith("none for rivermouth")
