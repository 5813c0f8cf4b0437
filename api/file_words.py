"""What is wrong with a file of assets, or doubtful in it, line by line in the reader's language."""

from collections.abc import Mapping

from api.pages.words import Words, said
from api.record_words import COLUMNS, WRONG, label, wrong_words
from api.reject_words import printable
from streets.assets.cells import WrongCellError
from streets.assets.rows import Refusal

PARTS = {
    "line": said("line %(n)s"),
    "after line": said("after line %(n)s"),
    "feature": said("feature %(n)s"),
    "byte": said("byte %(n)s"),
}
WHOLES = {"the file": said("the file"), "the council": said("the council")}

OF_FILES = {
    "not_utf8": said("The file is not UTF-8: export it from the spreadsheet as CSV UTF-8."),
    "not_csv": said("The file is not CSV from here on."),
    "unknown_column": said("There is no column %(name)s here. Known are %(known)s."),
    "column_twice": said("The column %(name)s stands twice."),
    "column_missing": said("The column %(name)s is missing."),
    "not_one_of": said("Write one of these: %(offered)s."),
    "not_date": said("Write a day such as 2027-03-31."),
    "not_time": said("Write a time with its zone, such as 2026-11-22T09:00:00Z."),
    "ragged": said("It has more or fewer cells than the first line."),
    "same_key": said("It says the same in %(columns)s as %(where)s."),
    "not_after": said("%(until)s must be after %(since)s, on the same day."),
    "until_before_from": said("The last day is before the first."),
    "only_musts": said("This is for bins that must be visited."),
    "not_geojson": said("It is not a GeoJSON FeatureCollection."),
    "not_feature": said("It is not a Feature with properties and a geometry."),
    "not_boundary": said("The boundary is not a polygon in degrees of longitude and latitude, as RFC 7946 writes it."),
    "no_streets": said("It holds no street."),
    "not_pbf": said("It is not an OpenStreetMap extract in PBF."),
    "no_council": said("There is no council %(council)s yet: add it first."),
    "one_line_and_all": said("The device has a record of one of its lines and one of all its lines from the same time on."),
    "other_name": said("The same place has another name in %(where)s."),
    "outside": said("The point lies in none of your wards."),
    "unknown_usrn": said("The street is not in your gazetteer."),
    "shared_post": said("The device %(device)s stands there at the same time."),
    "out_of_use": said("The bin is not in use, so nobody plans a visit until it is."),
}


def where(words: Words, told: str) -> str:
    """Where in a file something stands."""
    part, _, number = told.rpartition(" ")
    return words(PARTS[part], n=number) if part in PARTS else words(WHOLES[told])


def column(words: Words, refusal: Refusal, kind: str) -> str:
    """The column to look at, as the file and as people call it, or ""."""
    if refusal.column is None:
        return ""
    known = words(label(refusal.column, kind)) if refusal.column in COLUMNS else ""
    return f"{refusal.column} ({known})" if known else refusal.column


def why(words: Words, refusal: Refusal) -> str:
    """What is wrong, and what stands there where it is a cell."""
    error = refusal.error
    told = words(OF_FILES[error.kind], **_values(words, error.values)) if error.kind in OF_FILES else _of_forms(words, error)
    given = error.values.get("given")
    return f"{told} ({printable(str(given))})" if given else told


def _of_forms(words: Words, error: WrongCellError) -> str:
    values = {name: value for name, value in error.values.items() if name != "given"}
    return wrong_words(words, WrongCellError(error.kind if error.kind in WRONG else "misfit", str(error), **values))


def _values(words: Words, values: Mapping[str, object]) -> dict[str, str]:
    return {name: where(words, str(value)) if name == "where" else printable(str(value)) for name, value in values.items()}
