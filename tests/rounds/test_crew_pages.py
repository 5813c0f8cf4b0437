"""The round on a phone: plain forms first, then without a network, then on paper."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from browsing import overflow_px, sign_in
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from small_town import Desk

from streets import clock

EMPTIED = "#crew-next button[value=emptied]"
FULL = "#crew-next button[value='emptied/100']"


def signed_in(desk: Desk, browser: Browser, path: str = "", **phone: Any) -> tuple[BrowserContext, Page]:
    """A phone that no crew used before, on a page: the round's, unless told otherwise."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, **phone)
    page = context.new_page()
    sign_in(page, desk.site, desk.secret("crew"))
    page.goto(desk.site + (path or f"/crew/rounds/{desk.round_id}"))
    return context, page


@pytest.fixture
def phone(desk: Desk, browser: Browser) -> Iterator[Page]:
    context, page = signed_in(desk, browser)
    listens(page)
    yield page
    context.close()


@pytest.fixture
def plain_phone(desk: Desk, browser: Browser) -> Iterator[Page]:
    context, page = signed_in(desk, browser, java_script_enabled=False)
    yield page
    context.close()


def listens(page: Page) -> None:
    """Return when the page's script is there: until then a tap is a plain form's."""
    expect(page.locator("html")).to_have_attribute("data-listens", "yes")


def the_next(page: Page) -> Locator:
    return page.locator("#crew-next-name")


def next_stop(page: Page) -> str:
    """What the page says now: ask where no tap is under way."""
    return the_next(page).inner_text().strip()


def test_without_javascript_a_tap_leads_to_the_next_stop_and_undo_back(plain_phone: Page, desk: Desk) -> None:
    first = next_stop(plain_phone)
    plain_phone.click("#crew-next button[value='emptied/75']")
    expect(plain_phone.locator(".crew-progress")).to_have_text("1 of 2 done")
    expect(plain_phone).to_have_url(f"{desk.site}/crew/rounds/{desk.round_id}")
    expect(the_next(plain_phone)).not_to_have_text(first)
    assert [fill for _, _, fill in desk.emptyings()] == [75]
    plain_phone.click("#crew-undo button")
    expect(the_next(plain_phone)).to_have_text(first)
    assert desk.emptyings() == []


def test_a_round_done_to_the_end_says_so(plain_phone: Page) -> None:
    for number in (1, 2, 3):
        expect(the_next(plain_phone)).to_contain_text(str(number))
        plain_phone.click(EMPTIED)
    expect(plain_phone.locator("#crew-nothing")).to_be_visible()
    expect(plain_phone.locator("#crew-nothing")).to_have_text("Nothing left to do on this round")


def test_a_stop_can_be_told_of_out_of_order(plain_phone: Page) -> None:
    first = next_stop(plain_phone)
    plain_phone.click("#crew-stops li:nth-child(2) summary")
    plain_phone.click("#crew-stops li:nth-child(2) .crew-obstacles summary")
    plain_phone.click("#crew-stops li:nth-child(2) button[value=cannot_reach]")
    expect(plain_phone.locator("#crew-stops li:nth-child(2) .crew-state")).to_contain_text("cannot reach")
    expect(the_next(plain_phone)).to_have_text(first)


