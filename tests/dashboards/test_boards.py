"""Boards are checked without Grafana: their form, and every query on a real database as the role that Grafana uses."""

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dashboards.boards import BOARDS, board_json
from dashboards.query import QUERIES

VARIABLES = {"ward": "ward_choice", "place": "place_choice"}


def panels(name: str) -> list[dict[str, Any]]:
    return json.loads(board_json(name))["panels"]


def queries() -> list[str]:
    return sorted(path.relative_to(QUERIES).with_suffix("").as_posix() for path in QUERIES.rglob("*.sql"))


def expanded(name: str) -> str:
    """The query as Grafana would send it, with every ward and place chosen."""
    sql = (QUERIES / f"{name}.sql").read_text()
    sql = re.sub(r"\$__timeFilter\(([^()]+)\)", r"\1 BETWEEN '2026-01-01T00:00:00Z' AND '2026-12-31T00:00:00Z'", sql)
    return sql.replace("${ward:sqlstring}", "'E05000001','none'").replace("${place:sqlstring}", "'high-street'")


@pytest.fixture
def reader(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, options="-c role=board_reader", autocommit=True) as conn:
        yield conn


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_has_an_id_a_title_a_description_and_our_data_source(name: str) -> None:
    ids = [panel["id"] for panel in panels(name)]
    assert len(set(ids)) == len(ids) > 0
    for panel in panels(name):
        assert panel["title"] and panel["description"]
        assert panel["datasource"] == {"type": "grafana-postgresql-datasource", "uid": "streets"}
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["fieldConfig"]["defaults"]["noValue"] == "not known"


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_offers_every_choice_that_its_queries_use(name: str) -> None:
    board = json.loads(board_json(name))
    offered = {variable["name"] for variable in board.get("templating", {}).get("list", [])}
    used = set(re.findall(r"\$\{(\w+):sqlstring\}", json.dumps(board["panels"])))
    assert used == offered
    assert not re.search(r"\$\{?(ward|place)\b(?!:sqlstring)", json.dumps(board["panels"])), "a choice must be quoted as SQL"


@pytest.mark.parametrize("name", BOARDS)
def test_panels_over_time_look_at_the_chosen_time_only(name: str) -> None:
    for panel in panels(name):
        if panel["type"] == "timeseries" and panel["title"] != "Coverage of each hour":
            assert "$__timeFilter(" in panel["targets"][0]["rawSql"], panel["title"]


def test_no_map_calls_another_company_s_server() -> None:
    for name in BOARDS:
        for panel in panels(name):
            if panel["type"] == "geomap":
                assert panel["options"]["basemap"]["config"]["src"] == "public/maps/countries.geojson"
                assert panel["options"]["layers"][0]["location"] == {"mode": "coords", "latitude": "lat", "longitude": "lon"}


def test_every_query_is_used_by_a_board() -> None:
    everything = "\n".join(board_json(name) for name in BOARDS)
    for name in queries():
        sql = (QUERIES / f"{name}.sql").read_text().strip()
        assert json.dumps(sql)[1:-1] in everything, f"{name} is on no board"


@pytest.mark.parametrize("name", queries())
def test_every_query_runs_as_the_role_that_reads_boards(name: str, reader: psycopg.Connection[Any]) -> None:
    reader.execute(expanded(name))


@pytest.mark.parametrize("table", ["bin", "token", "bump", "stop_event", "uplink", "reject", "installation"])
def test_the_role_that_reads_boards_reads_no_table(table: str, reader: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(f"SELECT * FROM public.{table}")  # noqa: S608 - names from the list above


@pytest.mark.timescale
def test_every_query_runs_on_timescaledb_too(timescale_url: str) -> None:
    with psycopg.connect(timescale_url, options="-c role=board_reader", autocommit=True) as conn:
        for name in queries():
            conn.execute(expanded(name))
