"""The application on a database of its own, and those who ask it: programs with a token, and people who sign in by a browser."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import httpx
from browsing import served, sign_in
from playwright.sync_api import Browser, Page

from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from streets import clock
from streets.settings import settings_of
from streets.store import tokens
from streets.store.database import Database

# Nothing is encrypted here, and the certificates of the world take longer to load than an answer.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Office:
    """The application at `site`, and its database at `url`, open as its owner."""

    site: str
    url: str
    database: Database

    def secret(self, council: str = "rivermouth", role: str = "officer") -> str:
        """A new token, by which somebody of the council signs in."""
        with self.database.transaction() as conn:
            return tokens.create(conn, council, role, "j.jones", clock.now(), days=1)[0]

    def caller(self, council: str = "rivermouth", role: str = "officer") -> httpx.Client:
        """A program of the council."""
        headers = {"Authorization": f"Bearer {self.secret(council, role)}"}
        return httpx.Client(base_url=self.site, headers=headers, timeout=30, verify=NO_CERTIFICATES)

    @contextmanager
    def signed_in(self, browser: Browser, width_px: int = 1280, role: str = "officer", **more: Any) -> Iterator[Page]:
        """A browser in which an officer of rivermouth, or the operator, has signed in."""
        context = browser.new_context(viewport={"width": width_px, "height": 900}, **more)
        page = context.new_page()
        council = "" if role == "operator" else "rivermouth"
        sign_in(page, self.site, self.secret(council, role))
        yield page
        context.close()


@contextmanager
def opened_office(databases: Any, broker: EmbeddedBroker) -> Iterator[Office]:
    """An office whose database is empty: fill it."""
    with databases.copy() as url:
        told = {
            "STREETS_DATABASE_URL": url,
            "STREETS_MQTT_URL": broker.url("everyone"),
            "STREETS_SECRET_KEY": token_hex(32),
        }
        with opened(url, "postgres", size=2) as database, served(settings_of(told)) as site:
            yield Office(site, url, database)