@pytest.mark.parametrize("kind", ["phone", "plain_phone"])
def test_why_a_stop_could_not_be_reached_is_told_with_and_without_javascript(kind: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(kind)
    page.click("#crew-next .crew-obstacles summary")
    page.click("#crew-next button[value='cannot_reach/road closed']")
    expect(page.locator("#crew-stops li:nth-child(1) .crew-state")).to_have_text("cannot reach: road closed")


def test_a_crew_is_told_of_a_fire_at_its_stop(plain_phone: Page, desk: Desk) -> None:
    with desk.database.transaction() as conn:
        conn.execute(
            "WITH first AS (SELECT bin_id, bin.council FROM round_stop JOIN bin USING (bin_id) WHERE round_id = %s"
            " ORDER BY position LIMIT 1), made AS (INSERT INTO device (device, council, model)"
            " SELECT 'burning', council, 'df702' FROM first RETURNING device_id), stands AS ("
            "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm)"
            " SELECT device_id, bin_id, '2020-01-01Z', 900, 300 FROM made, first)"
            " INSERT INTO device_alarm (device_id, kind, raised_at, told_at, received_at, late, tellings)"
            " SELECT device_id, 'fire', %s, %s, %s, false, 1 FROM made",
            (desk.round_id, *[datetime(2026, 3, 10, 4, tzinfo=UTC)] * 3),
        )
    plain_phone.reload()
    told = "Fire alarm since 4am on Tuesday 10 March. Do not open this bin; call 999 if you see smoke."
    expect(plain_phone.locator("#crew-next .crew-why").first).to_have_text(told)


ENHANCED = "axe.run({runOnly: {type: 'rule', values: ['color-contrast-enhanced']}})"


def test_the_crew_pages_are_accessible_fit_a_phone_and_can_be_read_in_the_sun(
    phone: Page, desk: Desk, axe: Callable[[Page], list[str]]
) -> None:
    pages = [f"{prefix}/crew{path}" for prefix in ("", "/cy") for path in ("", f"/rounds/{desk.round_id}")]
    for page, width_px in product(pages, (320, 1280)):
        phone.set_viewport_size({"width": width_px, "height": 800})
        phone.goto(desk.site + page)
        for part in phone.query_selector_all(".crew-part > summary"):
            part.click()
        assert axe(phone) == []
        assert [node["html"] for rule in phone.evaluate(ENHANCED)["violations"] for node in rule["nodes"]] == []
        assert overflow_px(phone) == 0


def test_what_a_thumb_taps_is_large(phone: Page) -> None:
    phone.click("#crew-next .crew-obstacles summary")  # What is folded away has no size.
    expect(phone.locator("#crew-next button[value=cannot_reach]")).to_be_visible()
    targets = phone.query_selector_all(
        "#crew-next button, #crew-next summary, #crew-next a, #crew-stops > li > details > summary, .crew-part > summary"
    )
    boxes = [box for target in targets if (box := target.bounding_box())]
    assert len(boxes) > 12
    assert min(min(box["height"], box["width"]) for box in boxes) >= 72


def test_without_a_network_taps_wait_survive_a_reload_and_are_sent_later(phone: Page, desk: Desk) -> None:
    phone.wait_for_selector("html[data-kept=yes]")
    phone.context.set_offline(True)
    first = next_stop(phone)
    phone.click(EMPTIED)
    expect(the_next(phone)).not_to_have_text(first)
    phone.click(EMPTIED)
    expect(phone.locator("#crew-waiting")).to_have_text("Taps waiting to be sent: 2")
    assert desk.emptyings() == []
    phone.reload()
    expect(phone.locator("#crew-waiting")).to_have_text("Taps waiting to be sent: 2")
    expect(the_next(phone)).to_have_text("3 Tip")
    expect(phone.locator(".crew-progress")).to_have_text("2 of 2 done")
    phone.context.set_offline(False)
    expect(phone.locator(".crew-progress")).to_have_text("2 of 2 done")
    phone.wait_for_selector("#crew-waiting", state="hidden")
    assert len(desk.emptyings()) == 2


def test_an_undo_without_a_network_takes_the_tap_back(phone: Page, desk: Desk) -> None:
    phone.wait_for_selector("html[data-kept=yes]")
    phone.context.set_offline(True)
    first = next_stop(phone)
    phone.click(EMPTIED)
    phone.wait_for_selector("#crew-undo:not([hidden])")
    phone.click("#crew-undo button")
    expect(the_next(phone)).to_have_text(first)
    phone.context.set_offline(False)
    expect(phone.locator("#crew-waiting")).to_be_hidden()
    assert desk.emptyings() == []


def test_a_tap_of_a_signed_out_phone_is_kept_until_someone_signs_in(phone: Page, desk: Desk) -> None:
    phone.context.clear_cookies()
    phone.click(EMPTIED)
    expect(phone.locator("#crew-waiting")).to_contain_text("Sign in again")
    assert desk.emptyings() == []


def test_signed_out_there_is_no_round_left_on_the_phone(phone: Page) -> None:
    phone.wait_for_selector("html[data-kept=yes]")
    phone.click("#crew-sign-out button")
    phone.wait_for_url("**/")
    assert phone.evaluate("caches.keys()") == []


def test_the_printed_sheet_has_a_box_to_tick_for_each_stop_and_the_way_back_to_the_page(phone: Page) -> None:
    phone.emulate_media(media="print")
    expect(phone.locator(".crew-print__box:visible")).to_have_count(3)
    expect(phone.locator(".crew-print__qr svg:visible")).to_have_count(1)
    expect(phone.locator("button:visible")).to_have_count(0)


def test_on_paper_nothing_lies_under_the_square_code_and_the_scale_to_mark_is_one_line(phone: Page) -> None:
    phone.set_viewport_size({"width": 703, "height": 1032})  # A4 without its margins
    phone.emulate_media(media="print")
    phone.evaluate("for (const part of document.querySelectorAll('.crew-title, .crew-progress')) part.append(' word'.repeat(40))")
    lines = """selector => [...document.querySelectorAll(selector)].flatMap(part => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return [...range.getClientRects()].map(({left, top, right, bottom}) => [left, top, right, bottom]);
    })"""
    left, _, _, bottom = phone.evaluate(lines, ".crew-print__qr")[0]
    words = phone.evaluate(lines, ".crew-title, .crew-progress")
    assert len(words) > 4
    assert [word for word in words if word[2] > left and word[1] < bottom] == []
    assert len(phone.evaluate(lines, ".crew-print tbody td:last-child")) == 2  # two bins; a tip has none


def test_a_page_of_another_council_is_not_found(phone: Page, desk: Desk) -> None:
    sign_in(phone, desk.site, desk.secret("officer", desk.other))
    answer = phone.goto(f"{desk.site}/crew/rounds/{desk.round_id}")
    assert answer is not None and answer.status == 404


def test_a_tap_stays_done_on_a_page_that_was_made_while_it_was_on_its_way(phone: Page, desk: Desk) -> None:
    """The server read the round before the tap was kept, and wrote a later time on the page; no newer page can be had."""
    address = f"**/crew/rounds/{desk.round_id}"
    phone.evaluate("() => { document.getElementById('crew-round').dataset.rendered = '2099-01-01T00:00:00Z' }")
    phone.context.route(address, lambda route: route.abort())
    with phone.expect_event("requestfailed", lambda request: request.url.endswith(desk.round_id)):
        phone.click(EMPTIED)
    expect(phone.locator(".crew-progress")).to_have_text("1 of 2 done")
    assert len(desk.emptyings()) == 1
    phone.context.unroute(address)
    phone.reload()
    expect(phone.locator(".crew-progress")).to_have_text("1 of 2 done")


def test_a_late_crew_is_told_how_late(phone: Page, desk: Desk) -> None:
    # The round is tomorrow's, so nobody is late; moved to an hour before now, the second stop is.
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        phone.click(EMPTIED)
    expect(phone.locator(".crew-progress")).to_have_text("1 of 2 done")
    expect(phone.locator(".crew-progress")).not_to_contain_text("behind")
    past: datetime = clock.now() - timedelta(hours=1)
    with desk.database.transaction() as conn:
        conn.execute("UPDATE round_stop SET eta = %s WHERE round_id = %s", (past, desk.round_id))
    phone.reload()
    expect(phone.locator(".crew-progress")).to_contain_text("1 hour behind the plan")


def other_phone(phone: Page) -> Page:
    """A second phone of the same crew, on the same page."""
    context = phone.context.browser.new_context(viewport={"width": 320, "height": 640})  # type: ignore[union-attr]
    context.add_cookies(phone.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(phone.url)
    listens(page)
    return page


def offline_and_back(phone: Page, taps: Callable[[], None]) -> None:
    phone.wait_for_selector("html[data-kept=yes]")
    phone.context.set_offline(True)
    taps()
    expect(phone.locator("#crew-waiting")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.locator("#crew-waiting")).to_be_hidden()


def test_the_list_of_rounds_makes_them_work_without_a_signal_before_one_was_opened(desk: Desk, browser: Browser) -> None:
    context, phone = signed_in(desk, browser, path="/crew")
    phone.wait_for_selector("html[data-kept=yes]")
    context.set_offline(True)
    phone.click("a[data-keep]")
    listens(phone)
    expect(the_next(phone)).to_have_text(re.compile("1 (One|Two)$"))
    phone.click(FULL)
    expect(phone.locator("#crew-waiting")).to_have_text("Taps waiting to be sent: 1")
    phone.goto(f"{desk.site}/crew")
    expect(phone.locator("#crew-waiting")).to_have_text("Taps waiting to be sent: 1")
    context.set_offline(False)
    expect(phone.locator("#crew-waiting")).to_be_hidden()
    assert [fill for _, _, fill in desk.emptyings()] == [100]
    context.close()


def test_taps_are_taken_back_one_after_the_other_without_a_network(phone: Page, desk: Desk) -> None:
    first = next_stop(phone)
    phone.click(FULL)
    expect(phone.locator(".crew-progress")).to_have_text("1 of 2 done")

    def taps() -> None:
        phone.click(FULL)
        expect(the_next(phone)).to_have_text("3 Tip")
        phone.click("#crew-undo button")
        expect(phone.locator("#crew-undo-what")).to_contain_text(first[2:])
        phone.click("#crew-undo button")
        expect(the_next(phone)).to_have_text(first)

    offline_and_back(phone, taps)
    expect(phone.locator(".crew-progress")).to_have_text("0 of 2 done")
    assert desk.emptyings() == []


def test_two_phones_on_one_round_see_each_others_taps_and_no_bin_is_emptied_twice(phone: Page, desk: Desk) -> None:
    other = other_phone(phone)
    first = next_stop(phone)
    other.wait_for_selector("html[data-kept=yes]")
    other.context.set_offline(True)
    other.click(FULL)
    phone.click("#crew-next button[value='emptied/75']")
    expect(phone.locator(".crew-progress")).to_have_text("1 of 2 done")
    other.context.set_offline(False)
    expect(other.locator(".crew-progress")).to_have_text("1 of 2 done")
    expect(other.locator("#crew-waiting")).to_be_hidden()
    expect(the_next(phone)).not_to_have_text(first)
    expect(the_next(other)).to_have_text(next_stop(phone))
    assert len(desk.emptyings()) == 1
    other.click(FULL)
    expect(other.locator(".crew-progress")).to_have_text("2 of 2 done")
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator(".crew-progress")).to_have_text("2 of 2 done")
    other.context.close()


def test_a_tap_made_while_a_new_plan_arrives_counts_and_the_new_plan_is_shown(phone: Page, desk: Desk) -> None:
    bin_name = next_stop(phone)[2:]

    def taps() -> None:
        phone.click(FULL)
        answer = desk.caller("officer").post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True})
        assert answer.status_code == 201

    offline_and_back(phone, taps)
    expect(phone.locator("#crew-news")).to_have_text("The plan has changed: look at the next stop again.")
    done = phone.locator("#crew-stops li[data-state=emptied]")
    expect(done.locator(".crew-stops__name")).to_have_text(bin_name)
    assert len(desk.emptyings()) == 1
    expect(phone).not_to_have_url(re.compile(desk.round_id))
    new = phone.url
    # The address on an old sheet of paper leads to the new plan, also past the phone's own keeper of pages.
    phone.goto(f"{desk.site}/crew/rounds/{desk.round_id}")
    expect(phone).to_have_url(new)


