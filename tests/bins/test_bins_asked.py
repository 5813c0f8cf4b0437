"""Bins asked over HTTP, from stored readings to JSON, GeoJSON, CSV and pages in both languages."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from browsing import served
from typer.testing import CliRunner

from cli.main import app
from streets import clock
from streets.settings import Settings
from tests.bins.street_of_bins import Street

HOUR = timedelta(hours=1)


@pytest.fixture
def asking(street: Street, settings: Settings) -> Iterator[httpx.Client]:
    """B1 half full, B2 silent since it was full, B3 tilted, B4 without a sensor."""
    now = clock.now()
    for bin_id in ("B1", "B2", "B3"):
        street.bin(bin_id)
    street.bin("B4", sensor=False)
    street.fills_steadily("B1", days=14, pct_per_h=2, until=now - 26 * HOUR)
    for hour in range(25, -1, -1):
        street.says("B1", now - hour * HOUR, 2 * (25 - hour))
    street.fills_steadily("B2", days=10, pct_per_h=1, until=now - 30 * HOUR)
    street.says("B3", now - HOUR / 2, 50, tilted=True)
    street.run_jobs(now)
    with served(settings) as url, httpx.Client(base_url=url) as client:
        yield client


def test_every_bin_is_listed_with_its_fill_or_why_it_is_not_known(asking: httpx.Client) -> None:
    told = {one["bin_id"]: one for one in asking.get("/v1/bins").json()["bins"]}
    assert {name: (one["state"], one["not_measurable"]) for name, one in told.items()} == {
        "B1": ("measured", None),
        "B2": ("silent", None),
        "B3": ("not_measurable", "tilted"),
        "B4": ("no_sensor", None),
    }
    assert (told["B1"]["fill_pct"], told["B1"]["about_pct"]) == (50, 50)
    assert told["B1"]["age_s"] < 60
    assert told["B1"]["full_at_early"] < told["B1"]["full_at"] < told["B1"]["full_at_late"]
    assert all(told[name]["fill_pct"] is None and told[name]["about_pct"] is None for name in ("B2", "B3", "B4"))
    assert told["B2"]["overflow_24h"] > 0
    assert told["B4"]["overflow_24h"] is None


def test_a_list_can_be_narrowed_and_bad_conditions_are_told(asking: httpx.Client) -> None:
    def found(query: str) -> list[str]:
        return [one["bin_id"] for one in asking.get(f"/v1/bins?{query}").json()["bins"]]

    assert found("ward=E1") == ["B1", "B2", "B3", "B4"]
    assert found("ward=E2") == found("council=elsewhere") == found("bbox=0,54,1,55") == []
    assert found("min_fill=40") == ["B1"]
    assert found("bbox=-2,54,-1,55&min_fill=0") == ["B1"]
    for query in ("bbox=1,2,3", "bbox=a,b,c,d", "bbox=3,0,1,1", "bbox=nan,0,1,1", "min_fill=101", "min_fill=half"):
        refused = asking.get(f"/v1/bins?{query}")
        assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json"), query
        assert query.partition("=")[0] in refused.json()["detail"]


def test_an_unknown_bin_is_a_problem_for_programs_and_a_page_for_people(asking: httpx.Client) -> None:
    for path in ("/v1/bins/B9", "/v1/bins/B9/readings", "/v1/bins/B9/readings.csv"):
        answer = asking.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert "B9" in answer.json()["detail"]
    page = asking.get("/bins/B9")
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (404, "text/html")


def test_readings_carry_reasons_and_are_bounded(asking: httpx.Client) -> None:
    (only,) = asking.get("/v1/bins/B3/readings").json()["readings"]
    assert (only["fill_pct"], only["not_measurable"]) == (None, "tilted")
    assert len(asking.get("/v1/bins/B1/readings").json()["readings"]) == 7 * 24
    table = list(csv.DictReader(io.StringIO(asking.get("/v1/bins/B3/readings.csv").text)))
    assert [(row["fill_pct"], row["not_measurable"]) for row in table] == [("", "tilted")]
    for query in (
        "since=2020-01-01T00:00:00Z",
        "since=2026-01-01T00:00:00",
        "since=2999-01-01T00:00:00Z",
        "since=yesterday",
        "until=0001-01-01T00:00:00Z",
    ):
        assert asking.get(f"/v1/bins/B1/readings?{query}").status_code == 422, query


def test_the_faces_of_bins_hold_the_same_bins(asking: httpx.Client) -> None:
    table = list(csv.DictReader(io.StringIO(asking.get("/v1/bins.csv").text)))
    assert [row["bin_id"] for row in table] == ["B1", "B2", "B3", "B4"]
    assert [row["fill_pct"] for row in table] == ["50.0", "", "", ""]
    answer = asking.get("/v1/bins.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    points = answer.json()
    assert points["type"] == "FeatureCollection"
    assert [point["id"] for point in points["features"]] == ["B1", "B2", "B3", "B4"]
    assert points["features"][0]["geometry"] == {"type": "Point", "coordinates": [-1.5, 54.5]}
    assert points["features"][1]["properties"]["fill_pct"] is None


def test_nothing_private_is_told_of_a_bin(asking: httpx.Client) -> None:
    for path in ("/v1/bins", "/v1/bins/B1", "/v1/bins/B1/readings", "/v1/bins.csv", "/v1/bins.geojson", "/bins", "/bins/B1"):
        assert "dev-B1" not in asking.get(path).text


def test_the_list_says_about_how_full_and_why_not_known_in_both_languages(asking: httpx.Client) -> None:
    page, tudalen = asking.get("/bins").text, asking.get("/cy/bins").text
    for english, welsh in (
        ("About half full", "Tua hanner llawn"),
        ("Its sensor has fallen silent.", "Mae ei synhwyrydd wedi distewi."),
        ("the sensor is tilted", "gogwyddo"),
        ("This bin has no sensor.", "Does dim synhwyrydd yn y bin hwn."),
    ):
        assert english in page
        assert english not in tudalen
        assert welsh in tudalen
    assert "Empty" not in page.replace("Emptyings", "")


def test_the_list_can_be_asked_by_ward_state_and_street_without_javascript(asking: httpx.Client) -> None:
    def shows(query: str) -> list[str]:
        page = asking.get(f"/bins?{query}")
        assert page.status_code == 200
        return [bin_id for bin_id in ("B1", "B2", "B3", "B4") if f'href="/bins/{bin_id}"' in page.text]

    assert shows("state=silent") == ["B2"]
    assert shows("state=measured") == ["B1"]
    assert shows("ward=E1&search=by+b3") == ["B3"]
    assert shows("ward=E9") == []
    assert shows("state=nonsense&search=") == ["B1", "B2", "B3", "B4"]


def test_a_bins_page_tells_its_week_its_emptyings_and_its_forecast(asking: httpx.Client) -> None:
    page = asking.get("/bins/B1").text
    assert "About half full" in page
    assert "it is expected to be full around" in page
    assert "The chance that it is full within 24 hours is" in page
    assert page.count("street-chart__bar") == 7 * 24 / 3
    assert "Emptyings in the last 28 days" in page
    silent = asking.get("/cy/bins/B2").text
    assert "Mae ei synhwyrydd wedi distewi." in silent
    assert "nid ar ddarlleniad heddiw" in silent


def test_a_silent_bin_is_told_of_by_its_history_and_never_as_measured(asking: httpx.Client) -> None:
    """B2 rose by a point an hour until 30 hours ago, and is emptied when it holds 90."""
    silent = asking.get("/v1/bins/B2").json()
    assert (silent["state"], silent["fill_pct"], silent["rests_on"]) == ("silent", None, "readings")
    assert silent["age_s"] > 29 * 3600
    assert 0 <= silent["expected_low_pct"] < silent["expected_high_pct"] <= 100
    said = f"By its history it is now between {silent['expected_low_pct']}% and {silent['expected_high_pct']}% full"
    assert said in asking.get("/bins/B2").text
    assert "Yn ôl ei hanes" in asking.get("/cy/bins/B2").text
    assert "By its history" not in asking.get("/bins/B1").text + asking.get("/bins/B4").text


def test_the_command_line_tells_the_same_bins(asking: httpx.Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREETS_DATABASE_URL", settings.database_url)
    told = json.loads(CliRunner().invoke(app, ["bins", "forecast", "--json"]).stdout)["bins"]
    asked = asking.get("/v1/bins").json()["bins"]
    assert [{**one, "age_s": None} for one in told] == [{**one, "age_s": None} for one in asked]
    lines = CliRunner().invoke(app, ["bins", "forecast"]).stdout.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["B1", "50%"], ["B2", "silent"], ["B3", "tilted"], ["B4", "no_sensor"]]
