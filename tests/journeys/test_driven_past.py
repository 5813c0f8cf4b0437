"""A part of the simulated town with a past that was driven: planned, told of by crews over HTTP, closed, and added up by hand."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex

import httpx
import psycopg
import pytest
from psycopg import Connection

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.past import Past, first_driven, morning_of
from cli.embedded.then import Then, serving
from cli.embedded.town import bring_in, fill, sign_in_secret
from simulators.diary import Diary
from simulators.history import TownLife
from simulators.town import Town, build_town, write_files
from streets.jobs.savings import close_days
from streets.settings import settings_of
from streets.store.database import Database
from tests.conftest import SUPERUSER, Databases

STARTS_AT = datetime(2026, 5, 3, tzinfo=UTC)
NOW = datetime(2026, 5, 20, 19, tzinfo=UTC)
DRIVEN = [date(2026, 5, 18), date(2026, 5, 19), date(2026, 5, 20)]
BINS = 36


@dataclass(frozen=True)
class Lived:
    """What was lived: the hidden truth, the database as its owner sees it, and what the API says of May."""

    town: Town
    diary: Diary
    conn: Connection[tuple[object, ...]]
    month: dict[str, object]
    lines: list[dict[str, str]]

    def all(self, query: str) -> list[tuple[object, ...]]:
        return self.conn.execute(query).fetchall()


def some_of(town: Town) -> Town:
    """Bins and nothing else, from all over the town."""
    bins = tuple(town.bins[place * len(town.bins) // BINS] for place in range(BINS))
    return replace(town, bins=bins, counters=(), has_phones=False, has_strangers=False)


@pytest.fixture(scope="module")
def lived(databases: Databases, broker: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A fortnight by the fixed schedule, and three days by rounds; then the ledger is closed by the clock."""
    folder, town = tmp_path_factory.mktemp("past"), some_of(build_town(7, STARTS_AT))
    with ExitStack() as held:
        url = held.enter_context(databases.copy())

        def opened(role: str) -> Database:
            db = Database(url, role, size=4)
            db.open()
            held.callback(db.close)
            return db

        ingest, jobs = opened("streets_ingest"), opened("streets_jobs")
        settings = settings_of(
            {"STREETS_DATABASE_URL": url, "STREETS_MQTT_URL": broker.url("everyone"), "STREETS_SECRET_KEY": token_hex(32)}
        )
        write_files(folder, town)
        bring_in(opened(SUPERUSER), folder, town, STARTS_AT)
        secret = sign_in_secret(opened("streets_officer"), folder, town.council, "crew", "simulated crew", STARTS_AT)
        first = first_driven(STARTS_AT, NOW)
        assert first == DRIVEN[0]
        life, then = TownLife(town, STARTS_AT, Diary(folder / "diary.csv")), Then(morning_of(first))
        Past(life, ingest, jobs, then).live_through(settings, secret, lambda: NOW)
        fill(ingest, life, NOW)
        for _ in DRIVEN:
            close_days(jobs, NOW + timedelta(days=2))
        with serving(settings, Then(NOW + timedelta(days=2))) as address:
            month = httpx.get(f"{address}/v1/savings/{town.council}/2026-05").json()
            lines = httpx.get(f"{address}/v1/savings/{town.council}/2026-05.csv").text
        conn = held.enter_context(psycopg.connect(url))
        yield Lived(town, Diary(folder / "diary.csv"), conn, month, list(csv.DictReader(io.StringIO(lines))))


def test_each_day_was_planned_at_four_in_the_morning_with_what_was_received_by_then(lived: Lived) -> None:
    planned = lived.all("SELECT DISTINCT service_date, planned_at FROM round WHERE superseded_at IS NULL ORDER BY 1")
    assert planned == [(day, morning_of(day)) for day in DRIVEN]
    seen = lived.all(
        "SELECT (why_detail ->> 'observed_at')::timestamptz, planned_at FROM round_stop JOIN round USING (round_id)"
        " WHERE why_detail ? 'observed_at'"
    )
    assert len(seen) > BINS // 2
    assert all(observed_at < planned_at for observed_at, planned_at in seen)  # type: ignore[operator]