def test_that_the_plan_has_changed_stands_until_the_next_tap(phone: Page, desk: Desk) -> None:
    news, look = phone.locator("#crew-news"), "window.dispatchEvent(new Event('online'))"
    answer = desk.caller("officer").post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True})
    assert answer.status_code == 201
    phone.evaluate(look)
    expect(news).to_have_text("The plan has changed: look at the next stop again.")
    other = other_phone(phone)
    other.click(EMPTIED)
    expect(other.locator(".crew-progress")).to_have_text("1 of 2 done")
    phone.evaluate(look)
    expect(phone.locator(".crew-progress")).to_have_text("1 of 2 done")
    expect(news).to_be_visible()
    phone.click(EMPTIED)
    expect(news).to_be_hidden()
    other.context.close()


def test_a_phone_with_a_wrong_clock_tells_the_servers_time(desk: Desk, browser: Browser) -> None:
    context, page = signed_in(desk, browser)
    page.add_init_script("const real = Date.now; Date.now = () => real() - 7_200_000")
    page.goto(f"{desk.site}/crew/rounds/{desk.round_id}")
    listens(page)
    offline_and_back(page, lambda: page.click(FULL))
    with desk.database.transaction() as conn:
        asked = "SELECT e.at FROM crew_event e WHERE e.council = %s"
        (told_at,) = conn.execute(asked, (desk.council,)).fetchone() or (None,)
    assert told_at is not None and abs(clock.now() - told_at) < timedelta(minutes=1)
    context.close()


