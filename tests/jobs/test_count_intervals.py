"""What is known of a counter depends on its readings and on nothing else: not on their order, nor on when the jobs looked."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streets.footfall.reports import Report
from streets.jobs.audit import audit_days
from streets.jobs.footfall import tell_hours
from tests.footfall.counter_device import BEGIN, LUCK, Device, Truth, from_memory
from tests.jobs.week import COUNTER_DEVICE, DAY, HOUR, Town, town

DAYS = 3
END = BEGIN + DAYS * DAY
KNOWN = (
    "SELECT start_at, end_at, people_in, people_out, known, why, told_s FROM count_interval ORDER BY 1",
    "SELECT until, kind, since, by_periods, by_totals FROM count_finding ORDER BY 1, 2",
    "SELECT * FROM counter_hour ORDER BY 1, 2",
    "SELECT counter_id, hour_start, people, covered_s FROM published_hour ORDER BY 1, 2",
)
FORGET = (
    "TRUNCATE count_reading, touched, reopened, count_interval, count_finding, counter_usual, counter_unfit, published_hour,"
    " revised_hour, progress"
)


def said(luck: Random, every_min: int, periods: bool) -> list[Report]:
    """Three days of a street with nights: single frames are lost, half a day of them, and the totals wrap and are set to 0."""
    busy = [1 if hour % 24 < 12 else 4 for hour in range(DAYS * 24)]
    truth = Truth([(luck.randrange(busy[minute // 60] + 1), luck.randrange(3)) for minute in range(DAYS * 1440)])
    device = Device(every_min, periods, first_totals=(64_000, 65_300), resets=frozenset({2_000, 3_500}))
    reports = device.reports(truth)
    silent = luck.randrange(len(reports) - 720 // every_min)
    came = [
        report
        for place, report in enumerate(reports)
        if luck.random() > 0.1 and not silent <= place < silent + luck.choice([6, 720 // every_min])
    ]
    return came + [from_memory(report, 3) for report in came[::7] if report.period_s]


def hears(town: Town, reports: Sequence[Report]) -> None:
    """Keep reports as ingest does."""
    with town.owner.transaction() as conn:
        for report in reports:
            start = report.told_at - timedelta(seconds=report.period_s or 0)
            conn.execute(
                "INSERT INTO count_reading (device_id, period_start, line, content, observed_at, received_at, time_source,"
                " period_s, people_in, people_out, total_in, total_out, total_bits)"
                " VALUES (2, %s, 1, 0, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    start,
                    report.told_at,
                    report.told_at,
                    "device" if report.by_own_clock else "network",
                    report.period_s,
                    *report.people,
                    *report.totals,
                    report.total_bits,
                ),
            )
            conn.execute(
                "INSERT INTO touched (device_id, since) VALUES (%s, %s)"
                " ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since)",
                (COUNTER_DEVICE, start),
            )


def known(town: Town, reports: Sequence[Report], every_min: int, pauses: int) -> list[Any]:
    """What is known when the jobs looked after each part of the reports."""
    town.does(FORGET)
    with town.owner.transaction() as conn:
        conn.execute("UPDATE installation SET report_every_s = %s WHERE counter_id = 'C1'", (60 * every_min,))
    size = -(-len(reports) // pauses)
    for place in range(0, len(reports), size):
        hears(town, reports[place : place + size])
        tell_hours(town.jobs, END + HOUR)
    return [town.all_of(query) for query in KNOWN]


@pytest.fixture(scope="module")
def counted_town(databases: Any) -> Any:
    with databases.copy() as url, town(url) as opened:
        yield opened


@given(luck=LUCK, every_min=st.sampled_from([15, 30]), periods=st.booleans(), pauses=st.integers(2, 12))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reports_in_any_order_leave_the_same_behind(
    counted_town: Town, luck: Random, every_min: int, periods: bool, pauses: int
) -> None:
    reports = said(luck, every_min, periods)
    at_once = known(counted_town, reports, every_min, 1)
    assert all(at_once)
    luck.shuffle(reports)
    assert known(counted_town, reports, every_min, pauses) == at_once


def test_both_servers_know_the_same_and_the_audit_agrees(counted_town: Town, any_town: Town) -> None:
    reports = said(Random(1), 15, periods=True)
    expected = known(counted_town, reports, 15, 1)
    Random(8).shuffle(reports)
    assert known(any_town, reports, 15, 5) == expected
    kinds = {row[4] for row in expected[0]}
    assert kinds == {"counted", "estimated", "gap"}
    days = [(BEGIN + day * DAY).date() for day in range(DAYS + 1)]
    assert [one for one in audit_days(any_town.jobs, days, END + 2 * HOUR) if one.differed] == []


def stands(town: Town, counter_id: str, since: int, until: int | None) -> None:
    """The counter's device stands there from an hour after BEGIN on."""
    with town.owner.transaction() as conn:
        conn.execute(
            "INSERT INTO installation (device_id, counter_id, valid_from, valid_to) VALUES (2, %s, %s, %s)",
            (counter_id, BEGIN + since * HOUR, None if until is None else BEGIN + until * HOUR),
        )
        conn.execute(
            "INSERT INTO touched (device_id, since) VALUES (2, %s)"
            " ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since)",
            (BEGIN + since * HOUR,),
        )
    tell_hours(town.jobs, END)


@pytest.fixture
def moving_town(database_url: str) -> Any:
    with town(database_url) as opened:
        opened.does("DELETE FROM installation WHERE counter_id IS NOT NULL")
        opened.does(
            "INSERT INTO counter (counter_id, council, place_id, name, lat, lon)"
            " VALUES ('C2', 'rivermouth', 'quay', 'Quay south', 54.5, -1.5)"
        )
        yield opened


def test_a_device_that_talked_in_the_office_leaves_what_it_had_counted_at_its_post(moving_town: Town) -> None:
    """Three hours at C1, twenty on a desk, one at C2: 10 people an hour everywhere."""
    at = [
        Report(told_at=BEGIN + hour * HOUR, post="", rhythm_s=3600, period_s=3600, people_in=10, people_out=0)
        for hour in range(1, 25)
    ]
    hears(moving_town, at)
    stands(moving_town, "C1", 0, 3)
    stands(moving_town, "C2", 23, None)
    counted = moving_town.all_of("SELECT counter_id, people FROM counter_hour ORDER BY counter_id, hour_start")
    assert counted == [("C1", 10)] * 3 + [("C2", 10)]
    assert [one for one in audit_days(moving_town.jobs, [BEGIN.date(), (BEGIN + DAY).date()], END) if one.differed] == []


def test_what_a_device_counted_while_it_was_away_is_nobody_past_its_counter(moving_town: Town) -> None:
    """From 100 to 130 at C1, from 130 to 500 in the workshop, from 500 to 510 at C1 again."""
    totals = ((0, 100), (1, 130), (5, 500), (6, 510))
    hears(
        moving_town,
        [
            Report(told_at=BEGIN + hour * HOUR, post="", rhythm_s=3600, total_in=total, total_out=0, total_bits=32)
            for hour, total in totals
        ],
    )
    stands(moving_town, "C1", 0, 1)
    stands(moving_town, "C1", 5, None)
    told = moving_town.all_of("SELECT start_at, people_in, known FROM count_interval ORDER BY start_at")
    assert told == [(BEGIN, 30, "from_totals"), (BEGIN + 5 * HOUR, 10, "from_totals")]
