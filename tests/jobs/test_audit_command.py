"""`streets audit` by hand."""

import json

from typer.testing import CliRunner

from cli.main import app
from tests.jobs.week import END, Town, said_by_bin


def test_a_range_is_audited_by_hand_and_the_second_time_finds_nothing(plain_town: Town, database_url: str) -> None:
    plain_town.hears(said_by_bin())
    plain_town.works()
    plain_town.does("DELETE FROM bin_fill WHERE observed_at = '2026-06-13T00:00Z'")
    asked = ["audit", "--from", "2026-06-12", "--to", END.date().isoformat()]
    env = {"STREETS_DATABASE_URL": database_url}
    first = CliRunner().invoke(app, [*asked, "--json"], env=env)
    assert first.exit_code == 0, first.output
    assert [(one["day"], one["what"]) for one in json.loads(first.stdout)["found"] if one["differed"]] == [
        ("2026-06-13", "fills")
    ]
    second = CliRunner().invoke(app, asked, env=env)
    assert second.exit_code == 0
    assert second.stderr.endswith("of 4 days, 0 differed, 0 repaired\n")


def test_a_range_that_ends_before_it_begins_is_refused(database_url: str) -> None:
    asked = ["audit", "--from", "2026-06-12", "--to", "2026-06-11"]
    assert CliRunner().invoke(app, asked, env={"STREETS_DATABASE_URL": database_url}).exit_code == 2
