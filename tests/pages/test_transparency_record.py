"""The transparency record: made from what is live, answered by the council where only it can, and the same in every face."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from secrets import token_hex
from typing import Any

import httpx
import pytest
from browsing import overflow_px, served, sign_in
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from cli.main import app
from streets import clock
from streets.settings import settings_of
from streets.store import tokens
from streets.store.database import Database

NUMBERS = count(1)
NOT_STATED = "Not yet stated by the council."


@dataclass(frozen=True)
class House:
    """The application, served for all tests of this file."""

    site: str
    database: Database
    surroundings: dict[str, str]


@pytest.fixture(scope="module")
def house(databases: Any, broker: Any) -> Iterator[House]:
    with databases.copy() as url:
        surroundings = {
            "STREETS_DATABASE_URL": url,
            "STREETS_MQTT_URL": broker.url("everyone"),
            "STREETS_SECRET_KEY": token_hex(32),
            "STREETS_RAW_RETENTION_DAYS": "33",
        }
        database = Database(url, "postgres", size=2)
        database.open()
        with served(settings_of(surroundings)) as site:
            yield House(site, database, surroundings)
        database.close()


@dataclass(frozen=True)
class Council:
    """A council with three bins: one measured, one silent, one whose sensor does not suit it."""

    house: House
    council: str

    def record(self, tool: str = "rounds") -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.house.site}/v1/transparency/{self.council}/{tool}").json()
        return found

    def answer(self, attribute: str, tool: str = "rounds") -> str | None:
        fields = [field for section in self.record(tool)["sections"] for field in section["fields"]]
        found: str | None = next(field["answer"] for field in fields if field["attribute"] == attribute)
        return found

    def execute(self, sql: str, *values: object) -> None:
        with self.house.database.transaction() as conn:
            conn.execute(sql, values)

    def officer(self) -> str:
        with self.house.database.transaction() as conn:
            return tokens.create(conn, self.council, "officer", "Jo Jones", clock.now(), days=1)[0]

    def post(self, **answers: str) -> httpx.Response:
        client = httpx.Client(headers={"Authorization": f"Bearer {self.officer()}"})
        return client.post(f"{self.house.site}/officer/transparency/rounds", data=answers)


@pytest.fixture
def council(house: House) -> Council:
    code = f"clear{next(NUMBERS)}"
    made = Council(house, code)
    made.execute("INSERT INTO council (council, name) VALUES (%s, 'Clearwater')", code)
    for number, (state, reason) in enumerate([("measured", None), ("silent", None), ("not_measurable", "unsuitable")]):
        bin_id = f"{code}-{number}"
        made.execute(
            "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l, visit_every_days) VALUES (%s, %s, 'B', 52, -4, 9, 2)",
            bin_id, code,
        )  # fmt: skip
        made.execute(
            "INSERT INTO bin_status (bin_id, state, reason, fill_pct, computed_at) VALUES (%s, %s, %s, %s, now())",
            bin_id, state, reason, 50 if state == "measured" else None,
        )  # fmt: skip
    return made


def test_the_record_changes_with_the_setting_that_it_is_made_from(council: Council) -> None:
    before = council.answer("detailed_description")
    assert before is not None and "£20.00 for an overflow" in before and "assumptions of the software" in before
    council.execute(
        "INSERT INTO planning_setting (council, applies_from, set_by, set_at, why, pence_per_overflow, pence_per_km,"
        " pence_per_hour, service_s) VALUES (%s, '2026-04-01', 'Jo Jones', '2026-03-30 09:00Z', 'Cabinet', 1234, 60, 4500, 80)",
        council.council,
    )
    after = council.answer("detailed_description")
    assert after is not None and "£12.34 for an overflow" in after and "since 1 April 2026, set by an officer" in after
    assert council.record()["figures"]["pence_per_overflow"] == 1234
    # The officer has a role, not a name.
    assert "Jo Jones" not in json.dumps(council.record())


def test_the_record_counts_the_bins_whose_sensors_are_silent_or_have_no_vote(council: Council) -> None:
    told = council.answer("data_completeness_and_representativeness")
    assert told is not None
    assert "Of 3 bins 1 are measured, 1 have a silent sensor, 1 a sensor that does not suit them" in told
    stored = council.answer("data_access_and_storage")
    assert stored is not None and "deleted after 33 days" in stored


def test_what_only_the_council_knows_is_said_by_it_or_said_to_be_missing(council: Council) -> None:
    assert council.answer("contact_email") is None
    assert council.answer("impact_assessment") is None
    council.post(contact_email="bins@clearwater.gov.uk", impact_assessment="DPIA of 3 May 2026:\r\nno high risk")
    assert council.answer("contact_email") == "bins@clearwater.gov.uk"
    assert council.answer("impact_assessment") == "DPIA of 3 May 2026:\nno high risk"
    assert council.answer("contact_email", "potholes") is None
    council.post(contact_email="", impact_assessment="DPIA of 3 May 2026:\r\nno high risk")
    assert council.answer("contact_email") is None
    asked = "SELECT count(*) FROM council_statement WHERE council = %s"
    with council.house.database.transaction() as conn:
        # Two answers, and one taken back; what stayed the same is not kept again.
        assert conn.execute(asked, (council.council,)).fetchone() == (3,)


def test_a_wrong_answer_is_refused_beside_its_field_and_what_was_typed_stays(council: Council) -> None:
    refused = council.post(contact_email="the bins team", team="Street Scene")
    assert refused.status_code == 422
    assert "Give an email address" in refused.text and "Street Scene" in refused.text
    assert council.answer("team") is None


def test_another_council_says_nothing_of_ours(council: Council, house: House) -> None:
    stranger = Council(house, f"{council.council}x")
    stranger.execute("INSERT INTO council (council, name) VALUES (%s, 'Other')", stranger.council)
    stranger.post(team="Ours now")
    assert council.answer("team") is None
    assert httpx.post(f"{house.site}/officer/transparency/rounds", data={"team": "x"}).status_code == 401


def test_every_face_says_the_same(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{council.house.site}/v1/transparency/{council.council}/rounds"
    told = council.record()
    fields = [field for section in told["sections"] for field in section["fields"]]
    lines = list(csv.DictReader(io.StringIO(httpx.get(f"{address}.csv").text)))
    assert [(line["attribute"], line["answer"] or None) for line in lines] == [(f["attribute"], f["answer"]) for f in fields]
    text = httpx.get(f"{address}.md").text
    assert text.count(NOT_STATED) == sum(field["answer"] is None for field in fields)
    for name in ("STREETS_DATABASE_URL", "STREETS_RAW_RETENTION_DAYS"):
        monkeypatch.setenv(name, council.house.surroundings[name])
    shown = CliRunner().invoke(app, ["transparency", council.council, "rounds", "--json"])
    assert json.loads(shown.stdout)["sections"] == told["sections"]
    assert CliRunner().invoke(app, ["transparency", "nowhere"]).exit_code == 1
    assert httpx.get(f"{council.house.site}/v1/transparency/nowhere/rounds").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_pages_are_accessible_and_fit_a_phone(
    prefix: str, council: Council, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page, site = context.new_page(), council.house.site
    sign_in(page, site, council.officer())
    for path in ("/transparency", f"/transparency/{council.council}/rounds", "/officer/transparency/potholes"):
        page.goto(site + prefix + path)
        assert axe(page) == []
        assert overflow_px(page) == 0
    context.close()
