"""The pages of bins and wards with data on them, in a real browser on a phone."""

from collections.abc import Callable
from datetime import timedelta

from browsing import overflow_px, served
from playwright.sync_api import Browser, Page, expect

from streets import clock
from streets.settings import Settings
from tests.bins.street_of_bins import Street

PAGES = ("/bins/B1", "/cy/bins/B2", "/cy/wards/E1")


def test_pages_with_data_are_accessible_and_fit_a_phone(
    street: Street, settings: Settings, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    now = clock.now()
    for bin_id in ("B1", "B2"):
        street.bin(bin_id)
    street.fills_steadily("B1", days=8, pct_per_h=2, until=now)
    street.fills_steadily("B2", days=3, pct_per_h=1, until=now - timedelta(hours=40))
    street.run_jobs(now)
    with served(settings) as url:
        page = browser.new_page(viewport={"width": 320, "height": 800})
        for path in PAGES:
            page.goto(url + path)
            assert (path, axe(page), overflow_px(page)) == (path, [], 0)
        page.close()


def test_the_list_is_asked_by_its_form_without_javascript(street: Street, settings: Settings, browser: Browser) -> None:
    street.bin("B1")
    street.bin("B2", sensor=False)
    street.run_jobs(clock.now())
    with served(settings) as url:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(url + "/bins")
        page.get_by_label("State").select_option("Without a sensor")
        page.get_by_role("button", name="Show bins").click()
        expect(page.get_by_role("rowheader")).to_have_text(["High Street, by B2 B2"], use_inner_text=True)
        page.context.close()
