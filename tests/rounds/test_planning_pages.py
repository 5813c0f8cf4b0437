"""An officer plans by pages: days, runs, the frontier, prices and orders; without JavaScript, on a phone, in Welsh."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from browsing import overflow_px, sign_in
from playwright.sync_api import Browser, Page, expect
from small_town import Desk
from test_planning_runs import stands, until

from api.pages.words import Words


@pytest.fixture
def page(desk: Desk, browser: Browser) -> Iterator[Page]:
    """An officer of the desk's council, on a phone without JavaScript."""
    context = browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, desk.site, desk.secret("officer"))
    yield page
    context.close()


def ended(page: Page) -> None:
    """Look again, from the run's page on, until the run has ended."""
    expect(page).to_have_url(re.compile("/officer/rounds/runs/"))

    def look() -> bool:
        page.reload()
        return page.locator("progress").count() == 0

    until(look)


def test_an_officer_plans_a_day_again_and_sees_what_is_left_out(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.site}/officer/rounds")
    day = page.locator("h2", has=page.locator(f"a[href$='{desk.service_date}']"))
    expect(day.locator("+ p")).to_contain_text(
        "1 round, 2 bins to visit, 2.4 km; 1 bin left out. Version 1, planned by the clock"
    )
    day.locator("a").click()
    page.click("text=Plan this day again")
    ended(page)
    expect(page.locator("main")).to_contain_text("Planned: version 2 is in force.")
    page.click("text=The rounds, and what they leave out")
    main = page.locator("main")
    expect(main).to_contain_text("No forecast for that day, and its scheduled visit is not due")
    expect(main).to_contain_text("Of 1 more it is not known.")
    assert overflow_px(page) <= 0
    page.goto(f"{desk.site}/cy/officer/rounds/{desk.service_date}")
    expect(page.locator("h1")).to_contain_text("Rowndiau")


def test_what_is_wrong_is_told_beside_the_field_and_what_was_typed_is_kept(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.site}/officer/rounds/{desk.service_date}")
    page.fill("#what_if", "much")
    page.click("text=Show what it would do")
    expect(page.locator("#what_if-error")).to_contain_text("Give a number of pounds, such as 12.50.")
    expect(page.locator("#what_if")).to_have_value("much")
    expect(page.locator(".govuk-error-summary a")).to_have_attribute("href", "#what_if")


def test_a_run_that_waits_is_seen_and_cancelled_and_looks_again_by_itself_only_if_asked(desk: Desk, page: Page) -> None:
    run = stands(desk, uuid4(), heard_ago=-timedelta(minutes=5))
    page.goto(f"{desk.site}/officer/rounds/{desk.service_date}")
    page.click("text=Plan this day again")
    expect(page.locator(".govuk-error-summary")).to_contain_text("This day is being planned already.")
    page.click("text=See how far it is, or cancel it")
    expect(page.locator("main")).to_contain_text("It waits for its turn.")
    asked = desk.caller("officer")
    path = f"/officer/rounds/runs/{run.run_id}"
    assert "Refresh" not in asked.get(path).headers
    assert asked.get(f"{path}?every=5").headers["Refresh"] == "5"
    page.click("text=Cancel")
    expect(page.locator("main")).to_contain_text("It was cancelled by Jo. What was planned before stands.")
    assert overflow_px(page) <= 0


