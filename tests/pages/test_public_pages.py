"""Every public page, in both languages, on a phone and on a desk."""

from collections.abc import Callable

import pytest
from browsing import overflow_px
from playwright.sync_api import Browser, Page

PAGES = ("/", "/bins", "/potholes", "/wards", "/data", "/accessibility", "/privacy", "/docs", "/sign-in", "/nothing-here")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "cy"])
def test_a_page_is_accessible_and_fits_a_phone(path: str, lang: str, site: str, browser: Browser, axe: Callable[[Page], list[str]]) -> None:
    page = browser.new_page()
    for width_px in (320, 1280):
        page.set_viewport_size({"width": width_px, "height": 800})
        page.goto(f"{site}{'/cy' if lang == 'cy' else ''}{path}")
        page.screenshot(path=f"build/shots{path.replace('/','_')}_{lang}_{width_px}.png", full_page=True)
        assert axe(page) == []
        assert overflow_px(page) == 0
        assert page.get_attribute("html", "lang") == lang
    page.close()
