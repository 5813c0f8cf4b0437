"""Every page says everything in Welsh: what is right and what is wrong, to anyone, to crews and to officers."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from fastapi.routing import APIRoute
from jinja2 import nodes
from psycopg import sql

from api.app import PAGE_ROUTERS
from api.pages import render
from sensors.codec import models
from tests.office import Office
from tests.rounds.welsh_marks import NAMES, WORD, Texts, english, marks
from tests.rounds.whole_office import FILES

ROUTES = [route for router in PAGE_ROUTERS for route in router.routes if isinstance(route, APIRoute)]
NO_PAGES = {"/crew/worker.js", "/data.json", "/officer/devices/security.csv"}
SIGN_OUT = "/sign-out"
TIMES_EACH = 2
"""How many pages of one route and question are looked at."""
ANYONE = ("/cy/", "/cy/revisions", "/cy/record", "/cy/sign-in?token=x", "/cy/docs", "/cy/officer", "/cy/crew")
POSTED = ("/cy/sign-in", f"/cy/officer/rounds/runs/{UUID(int=0)}/cancel", "/cy/officer/suitability/1/override/end")
"""Where forms lead that stand on no page of these towns."""
CODES = re.compile(r"(^|_)(state|why|kind|reason|event|action|verdict|mode|seen_by|result|message|trouble|detail|settings)($|_)")
"""Columns of codes, and of texts of the software's own: where they are shown, there must be words for them."""
STREETS = {"North", "East", "South", "West"}
"""What small_streets calls its streets."""


def data_of(office: Office) -> set[str]:
    """Every text that is kept in a column of names, notes and the like, and what makers call their devices."""
    columns = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'"
    )
    found = {device.name for device in models().values()} | set(models()) | STREETS | {"j.jones"}
    with office.database.transaction() as conn:
        for table, column in conn.execute(columns).fetchall():
            if not CODES.search(column):
                asked = sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} <> ''")
                found |= {row[0] for row in conn.execute(asked.format(sql.Identifier(column), sql.Identifier(table)))}
    return found


class Ways(HTMLParser):
    """Where a page leads: its links, and its forms with their fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(told.get("href", "").split("#")[0])
        elif tag == "form" and told.get("method") == "post":
            self.forms.append((told.get("action", ""), {}))
        elif tag in ("input", "select", "textarea", "button") and self.forms and told.get("name"):
            self.forms[-1][1].setdefault(told["name"], told.get("value", ""))


def route_of(address: str, method: str) -> APIRoute | None:
    """The route that a Welsh address leads to."""
    path = urlsplit(address).path.removeprefix("/cy") or "/"
    return next((route for route in ROUTES if method in route.methods and route.path_regex.match(path)), None)


@dataclass
class Walk:
    """Somebody who follows every link in Welsh, and sends every form empty and with what no form takes."""

    client: httpx.Client
    data: set[str]
    english: dict[str, set[str]]
    asked: set[str]
    times: Counter[str] = field(default_factory=Counter)
    forms: dict[str, tuple[str, dict[str, str]]] = field(default_factory=lambda: {each: (each, {}) for each in POSTED})

    def look(self, method: str, address: str, route: APIRoute, **more: Any) -> str:
        answer = self.client.request(method, address, **more)
        assert answer.status_code < 500, (method, address, answer.text)
        self.asked.add(f"{method} {route.path}")
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return ""
        if found := english(answer.text, self.data):
            self.english.setdefault(f"{method} {route.path}", set()).update(found)
        return answer.text

    def from_(self, *starts: str) -> None:
        waiting, seen = deque(starts), set()
        while waiting:
            address = waiting.popleft()
            route, question = route_of(address, "GET"), re.sub("=[^&]*", "", urlsplit(address).query)
            if route is None or address in seen or self.times[f"{route.path}?{question}"] >= TIMES_EACH:
                continue
            seen.add(address)
            self.times[f"{route.path}?{question}"] += 1
            ways = Ways(self.look("GET", address, route))
            waiting.extend(link for link in ways.links if link.startswith("/cy"))
            self.forms |= {f"{route.path} {form[0]}": (form[0] or address, form[1]) for form in ways.forms}

    def send_forms(self) -> None:
        for address, fields in self.forms.values():
            route = route_of(address, "POST")
            assert route is not None, address
            self.data |= set(fields)
            for typed in ({}, dict.fromkeys(fields, ""), dict.fromkeys(fields, "~")):
                if route.path != SIGN_OUT:
                    self.look("POST", address, route, data=typed)


def test_no_page_says_anything_in_english(whole_office: Office) -> None:
    """Names of parts of an address are told as they stand there."""
    office = whole_office
    data, found, asked = data_of(office), dict[str, set[str]](), {f"POST {SIGN_OUT}"}
    data |= {part.alias for route in ROUTES for part in (*route.dependant.path_params, *route.dependant.body_params)}
    with marks():
        for council, role, starts in (
            (None, "", ANYONE),
            ("rivermouth", "officer", ("/cy/officer", "/cy/officer/assets/changes", "/cy/officer/rounds/x")),
            ("smalltown", "officer", ("/cy/officer", "/cy/officer/savings", "/cy/officer/transparency/rounds", *FILES)),
            ("smalltown", "crew", ("/cy/crew", "/cy/officer")),
        ):
            headers = {"Authorization": f"Bearer {office.secret(council, role)}"} if council else {}
            with httpx.Client(base_url=office.site, headers=headers, timeout=60) as client:
                walk = Walk(client, data, found, asked)
                walk.from_(*starts)
                walk.send_forms()
    assert found == {}
    there = {f"{method} {route.path}" for route in ROUTES for method in route.methods if route.path not in NO_PAGES}
    assert there - asked == set(), "nobody looked at these"


CLASSES = re.compile(r"[\w\s-]+__[\w\s-]+")
SHOWN = ("text", "html", "titleText", "visuallyHiddenText", "menuButtonText", "menuButtonLabel", "navigationLabel")
KNOWN = {word for name in NAMES for word in WORD.findall(name)}


def texts_of(template: nodes.Template) -> Iterator[str]:
    """The texts that a template shows as they are."""
    page = Texts()
    page.feed("0".join(each.data for each in template.find_all(nodes.TemplateData)))
    yield from page.found
    for pair in template.find_all(nodes.Pair):
        if isinstance(pair.key, nodes.Const) and pair.key.value in SHOWN and isinstance(pair.value, nodes.Const):
            yield str(pair.value.value)


def test_no_template_shows_a_text_that_is_not_translated() -> None:
    environment = render.environment("cy")
    found: dict[str, list[str]] = {}
    for path in sorted(render.TEMPLATES.glob("*.html")):
        texts = [text.strip() for text in texts_of(environment.parse(path.read_text()))]
        if wrong := [text for text in texts if set(WORD.findall(text)) - KNOWN and not CLASSES.fullmatch(text)]:
            found[path.name] = wrong
    assert found == {}
