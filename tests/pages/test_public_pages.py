"""Every public page, in both languages, on a phone and on a desk."""

from collections.abc import Callable

import httpx
import pytest
from browsing import overflow_px
from playwright.sync_api import Browser, Page, expect

PAGES = (
    "/",
    "/places/market",
    "/bins",
    "/bins/B1",
    "/potholes",
    "/record",
    "/wards",
    "/wards/E05000001",
    "/data",
    "/ledger",
    "/savings",
    "/docs",
    "/accessibility",
    "/privacy",
    "/sign-in",
    "/nothing-here",
)

FIRST_VIEW_LIMIT_BYTES = 50 * 1024


def in_language(path: str, lang: str) -> str:
    return path if lang == "en" else f"/cy{path}"


@pytest.mark.parametrize("lang", ["en", "cy"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_no_rule_of_wcag_and_fits_a_phone(
    path: str, lang: str, town: str, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page()
    for width_px in (320, 1280):
        page.set_viewport_size({"width": width_px, "height": 800})
        answer = page.goto(town + in_language(path, lang))
        assert answer is not None
        assert answer.status == (404 if path == "/nothing-here" else 200)
        assert axe(page) == []
        assert overflow_px(page) == 0
        expect(page.locator("html")).to_have_attribute("lang", lang)
    page.close()


@pytest.mark.parametrize("lang", ["en", "cy"])
def test_the_button_that_signs_in_is_as_accessible_as_a_page(
    lang: str, town: str, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page()
    page.goto(f"{town}{in_language('/sign-in', lang)}?token=x")
    expect(page).to_have_url(town + in_language("/sign-in", lang))
    assert axe(page) == []
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert axe(page) == []
    page.close()


def test_every_page_says_its_piece_without_javascript(town: str, browser: Browser) -> None:
    without_javascript = browser.new_context(java_script_enabled=False)
    page = without_javascript.new_page()
    for path in PAGES:
        page.goto(town + path)
        expect(page.locator("main h1")).not_to_be_empty()
    without_javascript.close()


def test_a_page_loads_nothing_that_its_own_policy_forbids_and_nothing_from_elsewhere(town: str, browser: Browser) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES[:-1]:
        page.goto(town + path)
    assert complaints == []
    assert [url for url in asked if not url.startswith(town)] == []
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_the_first_view_of_a_page_weighs_at_most_50_kb(path: str, town: str, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(town + path)
    page.close()
    weighed_bytes = 0
    for url in asked:
        with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as answer:
            weighed_bytes += sum(len(part) for part in answer.iter_raw())
    assert weighed_bytes <= FIRST_VIEW_LIMIT_BYTES


def test_the_other_language_of_a_page_is_one_link_away_and_keeps_the_question(town: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{town}/data?from=home")
    page.get_by_role("link", name="Cymraeg").click()
    expect(page).to_have_url(f"{town}/cy/data?from=home")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{town}/data?from=home")
    page.close()


def test_a_file_with_a_name_of_its_content_may_be_kept_for_ever(town: str) -> None:
    home = httpx.get(town).text
    address = home.split('rel="stylesheet" href="')[1].split('"')[0]
    assert httpx.get(town + address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
