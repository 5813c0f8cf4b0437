"""Intervals become parts of hours: cut by time, estimates spread by what is usual, and nobody lost on the way."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from streets.footfall.counts import weeks_before
from streets.footfall.hours import Counts, needs_past, parts
from streets.footfall.reports import Interval
from streets.footfall.shares import shares

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# A Monday in winter, when Greenwich and the street's clocks agree.
NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
KNOWN = st.sampled_from([("counted", None), ("from_totals", None), ("estimated", "frames_missing")])


def cut(interval: Interval, past: Counts | None = None) -> list[tuple[datetime, datetime, int | None, int | None]]:
    found = parts([interval], past or {}, interval.start)
    return [(one.interval.start, one.interval.end, *one.interval.people) for one in found]


@given(people=st.integers(0, 10_000), weights=st.lists(st.floats(0, 1_000), min_size=1, max_size=40))
def test_shares_are_whole_people_and_sum_up(people: int, weights: list[float]) -> None:
    given = shares(people, weights)
    assert sum(given) == people
    assert min(given) >= 0
    assert all(share == 0 for share, weight in zip(given[:-1], weights[:-1], strict=True) if weight == 0 < sum(weights))


@given(
    begin_s=st.integers(0, 7_200),
    length_s=st.integers(1, 7 * 86_400),
    people=st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)),
    known=KNOWN,
    past=st.dictionaries(st.integers(1, 8 * 168), st.integers(0, 900), max_size=60),
)
@settings(max_examples=60)
def test_whatever_is_cut_the_sum_stays(
    begin_s: int, length_s: int, people: tuple[int, int], known: tuple[str, str | None], past: dict[int, int]
) -> None:
    start = NINE + timedelta(seconds=begin_s)
    interval = Interval(start, start + timedelta(seconds=length_s), *people, *known)
    found = parts([interval], {NINE - back * HOUR: (count, 3_600.0) for back, count in past.items()}, start)
    assert (sum(one.interval.people_in or 0 for one in found), sum(one.interval.people_out or 0 for one in found)) == people
    starts = [one.interval.start.replace(minute=0, second=0) for one in found]
    assert len(set(starts)) == len(starts)
    assert all(one.interval.end <= hour + HOUR for one, hour in zip(found, starts, strict=True))
    lost = interval.length - sum((one.interval.length for one in found), timedelta(0))
    assert lost < 2 * MINUTE
    assert {(one.interval.known, one.interval.why, one.told_s) for one in found} == {(*known, length_s)}


def test_an_hourly_report_some_seconds_late_belongs_to_its_hour() -> None:
    late = Interval(NINE + timedelta(seconds=4), NINE + HOUR + timedelta(seconds=4), 90, 30, "counted")
    assert cut(late) == [(NINE + timedelta(seconds=4), NINE + HOUR, 90, 30)]


def test_a_report_at_half_past_is_of_both_hours() -> None:
    assert cut(Interval(NINE + 30 * MINUTE, NINE + 90 * MINUTE, 91, 30, "counted")) == [
        (NINE + 30 * MINUTE, NINE + HOUR, 46, 15),
        (NINE + HOUR, NINE + 90 * MINUTE, 45, 15),
    ]


def test_an_estimate_is_spread_by_what_the_weeks_before_counted_in_those_hours() -> None:
    """Three weeks saw 100, 300 and 500 people in the three hours: of 90 and 9 people 1/9, 3/9 and 5/9 fall to each."""
    missing = Interval(NINE, NINE + 3 * HOUR, 90, 9, "estimated", "frames_missing")
    past = {
        weeks_before(NINE + n * HOUR, week): (people, 3_600.0) for n, people in enumerate((100, 300, 500)) for week in (1, 2, 3)
    }
    assert needs_past([missing]) is not None
    assert [row[2:] for row in cut(missing, past)] == [(10, 1), (30, 3), (50, 5)]
    # Of two weeks nothing is usual: it is spread evenly.
    few = {hour: counted for hour, counted in past.items() if hour > NINE - timedelta(weeks=2, days=1)}
    assert [row[2:] for row in cut(missing, few)] == [(30, 3), (30, 3), (30, 3)]


def test_an_estimate_within_one_hour_needs_no_past() -> None:
    assert needs_past([Interval(NINE, NINE + HOUR, 5, 5, "estimated", "frames_missing")]) is None
