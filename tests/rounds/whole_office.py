"""Two councils with everything that pages and answers speak of, behind one served application."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from ledger_town import close, drive, understood
from msgspec.structs import replace
from planned_day import plan_day
from small_town import DAY, found_town

from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from ingest.batch import keep_messages
from ingest.registry import Registry
from streets import clock
from streets.assets.kinds import Kind
from streets.assets.tables import ORDERS
from streets.jobs.health import tell_health
from streets.planning.day import LONDON
from streets.planning.frontier import drawn
from streets.planning.rounds import day_to_plan
from streets.planning.runs import Order, ask
from streets.store import asset_files, planning_runs
from streets.store.asset_files import SentFile
from streets.store.changes import Told
from streets.store.database import Connection
from streets.store.imports import import_file
from tests.bins.street_of_bins import Street
from tests.health.conftest import FIRE_BIN, fire
from tests.ingest.arrivals import bump, level, tts
from tests.office import Office, opened_office
from tests.pages.conftest import SQUARE, seed
from tests.suitability.fortnights import HOURS, depths
from tests.suitability.installed import install, judge

FILES = tuple(f"/cy/officer/assets/files/{UUID(int=number)}" for number in range(4))


def fill_rivermouth(conn: Connection, jobs: Any) -> None:
    """A place, a pothole and bins with sensors that were judged."""
    now = clock.now()
    seed(conn, now)
    conn.execute("INSERT INTO ward (ward_code, council, name, boundary) VALUES ('E1', 'rivermouth', 'Quay', %s)", (SQUARE,))
    street = Street(conn, jobs)
    short = depths(2 * HOURS, emptied_every_h=48, empty_mm=990)
    for number, said in enumerate((depths(), ["no_echo", *depths(48)], short), start=3):
        install(street, f"B{number}", said, until=now)
    conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'df702')", (FIRE_BIN,))
    conn.execute(
        "INSERT INTO installation (device_id, valid_from, bin_id, empty_mm, full_mm)"
        " SELECT device_id, '2020-01-01Z', 'B1', 1200, 300 FROM device WHERE device = %s",
        (FIRE_BIN,),
    )
    judge(street, now)


def fill_smalltown(conn: Connection) -> None:
    """A town with a month of savings and rounds of tomorrow; a run that failed and one that waits; orders, in files too."""
    now, town = clock.now(), found_town(conn, "smalltown")
    for word, at_m in (("one", (200, -5)), ("two", (200, 405)), ("fresh", (405, 200))):
        town.add_bin(word, at_m)
    conn.execute("UPDATE bin SET name = '=1+1' WHERE bin_id = 'smalltown-two'")
    conn.execute("UPDATE vehicle SET name = '@Van' WHERE council = 'smalltown'")
    for word, fill_pct in (("one", 95), ("two", 10)):
        understood(town, word, DAY, fill_pct=fill_pct, full_in_h=3)
    drive(town, DAY)
    close(town, DAY)
    tomorrow = (now.astimezone(LONDON) + timedelta(days=1)).date()
    plan_day(conn, "smalltown", tomorrow, now, budget_s=0.5)
    run = ask(conn, Order(council="smalltown", service_date=tomorrow, asked_by="Jo"), UUID(int=0), now)
    lacks = planning_runs.Failure("lacks", {"missing": ["tip"]}, "smalltown lacks tip: import bases, vehicles and streets first")
    planning_runs.end(conn, run.run_id, "failed", now, failure=lacks)
    ask(conn, Order(council="smalltown", service_date=tomorrow + timedelta(days=1), asked_by="Jo"), UUID(int=0), now)
    points = drawn(day_to_plan(conn, "smalltown", tomorrow, now), (1000.0,), 0.2, lambda _: True)
    frontier = ask(conn, Order(council="smalltown", service_date=tomorrow, asked_by="Jo", kind="frontier"), UUID(int=0), now)
    planning_runs.end(conn, frontier.run_id, "done", now, points)
    file = f"{','.join(ORDERS.columns)}\nsmalltown-one,must_visit,works,{tomorrow},{tomorrow},7,-Market\n"
    import_file(conn, "smalltown", Kind.ORDERS, file.encode(), Told("Jo", now))
    for number, text in enumerate((file.replace("7", "8"), file + "x,y\n", file + "x,y,z,q,r,s,\nother-one,,,,,,\n", "bin\n")):
        sent = SentFile(UUID(int=number), Kind.ORDERS, "orders.csv", text.encode(), now, "Jo", None)
        asset_files.keep(conn, "smalltown", sent)


@pytest.fixture(scope="session")
def whole_office(databases: Any, broker: EmbeddedBroker) -> Iterator[Office]:
    with (
        opened_office(databases, broker) as made,
        opened(made.url, "streets_ingest", size=2) as ingest,
        opened(made.url, "streets_jobs", size=2) as jobs,
    ):
        with made.database.transaction() as conn:
            fill_rivermouth(conn, jobs)
        with made.database.transaction() as conn:
            fill_smalltown(conn)
        now = clock.now()
        jolt = replace(bump(), body=b'{"lat": 54.97}')
        refused = [fire(True, 1, now), level(device="dev-B3"), level(), tts(b"\x01", 3, now), jolt]
        keep_messages(ingest, Registry(), refused)
        tell_health(made.database, now)
        yield made
