"""The job that makes sites of stored bumps, and what the public is then answered."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from browsing import served_filled
from psycopg import Connection

from cli.embedded.broker import EmbeddedBroker
from streets.jobs.potholes import find_sites
from streets.potholes.evidence import week_start
from streets.store import potholes
from streets.store.database import Database
from tests.potholes.felt import MONDAY, moved
from tests.potholes.town import MANHOLE, feel, ward_around

LATER = MONDAY + timedelta(days=1)


def bumpy_street(conn: Connection[Any]) -> None:
    """A pothole felt by three, another felt by two, and a manhole felt by four."""
    ward_around(conn)
    for reporter in "abc":
        feel(conn, reporter, MONDAY, moved(1, 1))
    for reporter in "ab":
        feel(conn, reporter, MONDAY, moved(0, 100))
    for reporter in "abcd":
        feel(conn, reporter, MONDAY, MANHOLE)
    assert find_sites(conn, LATER) == "3 sites, 1 of them published"


@pytest.fixture
def bumpy(database: Database) -> Database:
    with database.transaction() as conn:
        bumpy_street(conn)
    return database


@pytest.fixture(scope="module")
def asking(databases: Any, broker: EmbeddedBroker) -> Iterator[httpx.Client]:
    with served_filled(databases, broker, bumpy_street) as url, httpx.Client(base_url=url) as client:
        yield client


def test_only_what_three_felt_beside_no_ironwork_is_published(asking: httpx.Client) -> None:
    answer = asking.get("/v1/potholes").json()
    (site,) = answer["potholes"]
    assert (site["reporters"], site["days"], site["ward_code"], site["ward_name"]) == (3, 1, "E1", "Quayside")
    assert answer["withheld"] == {"likely_ironwork": 1, "too_few_reporters": 1}
    assert asking.get(f"/v1/potholes/{site['site_id']}").json() == site
    (feature,) = asking.get("/v1/potholes.geojson").json()["features"]
    (row,) = csv.DictReader(io.StringIO(asking.get("/v1/potholes.csv").text))
    assert feature["id"] == row["site_id"] == site["site_id"]


def test_sites_are_found_in_a_ward_or_a_box(asking: httpx.Client) -> None:
    assert len(asking.get("/v1/potholes?ward=E1").json()["potholes"]) == 1
    assert asking.get("/v1/potholes?ward=E2").json()["potholes"] == []
    assert len(asking.get("/v1/potholes?bbox=-1.62,54.97,-1.61,54.98").json()["potholes"]) == 1
    assert asking.get("/v1/potholes.csv?bbox=-1.5,54.97,-1.4,54.98").text.count("\n") == 1


def test_a_box_that_is_none_is_refused(asking: httpx.Client) -> None:
    for bbox in ("1,2,3", "a,b,c,d", "-1.61,54.97,-1.62,54.98", "-1.62,54.97,-1.61,nan", "-1.62,91,-1.61,92"):
        answer = asking.get("/v1/potholes", params={"bbox": bbox})
        assert answer.status_code == 422, bbox
        assert "west,south,east,north" in answer.json()["detail"]


def test_a_withheld_site_is_not_found_by_its_name(bumpy: Database, asking: httpx.Client) -> None:
    # The same bumps make the same names, so the other database's withheld sites have these.
    with bumpy.transaction() as conn:
        withheld = [site.site_id for site in potholes.known_sites(conn, "rivermouth") if not site.published]
    assert len(withheld) == 2
    for site_id in withheld:
        assert asking.get(f"/v1/potholes/{site_id}").status_code == 404


def test_a_site_keeps_its_name_as_bumps_come_in_and_stays_when_they_go(bumpy: Database) -> None:
    with bumpy.transaction() as conn:
        (before,) = potholes.published_sites(conn)
        for reporter in "def":
            feel(conn, reporter, LATER, moved(4, 2))
        find_sites(conn, LATER)
        (more,) = potholes.published_sites(conn)
        assert (more.site_id, more.bumps, more.days) == (before.site_id, 6, 2)
        conn.execute("DELETE FROM bump WHERE reporter <> 'a'")
        find_sites(conn, LATER)
        (after,) = potholes.published_sites(conn)
        assert (after.site_id, after.bumps) == (before.site_id, 6)
        # Of the withheld, only the one that a bump still supports is kept; the manhole's is left too, by the same reporter.
        assert {site.published for site in potholes.known_sites(conn, "rivermouth")} == {True, False}


def test_the_secret_of_a_week_is_the_same_for_all_and_is_deleted_when_it_is_over(bumpy: Database) -> None:
    week = week_start(MONDAY)
    with bumpy.transaction() as conn:
        assert potholes.weekly_salt(conn, week, b"first") == potholes.weekly_salt(conn, week, b"second") == b"first"
        find_sites(conn, MONDAY + timedelta(days=13))
        assert potholes.weekly_salt(conn, week, b"third") == b"first"
        find_sites(conn, MONDAY + timedelta(days=14))
        assert potholes.weekly_salt(conn, week, b"third") == b"third"
