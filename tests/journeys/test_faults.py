"""While something breaks: every message that a device sent is stored once, or kept with the reason why it is not.

Real processes, struck by SIGKILL, cut networks and a full disk; each message is looked for in the end by device and counter,
its frame and its reading. `bench/faults.py` does the same with more messages, and longer.
"""

from random import Random

import pytest

from bench.trial import strikes
from bench.trial.books import Books
from bench.trial.site import Site
from bench.trial.stream import Disturbance, garbage, late, repeated, steady, wrong_clock
from bench.trial.strikes import Strike, to_database
from bench.trial.trial import Trial
from streets import clock

MESSAGES = 300
RATE_PER_S = 200


def tried(strike: Strike, *disturbances: Disturbance, disk: bool = False) -> tuple[Site, Books]:
    """What became of a few hundred messages, sent while the strike was at work."""
    stream, random = steady(MESSAGES, clock.now()), Random(1)
    for disturbance in disturbances:
        stream = disturbance(stream, random)
    with Site(disk=disk) as site:
        trial = Trial(site, stream, RATE_PER_S)
        trial.run(strike)
        return site, trial.reckon()


def all_stored_once(site: Site, books: Books) -> bool:
    assert site.ends_unasked == 0
    assert books.balances
    return (books.sent, books.stored, books.lost, books.duplicated, books.rejected) == (MESSAGES, MESSAGES, 0, 0, 0)


def test_killed_between_commit_and_acknowledgement_ingest_stores_what_comes_again_once() -> None:
    site, books = tried(strikes.ingest_killed_before_acknowledging)
    assert all_stored_once(site, books)
    assert books.duplicate > 0


@pytest.mark.parametrize(
    "strike",
    [strikes.broker_killed, strikes.database_killed, strikes.pulled(to_database, 1.0)],
    ids=["the broker is killed", "PostgreSQL is killed", "the network is silent"],
)
def test_nothing_is_lost_or_stored_twice_while(strike: Strike) -> None:
    assert all_stored_once(*tried(strike))


def test_while_the_disk_is_full_messages_wait_and_none_is_refused() -> None:
    assert all_stored_once(*tried(strikes.disk_full(1.0), disk=True))


def test_of_a_stream_where_everything_is_wrong_each_message_has_its_outcome_and_its_reason() -> None:
    site, books = tried(strikes.nothing, late, wrong_clock, garbage, repeated)
    # Of 300 a tenth has a wrong clock; a tenth of the other 270 is spoiled; a tenth of the 243 left is sent twice.
    assert (books.sent, books.stored, books.refused, books.lost, books.duplicated) == (300, 243, 57, 0, 0)
    assert (books.received, books.duplicate, books.rejected) == (324, 24, 57)
    assert books.balances
    # 30 clocks in turn: ahead, never set. 27 spoiled in turn: noise, cut short, undecodable, a stranger, too many, nonsense.
    assert books.reasons == {
        "time_in_future": 15,
        "bad_time": 15,
        "bad_json": 10,
        "undecodable": 5,
        "unknown_device": 4,
        "impossible_value": 4,
        "unknown_topic": 4,
    }
    assert site.ends_unasked == 0