def test_the_frontier_is_drawn_and_a_price_of_it_becomes_the_council_s(desk: Desk, page: Page) -> None:
    """Two bins of which nothing is known but that they are due; each point is the best plan of all, so overflows never rise."""
    page.goto(f"{desk.site}/officer/rounds/{desk.service_date}")
    page.click("text=Draw the frontier")
    ended(page)
    expect(page.locator("svg[role=img] title")).to_have_text("What the rounds cost, and the overflows that they leave")
    rows = page.locator("main table tbody tr")
    expect(rows).to_have_count(9)
    expect(rows.filter(has_text="in force")).to_contain_text("£20.00")
    assert overflow_px(page) <= 0
    table = desk.caller("officer").get(page.locator("a[href$='.csv']").get_attribute("href") or "").text
    lines = list(csv.DictReader(io.StringIO(table)))
    assert [float(line["pence_per_overflow"]) for line in lines] == [100, 200, 400, 800, 1600, 2000, 3200, 6400, 12800]
    left = [float(line["expected_overflows"]) for line in lines]
    cost = [float(line["driving_pence"]) for line in lines]
    assert left == sorted(left, reverse=True) and cost == sorted(cost)
    for row, line in enumerate(lines):
        for column, name in ((1, "km"), (2, "hours"), (4, "expected_overflows")):
            expect(rows.nth(row).locator("td").nth(column)).to_have_text(line[name])
    rows.filter(has_text="£32.00").locator("a").click()
    expect(page.locator("#pence_per_overflow")).to_have_value("32")
    page.click("text=Keep these figures")
    expect(page.locator("main")).to_contain_text("An overflow is weighed at £32.00. The work at one bin costs £1.12, 90 seconds")
    expect(page.locator("main table").last).to_contain_text("Chosen from the frontier of")
    again = {"service_date": str(desk.service_date), "again": True}
    planned = desk.caller("officer").post("/v1/rounds", json=again).json()["rounds"][0]["settings"]
    assert (planned["prices"]["pence_per_overflow"], planned["service_s"]) == (3200, 90)


def test_a_wrong_price_is_refused_beside_its_field(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.site}/officer/dial")
    expect(page.locator("main")).to_contain_text("Assumptions of the software, not measured.")
    for field, value in {"pence_per_km": "-1", "service_s": "000012345", "applies_from": "2020-01-01"}.items():
        page.fill(f"#{field}", value)
    page.click("text=Keep these figures")
    wrong = page.locator(".govuk-error-message")
    expect(wrong).to_have_count(4)
    expect(page.locator("#pence_per_km")).to_have_value("-1")
    expect(page.locator("main")).to_contain_text("Assumptions of the software, not measured.")


@pytest.mark.parametrize("day", ["0001-01-01", "2020-01-01", "9999-12-31"])
def test_a_day_that_nobody_can_plan_is_shown_and_says_why(desk: Desk, day: str) -> None:
    officer = desk.caller("officer")
    assert officer.get(f"/officer/rounds/{day}").status_code == 200
    begun = officer.post(f"/officer/rounds/{day}/plan")
    assert begun.status_code == 303

    def ended_page() -> str | None:
        page = officer.get(begun.headers["location"]).text
        return page if "<progress" not in page else None

    told = until(ended_page)
    assert "No plan came of this." in told
    assert "too far ahead" in told or "are over" in told


def test_an_officer_orders_a_visit_and_forbids_one_and_both_are_followed_until_they_end(desk: Desk, page: Page) -> None:
    fresh, one = f"{desk.council}-fresh", f"{desk.council}-one"
    page.goto(f"{desk.site}/officer/orders?bin_id={fresh}x")
    page.select_option("#why", "complaint")
    page.click("text=Keep this order")
    expect(page.locator("#bin_id-error")).to_contain_text("Your council has no such bin in use.")
    page.fill("#bin_id", fresh)
    page.click("text=Keep this order")
    expect(page.locator("#note-error")).to_contain_text("Say what it is about")
    page.fill("#note", "wasps at the bench")
    page.click("text=Keep this order")
    card = page.locator(".govuk-summary-card")
    expect(card).to_contain_text("Must be visited: Complaint")
    officer = desk.caller("officer")
    body = {"bin_id": one, "must": False, "why": "works", "note": "dug up", "from_date": str(desk.service_date)}
    kept = officer.post("/v1/orders", json=body)
    assert kept.status_code == 201
    again = {"service_date": str(desk.service_date), "again": True}
    officer.post("/v1/rounds", json=again)
    shown = officer.get(f"/v1/rounds/{desk.round_id}").json()
    whys = {stop["bin_id"]: (stop["why"], stop["why_text"]) for stop in shown["stops"] if stop["bin_id"]}
    assert whys.pop(f"{desk.council}-two")[0] == "scheduled_no_forecast"
    assert whys == {fresh: ("must_complaint", "must be visited: a complaint (wasps at the bench)")}
    assert [left["why_text"] for left in shown["not_today"]] == ["cannot be visited: works in the street (dug up)"]
    assert officer.delete(f"/v1/orders/{kept.json()['order_id']}").json()["ended_by"] == "Jo"
    page.reload()
    card.locator("text=End this order").click()
    expect(page.locator("main")).to_contain_text("No order stands.")
    officer.post("/v1/rounds", json=again)
    shown = officer.get(f"/v1/rounds/{desk.round_id}").json()
    assert [(left["bin_id"], left["why"]) for left in shown["not_today"]] == [(fresh, "not_due")]


