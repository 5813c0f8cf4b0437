"""The open data page tells the truth about the files it links to."""

import csv
import io

import httpx
from jsonschema import validate
from shapely.geometry import shape

from api.open_data import data_sets
from streets.store.footfall import Place

MARKET = Place("market", "rivermouth", "Market Place", "Y Farchnad", 54.97, -1.5)

# What guidance.data.gov.uk asks of an entry of data.json: the mandatory members, and the limit of a title.
ENTRY = {
    "type": "object",
    "required": ["title", "description", "identifier", "license", "distribution"],
    "properties": {
        "title": {"type": "string", "maxLength": 65},
        "identifier": {"type": "string", "format": "uri"},
        "license": {"const": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"},
        "distribution": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["downloadURL", "mediaType"]},
        },
    },
}


def test_every_file_is_there_and_is_what_it_is_said_to_be(town: str) -> None:
    for data_set in data_sets([MARKET]):
        for file in data_set.files:
            answer = httpx.get(town + file.path)
            assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, file.media_type), file.path


def test_every_column_of_every_csv_is_explained_in_order(town: str) -> None:
    for data_set in data_sets([MARKET]):
        for file in data_set.files:
            if file.media_type == "text/csv":
                header = next(csv.reader(io.StringIO(httpx.get(town + file.path).text)))
                assert header == list(data_set.columns), file.path


def test_a_geojson_file_has_a_place_on_earth_for_each_row(town: str) -> None:
    for data_set in data_sets([MARKET]):
        for file in data_set.files:
            if file.media_type == "application/geo+json":
                features = httpx.get(town + file.path).json()["features"]
                assert features, file.path
                for feature in features:
                    west, south, east, north = shape(feature["geometry"]).bounds
                    assert -9 < west <= east < 2
                    assert 49 < south <= north < 61


def test_a_catalogue_can_harvest_every_data_set(town: str) -> None:
    entries = httpx.get(f"{town}/data.json").json()["dataset"]
    assert [entry["identifier"].rsplit("#")[1] for entry in entries] == [each.key for each in data_sets([])]
    for entry in entries:
        validate(entry, ENTRY)
        assert len(entry["description"].split(". ")[0]) <= 140


def test_the_page_says_how_fresh_each_set_is_and_that_nothing_is_known_of_what_never_was(town: str) -> None:
    page = httpx.get(f"{town}/data").text
    bins = page.split('id="bins"')[1].split("</section>")[0]
    assert "Updated" in bins
    assert "1 hour ago" in bins
    footfall = page.split('id="footfall"')[1].split("</section>")[0]
    assert "Not known when this was last updated" in footfall
