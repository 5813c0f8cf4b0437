"""The shapes of answers, for the description of the API: the fields of the rows that a handler answers with, and members beside.

Handlers write their answers themselves (faces.py); `response_model` and `response_class` only describe them. That both say the
same is held by tests, which look at real answers.
"""

from typing import Any, Literal, get_type_hints

from fastapi.responses import JSONResponse, Response
from pydantic import create_model


class Csv(Response):
    """A table."""

    media_type = "text/csv"


class GeoJson(JSONResponse):
    """Things on a map (RFC 7946)."""

    media_type = "application/geo+json"


class Gpx(Response):
    """A way for navigation devices."""

    media_type = "application/gpx+xml"


class Calendar(Response):
    """Events for a calendar (RFC 5545)."""

    media_type = "text/calendar"


class Markdown(Response):
    """A text to read."""

    media_type = "text/markdown"


def shape(name: str, /, *rows: Any, without: Any = (), **members: Any) -> Any:
    """The shape `name`: the fields of these rows but for some, and further members; all of them are always there."""
    fields = {field: kind for row in rows for field, kind in get_type_hints(row, include_extras=True).items()}
    kept = {field: (kind, ...) for field, kind in (fields | members).items() if field not in without}
    return create_model(name, **kept)  # type: ignore[call-overload]


def many(kind: Any) -> Any:
    """A list of a shape."""
    return list[kind]


Geometry = shape("Geometry", type=str, coordinates=list[Any])


def on_map(name: str, row: Any) -> Any:
    """A FeatureCollection of such rows, whose `lat` and `lon` are the points."""
    feature = shape(
        f"{name}Feature",
        type=Literal["Feature"],
        id=str,
        geometry=Geometry | None,
        properties=shape(f"{name}Properties", row, without=("lat", "lon")),
    )
    return shape(f"{name}OnMap", type=Literal["FeatureCollection"], features=many(feature))
