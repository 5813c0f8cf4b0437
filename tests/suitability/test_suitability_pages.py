"""An officer sees which sensors do not suit their bins and why, decides otherwise, and takes or refuses a corrected record."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from browsing import overflow_px
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from api.pages.words import Words
from api.suitability_words import WORDS, lines_of
from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from cli.main import app
from streets import clock
from streets.store import offers, suitability
from streets.store.database import Database
from streets.suitability.verdict import MARKS
from tests.bins.street_of_bins import Street
from tests.office import Office, opened_office
from tests.suitability.fortnights import HOURS, depths
from tests.suitability.installed import install, installation_of, judge

LINER = [380 if hour % 4 == 2 else mm for hour, mm in enumerate(depths(rise_mm_per_h=4))]


@dataclass(frozen=True)
class JudgedOffice(Office):
    """Rivermouth, for all tests: sensors that fail (B1, B6), with a wrong record (B3, B5), a good one (B2) and a new one (B4).

    What tests decide they decide of B3, B5 and B6, each of one.
    """

    jobs: Database
    at: datetime

    def installation(self, bin_id: str) -> int:
        with self.database.transaction() as conn:
            return installation_of(conn, bin_id)

    def go_on(self) -> None:
        """What the clock does next."""
        with self.database.transaction() as conn:
            judge(Street(conn, self.jobs), clock.now())


@pytest.fixture(scope="module")
def office(databases: Any, broker: EmbeddedBroker) -> Iterator[JudgedOffice]:
    with opened_office(databases, broker) as made, opened(made.url, "streets_jobs", size=2) as jobs:
        at = clock.now()
        with made.database.transaction() as conn:
            for code, name in (("rivermouth", "Rivermouth"), ("hilltop", "Hilltop")):
                conn.execute("INSERT INTO council (council, name) VALUES (%s, %s)", (code, name))
            conn.execute("INSERT INTO ward (ward_code, council, name, boundary) VALUES ('E1', 'rivermouth', 'Quayside', '{}')")
            street = Street(conn, jobs)
            short = depths(2 * HOURS, emptied_every_h=48, empty_mm=990)
            for number, said in enumerate((LINER, depths(), short, depths(48), short, LINER), start=1):
                install(street, f"B{number}", said, until=at)
            judge(street, at)
        yield JudgedOffice(made.site, made.url, made.database, jobs, at)


@pytest.fixture
def page(office: JudgedOffice, browser: Browser) -> Iterator[Page]:
    with office.signed_in(browser, java_script_enabled=False) as page:
        yield page


def test_what_needs_somebody_comes_first_and_the_list_can_be_narrowed(office: JudgedOffice, page: Page) -> None:
    expect(page.locator("main")).to_contain_text("sensors need somebody.")
    page.click("text=Do the sensors suit their bins?")
    expect(page).to_have_url(f"{office.site}/officer/suitability")
    tables = page.locator("main table")
    expect(tables.nth(0)).to_contain_text("High Street, by B1")
    expect(tables.nth(1)).to_contain_text("High Street, by B2")
    expect(tables.nth(0)).to_contain_text("Many single readings are far from those before and after")
    expect(tables.nth(1)).to_contain_text("Its first fourteen days are not over.")
    page.select_option("#show", "does_not_suit")
    page.click("main button")
    expect(page).to_have_url(re.compile("show=does_not_suit"))
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.goto(f"{office.site}/officer/suitability?search=dev-b2")
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.goto(f"{office.site}/officer/suitability?show=suits&search=nothing")
    expect(page.locator("main")).to_contain_text("No sensor fits what you asked for.")


def test_the_public_is_told_that_the_sensor_does_not_suit_the_bin(office: JudgedOffice) -> None:
    anyone = httpx.Client(base_url=office.site, timeout=30)
    assert "The sensor here does not suit this bin; it is emptied by schedule." in anyone.get("/bins/B1").text
    welsh = unescape(anyone.get("/cy/bins/B1").text)
    assert "Nid yw'r synhwyrydd yma yn addas i'r bin hwn; caiff ei wagio yn ôl yr amserlen." in welsh
    told = anyone.get("/v1/bins/B1").json()
    assert (told["state"], told["not_measurable"], told["fill_pct"], told["full_at"]) == (
        "not_measurable",
        "unsuitable",
        None,
        None,
    )
    assert anyone.get("/v1/bins/B2").json()["state"] == "measured"


def test_an_officer_decides_otherwise_and_what_was_typed_wrongly_is_kept(office: JudgedOffice, page: Page) -> None:
    page.goto(f"{office.site}/officer/suitability/{office.installation('B6')}")
    expect(page.locator("main")).to_contain_text("Its readings do not count: the bin is emptied by its history or its schedule.")
    page.check("text=Yes: rounds go by them")
    page.fill("#reason", "Looked at it with the crew; the liner is gone.")
    page.fill("#until-day", "31")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Give a day after today")
    expect(page.locator("#until-error")).to_contain_text("Give a day after today")
    expect(page.locator("#reason")).to_have_value("Looked at it with the crew; the liner is gone.")
    expect(page.locator("#until-day")).to_have_value("31")
    until = office.at + timedelta(days=20)
    for field, value in (("day", until.day), ("month", until.month), ("year", until.year)):
        page.fill(f"#until-{field}", str(value))
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("main")).to_contain_text("j.jones decided so")
    office.go_on()
    assert httpx.get(f"{office.site}/v1/bins/B6").json()["state"] == "measured"
    page.click("text=Let the reports decide again")
    expect(page.locator("main")).to_contain_text("ended by j.jones")
    expect(page.locator("main")).to_contain_text("Its readings do not count")


def test_an_accepted_record_begins_on_its_day(office: JudgedOffice, page: Page) -> None:
    """The bin just emptied reads 990; the record says 900."""
    before = office.installation("B3")
    page.goto(f"{office.site}/officer/suitability?search=B3")
    expect(page.locator("main table")).to_contain_text("A corrected record is offered.")
    page.click("main tbody th a")
    expect(page.locator("main")).to_contain_text("The record says that this sensor reads 900 mm in the bin just emptied.")
    field = page.locator("input[name=from-day]")
    field.fill("32")
    page.click("button >> text=Accept")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Give the day as three numbers")
    day = office.at - timedelta(days=2)
    for name, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.fill(f"input[name=from-{name}]", str(value))
    page.click("button >> text=Accept")
    expect(page).not_to_have_url(re.compile(f"/{before}(/|$)"))
    after = office.installation("B3")
    assert after != before
    expect(page).to_have_url(f"{office.site}/officer/suitability/{after}")
    with office.database.transaction() as conn:
        (empty_mm, valid_from) = conn.execute(
            "SELECT empty_mm, valid_from FROM installation WHERE installation_id = %s", (after,)
        ).fetchone()  # type: ignore[misc]
        (offer,) = offers.offers(conn, before)
    assert empty_mm == offer.learned_mm == pytest.approx(990, abs=18)
    assert (offer.state, offer.decided_by, offer.applies_from) == ("accepted", "j.jones", valid_from)
    page.wait_for_load_state()
    page.click("main table a >> nth=-1")
    expect(page).to_have_url(f"{office.site}/officer/suitability/{before}")
    expect(page.locator("main")).to_contain_text("accepted, from")
    assert valid_from <= office.at - timedelta(days=1)


def test_a_record_that_would_begin_before_the_present_one_is_refused_with_words(office: JudgedOffice, page: Page) -> None:
    page.goto(f"{office.site}/officer/suitability/{office.installation('B5')}")
    page.fill("input[name=from-year]", "2001")
    page.click("button >> text=Accept")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose a day after the one on which the present record began")
    expect(page.locator("input[name=from-year]")).to_have_value("2001")


def test_a_refused_offer_is_gone_and_an_old_form_of_it_finds_nothing(office: JudgedOffice, page: Page) -> None:
    sensor = office.installation("B5")
    page.goto(f"{office.site}/officer/suitability/{sensor}")
    page.click("text=Refuse, and keep")
    expect(page.locator("main")).to_contain_text("Records that were offered")
    expect(page.locator("text=A corrected record is offered")).to_have_count(0)
    with office.database.transaction() as conn:
        (offer,) = offers.offers(conn, sensor)
    address = f"/officer/suitability/{sensor}/offers/{offer.offer_id}/refuse"
    assert office.caller().post(address, data={"learned_mm": offer.learned_mm}).status_code == 404


def test_a_report_that_is_due_and_not_written_yet_is_not_called_too_early(office: JudgedOffice, page: Page) -> None:
    """B4 began 13 days ago or less: here its record began a month ago, and the job has not come to it."""
    with office.database.transaction() as conn:
        began = "UPDATE installation SET valid_from = %s WHERE bin_id = 'B4' RETURNING installation_id, valid_from"
        (found,) = conn.execute("SELECT valid_from FROM installation WHERE bin_id = 'B4'").fetchall()
        ((installation_id, _),) = conn.execute(began, (clock.now() - timedelta(days=30),)).fetchall()
    page.goto(f"{office.site}/officer/suitability/{installation_id}")
    expect(page.locator("main")).to_contain_text("Its first report is still to be written.")
    with office.database.transaction() as conn:
        conn.execute(began, found)


def test_an_officer_sees_and_decides_only_of_their_own_councils_sensors(office: JudgedOffice) -> None:
    sensor = office.installation("B1")
    stranger, crew = office.caller("hilltop"), office.caller(role="crew")
    assert stranger.get("/v1/suitability").json()["sensors"] == []
    addresses = (f"/v1/suitability/{sensor}", f"/officer/suitability/{sensor}", f"/officer/suitability/{2**40}")
    assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
    word = {"vote": "yes", "reason": "x", "until-day": "1", "until-month": "1", "until-year": "2027"}
    assert stranger.post(f"/officer/suitability/{sensor}/override", data=word).status_code == 404
    assert [crew.get(address).status_code for address in addresses] == [403, 403, 403]
    assert httpx.get(f"{office.site}/v1/suitability").status_code == 401


def test_sensors_are_told_as_json_csv_and_on_the_command_line(office: JudgedOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = office.caller()
    told = {one["bin_id"]: one for one in officer.get("/v1/suitability").json()["sensors"]}
    assert [told[bin_id]["verdict"] for bin_id in ("B1", "B2", "B4")] == ["does_not_suit", "suits", "not_known_yet"]
    rows = {row["bin_id"]: row for row in csv.DictReader(io.StringIO(officer.get("/v1/suitability.csv").text))}
    assert (rows["B1"]["vote"], rows["B2"]["vote"], rows["B4"]["reported_until"]) == ("false", "true", "")
    full = officer.get(f"/v1/suitability/{office.installation('B5')}").json()
    assert (len(full["reports"]), len(full["offers_made"])) == (3, 1)
    monkeypatch.setenv("STREETS_DATABASE_URL", office.url)
    ran = CliRunner().invoke(app, ["suitability", "--json"])
    assert {one["bin_id"]: one["vote"] for one in json.loads(ran.stdout)["sensors"]} == {
        bin_id: one["vote"] for bin_id, one in told.items()
    }
    assert "does not count" in CliRunner().invoke(app, ["suitability", "--council", "rivermouth"]).stdout


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_pages_of_suitability_are_accessible_fit_a_phone_and_print(
    prefix: str, office: JudgedOffice, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    addresses = (
        "/officer/suitability",
        *(f"/officer/suitability/{office.installation(bin_id)}" for bin_id in ("B1", "B3", "B4")),
    )
    with office.signed_in(browser) as page:
        for width_px in (320, 1280):
            page.set_viewport_size({"width": width_px, "height": 800})
            for address in (*addresses, "/bins/B1"):
                answer = page.goto(f"{office.site}{prefix}{address}")
                assert answer is not None
                assert answer.status == 200
                assert axe(page) == []
                assert overflow_px(page) == 0, address
        page.goto(f"{office.site}{prefix}{addresses[1]}")
        page.emulate_media(media="print")
        expect(page.locator("main button:visible")).to_have_count(0)
        expect(page.locator("main table:visible").nth(1)).to_be_visible()


def test_every_mark_has_words_and_every_word_a_figure(office: JudgedOffice) -> None:
    assert {mark.reason for mark in MARKS} | {"too_few_days", "too_few_readings"} == WORDS.keys()
    with office.database.transaction() as conn:
        (report,) = suitability.reports(conn, office.installation("B1"))
    told = {line.reason for line in lines_of(Words("en"), report)} - {""}
    assert {mark.reason for mark in MARKS} - told == {"full_in_blind_zone"}, "it is of the record, not of the fortnight"