IMPOSSIBLE: list[dict[str, Any]] = [
    {"why": "whim"},
    {"note": ""},
    {"until_date": "2020-01-01"},
    {"must": False, "every_days": 7},
    {"every_days": 0},
    {"colour": "red"},
]


def test_an_impossible_order_is_refused_and_another_council_s_bin_is_not_found(desk: Desk) -> None:
    officer = desk.caller("officer")
    body = {"bin_id": f"{desk.council}-one", "must": True, "why": "hazard", "note": "glass", "from_date": str(desk.service_date)}
    assert {officer.post("/v1/orders", json={**body, **bad}).status_code for bad in IMPOSSIBLE} == {422}
    assert desk.caller("officer", desk.other).post("/v1/orders", json=body).status_code == 404
    order_id = officer.post("/v1/orders", json=body).json()["order_id"]
    assert desk.caller("officer", desk.other).delete(f"/v1/orders/{order_id}").status_code == 404
    assert desk.caller("officer", desk.other).get("/v1/orders").json() == {"orders": []}


def test_the_pages_break_no_rule_of_accessibility(desk: Desk, browser: Browser, axe: Callable[[Page], list[str]]) -> None:
    officer = desk.caller("officer")
    drawn = officer.post("/v1/rounds", json={"service_date": str(desk.service_date), "kind": "frontier"}).json()["run_id"]
    until(lambda: officer.get(f"/v1/rounds/runs/{drawn}").json()["ended_at"])
    body = {"bin_id": f"{desk.council}-one", "must": True, "why": "hazard", "note": "glass", "from_date": str(desk.service_date)}
    officer.post("/v1/orders", json=body)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, desk.site, desk.secret("officer"))
    waits = stands(desk, uuid4(), heard_ago=-timedelta(minutes=5))
    paths = ("", f"/{desk.service_date}", f"/runs/{drawn}", f"/runs/{waits.run_id}?every=15")
    for path in (*(f"/officer/rounds{each}" for each in paths), "/officer/dial", "/cy/officer/orders"):
        page.goto(desk.site + path)
        assert axe(page) == [], path
    context.close()


def test_why_no_plan_came_of_a_run_is_said_in_the_reader_s_language_and_told_to_programs_as_a_code(desk: Desk) -> None:
    """Rounds are planned 31 days ahead at most."""
    officer, day = desk.caller("officer"), desk.service_date + timedelta(days=31)
    refused = officer.post("/v1/rounds", json={"service_date": day.isoformat()})
    assert (refused.status_code, refused.json()["reason"]) == (409, "too_far_ahead")
    assert refused.json()["figures"] == {"day": day.isoformat(), "days": 31}
    run = re.search(r"/officer/rounds/runs/[0-9a-f-]+", officer.get(f"/officer/rounds/{day}").text)
    assert run is not None
    assert "is too far ahead: rounds are planned 31 days ahead at most." in officer.get(run[0]).text
    assert f"Mae {Words('cy').date(day)} yn rhy bell i ffwrdd" in officer.get(f"/cy{run[0]}").text