@pytest.mark.parametrize("kind", ["phone", "plain_phone"])
def test_a_bin_that_is_on_no_round_can_be_told_of_and_taken_back(kind: str, request: pytest.FixtureRequest, desk: Desk) -> None:
    page: Page = request.getfixturevalue(kind)
    page.click(".crew-part:has(#crew-off) > summary")
    page.click("#crew-off label")
    page.click(".crew-off__told button[value='emptied/50']")
    expect(page.locator("#crew-off .crew-state")).to_have_text("emptied")
    expect(page.locator("#crew-undo-what")).to_have_text("Fresh: emptied")
    expect(page.locator("#crew-waiting")).to_be_hidden()
    assert desk.emptyings() == [(f"{desk.council}-fresh", "crew", 50)]
    page.click("#crew-undo button")
    expect(page.locator("#crew-undo")).to_be_hidden()
    expect(page.locator("#crew-waiting")).to_be_hidden()
    assert desk.emptyings() == []


def test_enter_on_a_mark_tells_nothing(plain_phone: Page, desk: Desk) -> None:
    plain_phone.click(".crew-part:has(#crew-off) > summary")
    plain_phone.press("#crew-off input", "Space")
    plain_phone.press("#crew-off input", "Enter")
    expect(plain_phone).to_have_url(re.compile(r"\?"))  # the form's first button only shows the page again
    plain_phone.reload()
    expect(plain_phone.locator("#crew-off .crew-state")).to_have_text("")
    assert desk.emptyings() == []


