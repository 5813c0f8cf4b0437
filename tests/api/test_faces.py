"""One resource as JSON, GeoJSON and CSV."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.faces import cell, csv_face, geojson_face, json_face


@dataclass(frozen=True, slots=True)
class Post:
    post_id: str
    name: str
    lat: float
    lon: float
    seen_at: datetime | None


POST = Post("P1", 'Market Place, "north"', 54.97, -1.5, datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=1))))


def text(face: object) -> str:
    return bytes(face.body).decode()  # type: ignore[attr-defined]


def test_a_feature_has_longitude_first_and_its_identity() -> None:
    collection = json.loads(text(geojson_face([POST], "post_id")))
    assert collection["type"] == "FeatureCollection"
    feature = collection["features"][0]
    assert feature["id"] == "P1"
    assert feature["geometry"] == {"type": "Point", "coordinates": [-1.5, 54.97]}
    assert feature["properties"] == {"post_id": "P1", "name": 'Market Place, "north"', "seen_at": "2026-07-01T08:30:00Z"}


def test_csv_quotes_what_needs_it_and_ends_lines_as_rfc_4180_says() -> None:
    lines = text(csv_face([POST], ["post_id", "name", "seen_at"], "posts")).split("\r\n")
    assert lines == ["post_id,name,seen_at", 'P1,"Market Place, ""north""",2026-07-01T08:30:00Z', ""]


def test_a_file_without_rows_still_has_its_header() -> None:
    assert text(csv_face([], ["post_id", "name"], "posts")) == "post_id,name\r\n"


def test_not_known_is_an_empty_cell_and_never_a_zero() -> None:
    assert cell(None) == ""
    assert cell(0) == "0"
    assert cell(False) == "false"


@pytest.mark.parametrize("dangerous", ["=1+1", "+44", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(dangerous: str) -> None:
    assert cell(dangerous) == f"'{dangerous}"


def test_a_negative_number_is_left_a_number() -> None:
    assert cell(-1.5) == "-1.5"


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5))
def test_whatever_a_name_is_it_comes_back_from_the_file_and_no_cell_begins_a_formula(names: list[str]) -> None:
    posts = [Post(str(number), name, 0, 0, None) for number, name in enumerate(names)]
    read = list(csv.reader(io.StringIO(text(csv_face(posts, ["post_id", "name"], "posts")), newline="")))
    assert [row[1].removeprefix("'") for row in read[1:]] == [name.removeprefix("'") for name in names]
    assert not any(row[1].startswith(("=", "+", "-", "@", "\t", "\r")) for row in read)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="zone"):
        json_face({"at": datetime(2026, 1, 1)})  # noqa: DTZ001


def test_times_are_told_in_utc() -> None:
    assert json.loads(text(json_face({"at": datetime(2026, 1, 1, tzinfo=UTC)}))) == {"at": "2026-01-01T00:00:00Z"}
