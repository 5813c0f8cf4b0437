"""One resource, several faces: the same rows as JSON, GeoJSON (RFC 7946) and CSV (RFC 4180).

A handler reads rows (dataclasses, one a thing) and answers with one of `json_face`, `geojson_face`, `csv_face`. A value that
is not known is null in JSON and an empty cell in CSV, never a zero. Times are ISO 8601 in UTC, places WGS84.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi.responses import Response

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

OPEN_DATA = {"Link": f'<{LICENCE_URL}>; rel="license"', "Access-Control-Allow-Origin": "*"}

# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# XML 1.0 and iCalendar have no way to say these.
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def speakable(text: str) -> str:
    """A file's text without the control characters that somebody's note or a bin's name brought into it."""
    return UNSPEAKABLE.sub("", text)


def plain(value: object) -> Any:
    """The value as JSON has it. Raises TypeError on what has no plain form."""
    match value:
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a time without a zone")
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case dict():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"no plain form of {type(value).__name__}")


def record(thing: "DataclassInstance") -> dict[str, Any]:
    """The fields of a row, as JSON has them."""
    fields: dict[str, Any] = plain(asdict(thing))
    return fields


def json_face(body: object) -> Response:
    """Plain values, or dicts and lists of them, as open JSON."""
    return Response(json.dumps(plain(body), ensure_ascii=False, allow_nan=False), 200, OPEN_DATA, "application/json")


def point(fields: dict[str, Any]) -> dict[str, Any]:
    """The point of a row's `lat` and `lon`, which it takes out of the fields: RFC 7946 wants longitude first."""
    lat, lon = fields.pop("lat"), fields.pop("lon")
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def geojson_face(
    things: Iterable["DataclassInstance"],
    identity: str,
    geometry: Callable[[dict[str, Any]], dict[str, Any] | None] = point,
) -> Response:
    """A FeatureCollection. `identity` names the field that identifies a thing; `geometry` takes its shape out of the fields."""
    features = []
    for thing in things:
        fields = record(thing)
        shape = geometry(fields)
        features.append({"type": "Feature", "id": fields[identity], "geometry": shape, "properties": fields})
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
    return Response(body, 200, OPEN_DATA, "application/geo+json")


def cell(value: object) -> str:
    """The value as a CSV cell; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    match plain(value):
        case None:
            return ""
        case bool() as answer:
            return "true" if answer else "false"
        case str() as text:
            return f"'{text}" if text.startswith(FORMULA_STARTS) else text
        case list() | dict() as nested:
            return json.dumps(nested, ensure_ascii=False)
        case number:
            return str(number)


def csv_text(things: Iterable["DataclassInstance"], columns: Sequence[str]) -> str:
    """The named fields of each thing, with a header line that is there even when nothing else is."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for thing in things:
        writer.writerow([cell(getattr(thing, column)) for column in columns])
    return text.getvalue()


def csv_face(things: Iterable["DataclassInstance"], columns: Sequence[str], name: str) -> Response:
    """The named fields of each thing as open data, saved as `name`.csv."""
    headers = {**OPEN_DATA, "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_text(things, columns), 200, headers, "text/csv; charset=utf-8; header=present")