def test_a_bin_must_be_marked_before_it_is_told_of(plain_phone: Page, desk: Desk) -> None:
    plain_phone.click(".crew-part:has(#crew-off) > summary")
    plain_phone.click(".crew-off__told button[value=emptied]")
    expect(plain_phone.locator(".govuk-error-summary a")).to_have_text("Mark the bin that you mean.")
    assert desk.emptyings() == []


def test_a_form_that_was_refused_leaves_a_page_that_can_be_loaded_again(phone: Page, desk: Desk) -> None:
    phone.click(".crew-part:has(#crew-again) > summary")
    phone.click("#crew-again button")
    expect(phone.locator(".govuk-error-summary a")).to_have_text("Say why the rest must be planned again.")
    expect(phone).to_have_url(f"{desk.site}/crew/rounds/{desk.round_id}")


def test_a_crew_plans_the_rest_again_and_what_is_done_stays(plain_phone: Page, desk: Desk) -> None:
    with desk.database.transaction() as conn:
        conn.execute("UPDATE round SET planned_at = planned_at - interval '5 minutes' WHERE council = %s", (desk.council,))
    first = next_stop(plain_phone)[2:]
    wrong = plain_phone.locator(".govuk-error-summary a")
    plain_phone.click(FULL)
    expect(plain_phone.locator(".crew-progress")).to_have_text("1 of 2 done")
    plain_phone.click(".crew-part:has(#crew-again) > summary")
    plain_phone.click("#crew-again button")
    expect(wrong).to_have_text("Say why the rest must be planned again.")
    plain_phone.click("#crew-again label[for=crew-why-vehicle_full]")
    plain_phone.select_option("#crew-again select", "full")
    plain_phone.click("#crew-again button")
    expect(plain_phone).not_to_have_url(re.compile(desk.round_id))
    said = plain_phone.locator("#crew-round")
    expect(said).to_contain_text("the vehicle is full sooner than expected", use_inner_text=True)
    expect(plain_phone.locator("#crew-stops li[data-state=emptied] .crew-stops__name")).to_have_text(first)
    # A full vehicle can take nothing more before it has tipped.
    expect(the_next(plain_phone)).to_have_text("2 Tip")
    plain_phone.click(".crew-part:has(#crew-again) > summary")
    plain_phone.click("#crew-again label[for=crew-why]")
    plain_phone.click("#crew-again button")
    expect(wrong).to_have_text("The day was planned less than a minute ago.")


def test_a_round_of_yesterday_is_still_shown_after_midnight_while_it_is_out(plain_phone: Page, desk: Desk) -> None:
    moved = """UPDATE round SET service_date = service_date - 2, ends_at = %s WHERE council = %s"""
    with desk.database.transaction() as conn:
        conn.execute(moved, (clock.now() - timedelta(hours=5), desk.council))
    plain_phone.goto(f"{desk.site}/crew")
    expect(plain_phone.locator("a[data-keep]")).to_have_count(1)
    expect(plain_phone.locator("main")).to_contain_text("Yesterday, still out")


def test_the_sheet_is_one_page_of_a4(phone: Page) -> None:
    pages = phone.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert pages == 1
