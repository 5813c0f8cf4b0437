"""What the rounds saved, as members, officers and programs see it; and a month's sums done again from its file."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import overflow_px, sign_in
from ledger_town import NORTH, SOUTH, close, drive, understood
from playwright.sync_api import Browser, Page, expect
from small_town import Office, found_town
from typer.testing import CliRunner

from cli.main import app
from streets import clock
from streets.rounds.assumptions import Assumptions
from streets.store import savings, tokens

FIRST = date(2026, 3, 10)
NUMBERS = count(1)


@dataclass(frozen=True)
class Town:
    """A council with three closed days of March 2026: two counted, one that nobody drove; a sensor saw one overflow."""

    office: Office
    council: str

    def secret(self, role: str = "officer") -> str:
        with self.office.database.transaction() as conn:
            return tokens.create(conn, self.council, role, "Jo Jones", clock.now(), days=1)[0]

    def asked(self, path: str) -> httpx.Response:
        return httpx.get(self.office.site + path, timeout=30)

    def month(self) -> dict[str, Any]:
        found: dict[str, Any] = self.asked(f"/v1/savings/{self.council}/2026-03").json()
        return found


def found(office: Office) -> Town:
    council = f"saving{next(NUMBERS)}"
    with office.database.transaction() as conn:
        made = found_town(conn, council)
        conn.execute("INSERT INTO ward (ward_code, council, name, boundary) VALUES (%s, %s, 'Quay', '{}')", (council, council))
        for word, at_m in (("full", SOUTH), ("spare", NORTH)):
            bin_id = made.add_bin(word, at_m)
            conn.execute("UPDATE bin SET ward_code = %s WHERE bin_id = %s", (council, bin_id))
            conn.execute("INSERT INTO device (device, model, council) VALUES (%s, 'em310-udl', %s)", (bin_id, council))
            conn.execute(
                "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm)"
                " SELECT device_id, %s, '2026-01-01', 1000, 200 FROM device WHERE device = %s",
                (bin_id, bin_id),
            )
        for n in range(3):
            day = FIRST + timedelta(days=n)
            understood(made, "full", day, fill_pct=95, full_in_h=3)
            understood(made, "spare", day, fill_pct=10, full_in_h=300)
            conn.execute("INSERT INTO bin_fill VALUES (%s, %s, %s, NULL)", (f"{council}-spare", f"{day} 12:00+00", 20 + 40 * n))
            drive(made, day, most=0 if n == 2 else 9)
            close(made, day)
    return Town(office, council)


@pytest.fixture(scope="module")
def town(office: Office) -> Town:
    """A town for tests that only look."""
    return found(office)


@pytest.fixture
def own(office: Office) -> Town:
    """A town for tests that change something."""
    return found(office)


@pytest.fixture
def officer(own: Town, browser: Browser) -> Iterator[Page]:
    """An officer of `own`, on a phone without JavaScript."""
    context = browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, own.office.site, own.secret())
    page.goto(f"{own.office.site}/officer/savings")
    yield page
    context.close()


def lines_of(town: Town) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(town.asked(f"/v1/savings/{town.council}/2026-03.csv").text)))


def test_a_committee_gets_the_months_figures_from_the_file_of_lines_by_adding_multiplying_and_dividing(town: Town) -> None:
    lines, told = lines_of(town), town.month()
    total = {
        name: sum(int(line[name]) for line in lines if line[name])
        for name in ("planned_visits", "planned_m", "planned_s", "schedule_visits", "schedule_m", "schedule_s", "sensors")
    }
    km = (total["schedule_m"] - total["planned_m"]) / 1000
    hours = (total["schedule_s"] - total["planned_s"]) / 3600
    assumed = told["assumptions"]
    litres = km * assumed["litres_per_100_km"] / 100
    sensor_pence = (
        assumed["pence_per_sensor_month"]
        + assumed["connectivity_pence_per_sensor_month"]
        + assumed["hardware_pence_per_sensor"] / assumed["hardware_lasts_months"]
    )
    saved_pence = km * assumed["pence_per_km"] + hours * assumed["pence_per_crew_hour"]
    sensors_pence = total["sensors"] * sensor_pence / 31
    assert told["saved"]["visits"] == total["schedule_visits"] - total["planned_visits"] == 2
    assert told["saved"]["km"] == pytest.approx(km, abs=0.001)
    assert told["saved"]["hours"] == pytest.approx(hours, abs=0.001)
    assert told["saved"]["litres"] == pytest.approx(litres, abs=0.01)
    assert told["saved"]["kg_co2e"] == pytest.approx(litres * assumed["kg_co2e_per_litre"], abs=0.01)
    assert told["saved"]["pounds"] == pytest.approx(saved_pence / 100, abs=0.01)
    assert told["net_pounds"] == pytest.approx((saved_pence - sensors_pence) / 100, abs=0.01)


def test_the_worked_example_of_the_documentation_is_what_the_product_says_of_such_a_town(town: Town) -> None:
    told = town.asked(f"/v1/savings/{town.council}/2026-03.csv").text.replace("\r\n", "\n")
    example = told.replace(f"{town.council}-", "").replace(town.council, "Q1")
    assert f"```csv\n{example}```" in (Path(__file__).parents[2] / "docs/savings.md").read_text()


def test_a_committee_can_check_each_visit_of_the_schedule_by_the_calendar(town: Town) -> None:
    for line in (line for line in lines_of(town) if line["line"] == "bin"):
        days = (date.fromisoformat(line["service_date"]) - date.fromisoformat(line["counted_from"])).days + 1
        every = float(line["visit_every_days"])
        assert line["due"] == ("true" if int(days / every) > int((days - 1) / every) else "false")


def test_overflows_and_what_is_not_known_stand_beside_the_saving(town: Town) -> None:
    told = town.month()
    assert (told["days"], told["days_counted"], told["days_not_driven"]) == (3, 2, 1)
    assert (told["bin_days_overflowed"], told["bin_days_measured"], told["bin_days"]) == (1, 3, 6)
    assert told["complaints"] is None
    assert [(ward["name"], ward["schedule_visits"], ward["planned_visits"]) for ward in told["wards"]] == [("Quay", 4, 2)]


def test_the_months_come_as_a_table_too(town: Town) -> None:
    (row,) = csv.DictReader(io.StringIO(town.asked(f"/v1/savings.csv?council={town.council}").text))
    assert (row["month"], row["saved_visits"], row["complaints"]) == ("2026-03", "2", "")
    assert float(row["net_pounds"]) == town.month()["net_pounds"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/savings/{}/2026-04", 404), ("/v1/savings/nowhere/2026-03", 404), ("/v1/savings/{}/March", 422)],
)
def test_a_month_that_there_is_not_is_said_so(path: str, status: int, town: Town) -> None:
    assert town.asked(path.format(town.council)).status_code == status


def test_the_command_line_says_the_same(town: Town) -> None:
    asked = ["savings", "--council", town.council, "--month", "2026-03"]
    runner = CliRunner(env={"STREETS_DATABASE_URL": town.office.url})
    (month,) = json.loads(runner.invoke(app, [*asked, "--json"]).stdout)["months"]
    assert month == {name: value for name, value in town.month().items() if name != "wards"}
    assert "2 of 3 days counted" in runner.invoke(app, asked).stdout


@pytest.mark.parametrize("path", ["/savings", "/savings/{}/2026-03"])
def test_the_public_pages_break_no_rule_of_wcag_and_fit_a_phone(
    path: str, town: Town, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page()
    for width_px, lang in ((320, ""), (320, "/cy"), (1280, "")):
        page.set_viewport_size({"width": width_px, "height": 800})
        answer = page.goto(town.office.site + lang + path.format(town.council))
        assert answer is not None and answer.status == 200
        assert (axe(page), overflow_px(page)) == ([], 0)
    page.close()


def test_an_officer_changes_an_assumption_and_the_month_that_is_over_says_so(officer: Page, own: Town) -> None:
    before = own.month()
    officer.fill("#pence_per_crew_hour", "£90.00")
    officer.fill("#from-month", "3")
    officer.fill("#from-year", "2026")
    officer.fill("#note", "Budget book 2026, page 12")
    officer.click("text=Keep these assumptions")
    main = officer.locator("main")
    expect(main).to_contain_text("Jo Jones")
    after = own.month()
    # Only the hours cost more, twice as much.
    hours = before["saved"]["hours"]
    assert after["net_pounds"] - before["net_pounds"] == pytest.approx(45 * hours, abs=0.1)
    assert after["assumptions"]["version"] == 2
    assert after["recomputed"]["net_pounds_before"] == before["net_pounds"]
    officer.goto(f"{own.office.site}/savings/{own.council}/2026-03")
    expect(main).to_contain_text("Budget book 2026")
    expect(main).to_contain_text("Worked out anew")
    expect(main).not_to_contain_text("Jo Jones")
    assert "Jo Jones" not in own.asked(f"/v1/savings?council={own.council}").text


def test_rounds_that_cost_more_than_they_save_are_said_to(own: Town) -> None:
    with own.office.database.transaction() as conn:
        dear = Assumptions(pence_per_sensor_month=100_000)
        savings.assume(conn, own.council, FIRST.replace(day=1), dear, "Jo Jones", clock.now(), "Contract")
    # Six sensor-days of a month of 31 at £1,000 and £4.50 each, less £8.18 of crew and vehicle.
    assert f"{6 / 31 * 1004.50 - 8.18:,.0f}" == "186"
    assert "With the sensors that costs £186 more." in own.asked("/savings").text


def test_assumptions_from_a_later_month_on_leave_earlier_months_as_they_were(officer: Page, own: Town) -> None:
    before = own.month()
    officer.fill("#pence_per_km", "99")
    officer.fill("#from-month", "4")
    officer.fill("#from-year", "2026")
    officer.fill("#note", "New vans")
    officer.click("text=Keep these assumptions")
    expect(officer.locator("main")).to_contain_text("Jo Jones")
    assert own.month() == before


def test_what_is_wrong_with_a_form_is_told_beside_the_field_and_nothing_typed_is_lost(officer: Page, own: Town) -> None:
    officer.fill("#pence_per_crew_hour", "a lot")
    officer.fill("#hardware_lasts_months", "0")
    officer.click("text=Keep these assumptions")
    expect(officer.locator(".govuk-error-summary__list li")).to_have_count(3)
    expect(officer.locator("#pence_per_crew_hour")).to_have_value("a lot")
    expect(officer.locator("#pence_per_crew_hour-error")).to_be_visible()
    assert own.month()["assumptions"]["version"] == 1


def test_an_officer_tells_a_months_complaints_and_corrects_them(officer: Page, own: Town) -> None:
    lines = officer.locator("table", has_text="Contact centre").locator("tbody tr")
    for told, number in enumerate(("12", "14"), start=1):
        officer.fill("#of-month", "3")
        officer.fill("#of-year", "2026")
        officer.fill("#complaints", number)
        officer.fill("#source", "Contact centre")
        officer.click("text=Keep this number")
        expect(lines).to_have_count(told)
    assert own.month()["complaints"] == 14


def test_crews_and_strangers_change_no_assumption(town: Town) -> None:
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {town.secret('crew')}"}, 403)):
        answer = httpx.post(f"{town.office.site}/officer/savings/assumptions", headers=headers, data={"note": "mine"})
        assert answer.status_code == status


def test_the_officers_page_breaks_no_rule_of_wcag(town: Town, browser: Browser, axe: Callable[[Page], list[str]]) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    sign_in(page, town.office.site, town.secret())
    for lang in ("", "/cy"):
        page.goto(f"{town.office.site}{lang}/officer/savings")
        assert (axe(page), overflow_px(page)) == ([], 0)
    page.click("main form button >> nth=0")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert (axe(page), overflow_px(page)) == ([], 0)
    context.close()
