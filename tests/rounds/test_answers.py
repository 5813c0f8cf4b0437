"""Programs are told what the description of the API says; and every table is safe in a spreadsheet, and described."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from small_town import DAY

from api import column_words
from api.app import PAGE_ROUTERS
from streets import clock
from streets.assets.tables import TABLES
from streets.planning.day import LONDON
from tests.office import Office

DOCS = Path(__file__).parent.parent.parent / "docs"
FORMULA = re.compile(r"[=+@\t\r]|-(?![0-9.])")
"""How a cell begins that a spreadsheet would run; a number may be below zero."""


@pytest.fixture(scope="module")
def callers(whole_office: Office) -> Iterator[dict[str, httpx.Client]]:
    """Officers of both towns."""
    towns = {council: whole_office.caller(council) for council in ("rivermouth", "smalltown")}
    yield towns
    for each in towns.values():
        each.close()


@pytest.fixture(scope="module")
def described(callers: dict[str, httpx.Client]) -> dict[str, Any]:
    found: dict[str, Any] = callers["rivermouth"].get("/openapi.json").json()
    return found


def one_of(office: Office, query: str) -> str:
    """What a query finds first."""
    with office.database.transaction() as conn:
        return str(conn.execute(query).fetchall()[0][0])  # type: ignore[arg-type]


def addresses(office: Office, path: str) -> list[tuple[str, str]]:
    """Addresses of a path with whom to ask as: one in each town that has such a thing."""
    tomorrow = (clock.now().astimezone(LONDON) + timedelta(days=1)).date()
    round_id = one_of(office, "SELECT round_id FROM round WHERE superseded_at IS NULL AND service_date > '2026-03-10'")
    run_id = one_of(office, "SELECT run_id FROM planning_run WHERE kind = 'frontier' AND state = 'done'")
    sensor = one_of(office, "SELECT installation_id FROM installation WHERE bin_id = 'B3'")
    ways = {
        "{bin_id}": [("rivermouth", "B1"), ("rivermouth", "B3"), ("smalltown", "smalltown-one")],
        "{place_id}": [("rivermouth", "market")],
        "{site_id}": [("rivermouth", "P1")],
        "{ward_code}": [("rivermouth", "E05000001")],
        "{council}/{month}": [("smalltown", f"smalltown/{DAY:%Y-%m}")],
        "{council}/{tool}": [("rivermouth", "rivermouth/rounds"), ("smalltown", "smalltown/potholes")],
        "{counter_id}": [("rivermouth", "C1")],
        "{device}": [("rivermouth", "24e124000000c001"), ("rivermouth", "dev-B4")],
        "{kind}": [("smalltown", kind.value) for kind in TABLES],
        "{of}": [("smalltown", round_id), ("smalltown", tomorrow.isoformat())],
        "{round_id}": [("smalltown", round_id)],
        "{run_id}": [("smalltown", run_id)],
        "{installation_id}": [("rivermouth", sensor)],
    }
    name = next((each for each in ways if each in path), None)
    if name is None:
        more = "?place=market" if "footfall" in path else ""
        return [(council, path + more) for council in ("rivermouth", "smalltown")]
    return [(council, path.replace(name, value)) for council, value in ways[name]]


def test_every_success_under_v1_has_a_shape(described: dict[str, Any]) -> None:
    bare = [
        f"{method} {path} {status}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and path.startswith("/v1")
        if not any(each.get("schema") for each in answer.get("content", {}).values())
    ]
    assert bare == []


def test_real_answers_have_the_shapes_that_the_description_says(
    whole_office: Office, callers: dict[str, httpx.Client], described: dict[str, Any]
) -> None:
    wrong: dict[str, list[str]] = {}
    looked_at = set()
    for path, operations in described["paths"].items():
        contents = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for kind in {"application/json", "application/geo+json"} & set(contents):
            if not path.startswith("/v1"):
                continue
            checked = Draft202012Validator({**contents[kind]["schema"], "components": described["components"]})
            for council, address in addresses(whole_office, path):
                answer = callers[council].get(address)
                assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind), address
                if faults := [f"{fault.json_path}: {fault.message[:200]}" for fault in checked.iter_errors(answer.json())]:
                    wrong[address] = faults
                looked_at.add(path)
    assert wrong == {}
    assert len(looked_at) >= 30


def test_what_officers_write_is_answered_in_the_shape_that_the_description_says(
    callers: dict[str, httpx.Client], described: dict[str, Any]
) -> None:
    officer = callers["smalltown"]
    order = {"bin_id": "smalltown-one", "must": True, "why": "other", "note": "Look", "from_date": DAY.isoformat()}
    told = officer.post("/v1/orders", json=order)
    bins = officer.get("/v1/assets/files/bins.csv").text
    asked = [
        ("/v1/orders", "post", "201", told),
        ("/v1/orders/{order_id}", "delete", "200", officer.delete(f"/v1/orders/{told.json()['order_id']}")),
        ("/v1/assets/files/{kind}", "post", "200", officer.post("/v1/assets/files/bins", content=bins.replace("One", "1"))),
    ]
    for path, method, status, answer in asked:
        schema = described["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
        assert str(answer.status_code) == status, answer.text
        Draft202012Validator({**schema, "components": described["components"]}).validate(answer.json())


def columns_described() -> set[str]:
    """Every column that has words: on /data, and in the documents of officers' files and of savings."""
    open_sets = [value for name, value in vars(column_words).items() if name.isupper() and isinstance(value, dict)]
    documents = (DOCS / "downloads.md").read_text() + (DOCS / "savings.md").read_text()
    return {column for each in open_sets for column in each} | set(re.findall(r"`(\w+)`", documents))


def test_every_table_is_safe_in_a_spreadsheet_and_each_of_its_columns_is_described(
    whole_office: Office, callers: dict[str, httpx.Client], described: dict[str, Any]
) -> None:
    """A bin is called =1+1, a van @Van, and an order says -Market."""
    known = columns_described() | {column for table in TABLES.values() for column in table.columns}
    unsafe, unknown, apostrophes = {}, {}, 0
    paths = [path for path in described["paths"] if path.endswith(".csv")]
    paths += [
        route.path for router in PAGE_ROUTERS for route in router.routes if str(getattr(route, "path", "")).endswith(".csv")
    ]
    for path in paths:
        for council, address in addresses(whole_office, path):
            answer = callers[council].get(address)
            assert answer.status_code == 200, (address, answer.text)
            assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8"), address
            assert "attachment" in answer.headers["Content-Disposition"], address
            header, *lines = csv.reader(io.StringIO(answer.text))
            if missing := set(header) - known:
                unknown[path] = missing
            if running := [cell for line in lines for cell in line if FORMULA.match(cell)]:
                unsafe[address] = running
            apostrophes += sum(cell.startswith(("'=", "'@", "'-")) for line in lines for cell in line)
    assert (unsafe, unknown) == ({}, {})
    assert len(paths) >= 20 and apostrophes >= 5
