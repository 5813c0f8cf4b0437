"""What a counter's reports, whichever arrive in whatever order, tell of the people that passed: nobody twice, nobody made up."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from streets.footfall.intervals import Known, reconciled
from streets.footfall.reports import Report
from tests.footfall.counter_device import BEGIN, LUCK, MINUTE, Device, Truth, from_memory, known_people, truths

EVERY = st.sampled_from([5, 10, 15, 30])
RESETS = st.frozensets(st.integers(1, 360), max_size=3)
FAULTS = st.sampled_from(["stopped", "stuck", "misaligned", "node_silent"])


def arrived(reports: list[Report], luck: Random, keep_ends: bool = True) -> list[Report]:
    """Some are lost, some come again from memory by a clock some seconds off, some in two copies, and all in any order."""
    lost = set(luck.sample(range(len(reports)), luck.randrange(len(reports) - 1)))
    lost -= {0, len(reports) - 1} if keep_ends else set()
    came = [report for place, report in enumerate(reports) if place not in lost]
    again = [from_memory(report, luck.randint(-3, 3)) for report in came if report.period_s and luck.random() < 0.3]
    everything = came + again + [report for report in came if luck.random() < 0.2]
    luck.shuffle(everything)
    return everything


def is_orderly(known: Known) -> None:
    """In order, none over another; a gap has no people, and nothing else less than none."""
    before = None
    for one in known.intervals:
        assert one.start < one.end
        assert before is None or before.end <= one.start
        before = one
        assert (one.known == "gap") == (one.people == (None, None))
        assert all(people is None or people >= 0 for people in one.people)


def is_sound(known: Known, truth: Truth) -> None:
    """Orderly, and what is exact is the truth of its time."""
    is_orderly(known)
    for one in known.intervals:
        assert one.known not in ("counted", "from_totals") or one.people == truth.between(one.start, one.end)


@given(truth=truths(), every=EVERY, periods=st.booleans(), bits=st.sampled_from([16, 32]), luck=LUCK)
@settings(max_examples=150)
def test_where_totals_span_the_losses_nobody_is_lost_and_nobody_counts_twice(
    truth: Truth, every: int, periods: bool, bits: int, luck: Random
) -> None:
    """The registers begin anywhere below their end, so that they wrap in most runs: 360 minutes see 3,240 people at most."""
    first = 2**bits - 1 - luck.randrange(2_000), 2**bits - 1 - luck.randrange(2_000)
    reports = Device(every, periods, bits=bits, first_totals=first).reports(truth)
    known = reconciled(arrived(reports, luck))
    is_sound(known, truth)
    begins = BEGIN if periods else reports[0].told_at
    assert known_people(known.intervals) == truth.between(begins, reports[-1].told_at)
    assert all(one.known != "gap" for one in known.intervals)
    assert not [found for found in known.findings if found.kind != "wrapped"]


@given(truth=truths(), every=EVERY, luck=LUCK)
@settings(max_examples=60)
def test_without_totals_what_was_lost_is_a_gap(truth: Truth, every: int, luck: Random) -> None:
    reports = Device(every, sends_totals=False).reports(truth)
    came = arrived(reports, luck)
    known = reconciled(came)
    is_sound(known, truth)
    told = {report.told_at for report in came if not report.by_own_clock}
    expected = [sum(report.people_in or 0 for report in reports if report.told_at in told)]
    expected += [sum(report.people_out or 0 for report in reports if report.told_at in told)]
    assert list(known_people(known.intervals)) == expected
    gaps = sum((one.length for one in known.intervals if one.known == "gap"), timedelta(0))
    lost = len(reports) - len(told)
    assert abs(gaps - lost * every * MINUTE) <= timedelta(seconds=3) * 2 * (lost + 1)


@given(truth=truths(), every=EVERY, periods=st.booleans(), resets=RESETS, luck=LUCK)
@settings(max_examples=150)
def test_a_reset_may_hide_people_but_never_makes_any_up(
    truth: Truth, every: int, periods: bool, resets: frozenset[int], luck: Random
) -> None:
    first = luck.randrange(40_000), luck.randrange(4_000)
    reports = Device(every, periods, bits=32, first_totals=first, resets=resets).reports(truth)
    known = reconciled(arrived(reports, luck, keep_ends=False))
    is_orderly(known)
    for one in known.intervals:
        there = truth.between(one.start, one.end)
        assert one.why == "frames_missing" or all(people is None or people <= there[way] for way, people in enumerate(one.people))
    everybody = truth.between(BEGIN, BEGIN + 360 * MINUTE)
    assert all(found <= there for found, there in zip(known_people(known.intervals), everybody, strict=True))


@given(truth=truths(), every=EVERY, periods=st.booleans(), luck=LUCK)
@settings(max_examples=40)
def test_the_order_of_arrival_changes_nothing(truth: Truth, every: int, periods: bool, luck: Random) -> None:
    came = arrived(Device(every, periods).reports(truth), luck)
    first = reconciled(came)
    luck.shuffle(came)
    assert reconciled(came) == first


@given(
    truth=truths(),
    every=EVERY,
    periods=st.booleans(),
    fault=st.sampled_from(["stopped", "stuck", "misaligned"]),
    luck=LUCK,
)
@settings(max_examples=60)
def test_what_a_device_calls_faulty_is_a_gap(truth: Truth, every: int, periods: bool, fault: str, luck: Random) -> None:
    reports = Device(every, periods).reports(truth)
    at = luck.randrange(1, len(reports) - 1)
    reports[at] = replace(reports[at], fault=fault)
    known = reconciled(reports)
    is_sound(known, truth)
    gaps = [one for one in known.intervals if one.known == "gap"]
    assert {one.why for one in gaps} == {fault}
    # Totals do not tell when they began to count again: without periods the next interval is a gap too.
    assert sum((one.length for one in gaps), timedelta(0)) == (1 if periods else 2) * every * MINUTE
