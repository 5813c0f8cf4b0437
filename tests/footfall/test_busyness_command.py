import json
import os

from typer.testing import CliRunner

from cli.main import app
from streets import clock
from streets.store.database import Database
from tests.footfall.street import two_counters


def run(database_url: str, *words: str) -> str:
    surroundings = {**os.environ, "STREETS_DATABASE_URL": database_url}
    result = CliRunner().invoke(app, list(words), env=surroundings, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_busyness_now_is_told_as_text_and_as_json(database: Database, database_url: str) -> None:
    with database.transaction() as conn:
        two_counters(conn, clock.now())
    assert run(database_url, "busyness", "now") == "high-street  not_known  no_recent_readings  0/2 counters\n"
    (place,) = json.loads(run(database_url, "busyness", "now", "--json"))
    assert (place["place_id"], place["level"], place["count"]) == ("high-street", "not_known", None)


def test_potholes_are_listed_as_text_and_as_json(database_url: str) -> None:
    assert run(database_url, "potholes", "list") == ""
    assert json.loads(run(database_url, "potholes", "list", "--json")) == {"potholes": [], "withheld": {}}