def test_crews_told_of_every_stop_over_the_day_as_people_do(lived: Lived) -> None:
    stops = lived.all("SELECT DISTINCT bin_id, service_date FROM round_stop JOIN round USING (round_id) WHERE bin_id IS NOT NULL")
    told = lived.all("SELECT DISTINCT bin_id, service_date FROM crew_event WHERE bin_id IS NOT NULL")
    assert sorted(told) == sorted(stops)
    events = Counter(event for (event,) in lived.all("SELECT event FROM crew_event WHERE bin_id IS NOT NULL"))
    assert events["emptied"] > 0.8 * len(stops)
    tips = lived.all("SELECT count(*) FROM round_stop WHERE kind = 'tip'")[0][0]
    assert lived.all("SELECT count(*) FROM crew_event WHERE bin_id IS NULL AND event = 'emptied'")[0][0] == tips
    assert {who for (who,) in lived.all("SELECT told_by FROM crew_event")} == {"simulated crew"}


def test_bins_are_emptied_where_crews_were_and_nowhere_else(lived: Lived) -> None:
    truth = {(bin_id, day) for day in DRIVEN for bin_id in lived.diary.of(day) or {}}
    told = lived.all("SELECT DISTINCT bin_id, service_date FROM crew_event WHERE event = 'emptied' AND bin_id IS NOT NULL")
    assert truth == set(told)
    both = lived.all(
        f"SELECT seen_by, count(*) FROM emptying WHERE emptied_at >= '{DRIVEN[0]}' AND emptied_at < '{DRIVEN[2]}' GROUP BY 1"  # noqa: S608
    )
    seen_by = dict(both)
    assert seen_by["both"] > seen_by.get("sensor", 0) + seen_by.get("crew", 0)


def test_the_month_of_the_scrutiny_export_adds_up_by_hand(lived: Lived) -> None:
    def total(name: str) -> int:
        return sum(int(line[name]) for line in lived.lines if line[name])

    assert lived.month["days_counted"] == len({line["service_date"] for line in lived.lines if line["state"] == "counted"}) == 3
    pence = []
    for side in ("schedule", "planned"):
        km, hours = total(f"{side}_m") / 1000, total(f"{side}_s") / 3600
        litres = km * 20 / 100
        pence.append(60 * km + 4_500 * hours)
        assert lived.month[side] == {
            "visits": total(f"{side}_visits"),
            "km": round(km, 3),
            "hours": round(hours, 3),
            "litres": round(litres, 2),
            "kg_co2e": round(litres * 2.57082, 2),
            "pounds": round(pence[-1]) / 100,
        }
    sensors = total("sensors") / 31 * (200 + 50 + 12_000 / 60)
    assert lived.month["sensors_pounds"] == round(sensors) / 100
    assert lived.month["net_pounds"] == round(pence[0] - pence[1] - sensors) / 100
    overflowed = [line["overflowed"] for line in lived.lines if line["overflowed"]]
    assert lived.month["bin_days_measured"] == len(overflowed)
    assert lived.month["bin_days_overflowed"] == overflowed.count("true")
    assert lived.month["visits_emptied"] == sum(
        line["told"] == "emptied" and line["planned_visits"] == "1" for line in lived.lines
    )


def test_the_boards_show_the_same_days(lived: Lived) -> None:
    def of_day(day: str, name: str) -> int:
        return sum(int(line[name]) for line in lived.lines if line["service_date"] == day and line[name])

    names = ("planned_visits", "planned_m", "planned_s", "schedule_visits", "schedule_m", "schedule_s")
    boards = lived.all(f"SELECT service_date::text, {', '.join(names)} FROM board.savings_day ORDER BY 1")  # noqa: S608
    assert len(boards) == len(DRIVEN)
    assert boards == [(str(day), *(of_day(str(day), name) for name in names)) for day in DRIVEN]
