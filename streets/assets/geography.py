"""Wards and streets as they come: GeoJSON, and an OpenStreetMap extract."""

import json
import re
from collections.abc import Mapping
from typing import Any

import osmium

from streets.assets import cells
from streets.assets.cells import WrongCellError
from streets.assets.rows import Line, MisfitError, Refusal, WardRow
from streets.wards.locate import BoundaryError, boundary_of

WARD_COLUMNS = frozenset({"ward_code", "name", "name_cy", "boundary"})


def read_wards(raw: bytes) -> tuple[list[Line[WardRow]], list[Refusal]]:
    """The wards of a GeoJSON FeatureCollection, and why others are not taken.

    Properties are named as by the ONS (WD13CD, WD13NM, WD13NMW, of any year), or ward_code, name, name_cy.
    """
    try:
        features = json.loads(raw)["features"]
        if not isinstance(features, list):
            raise TypeError("features is not a list")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return [], [Refusal("the file", WrongCellError("not_geojson", f"it is not a GeoJSON FeatureCollection ({error})"))]
    lines: list[Line[WardRow]] = []
    refusals: list[Refusal] = []
    for number, feature in enumerate(features, 1):
        try:
            lines.append(Line(f"feature {number}", _ward(feature), WARD_COLUMNS))
        except WrongCellError as wrong:
            refusals.append(Refusal(f"feature {number}", wrong))
        except BoundaryError as wrong:
            refusals.append(Refusal(f"feature {number}", MisfitError("boundary", str(wrong), "not_boundary")))
    return lines, refusals


def _ward(feature: Any) -> WardRow:
    match feature:
        case {"properties": dict(properties), "geometry": dict(geometry)}:
            return _ward_of(properties, geometry)
    raise WrongCellError("not_feature", "it is not a Feature with properties and a geometry")


def _ward_of(properties: Mapping[str, Any], geometry: dict[str, Any]) -> WardRow:
    ward = WardRow(
        ward_code=cells.identifier(_property(properties, r"ward_code|WD\d\dCD") or ""),
        name=cells.text(_property(properties, r"name|WD\d\dNM") or ""),
        name_cy=cells.text(_property(properties, r"name_cy|WD\d\dNMW") or "") or None,
        boundary={part: geometry.get(part) for part in ("type", "coordinates")},
    )
    if not ward.name:
        raise MisfitError("name", "it has no name", "empty")
    boundary_of(ward.ward_code, ward.boundary)
    return ward


def _property(properties: Mapping[str, Any], names: str) -> str | None:
    found = [value for name, value in properties.items() if re.fullmatch(names, name) and isinstance(value, str) and value]
    return found[0] if found else None


def read_streets(raw: bytes) -> list[Refusal]:
    """Why an OpenStreetMap extract (.osm.pbf) cannot be used; none when it holds streets."""
    try:
        ways = osmium.FileProcessor(osmium.io.FileBuffer(raw, "pbf"), osmium.osm.WAY)
        if next(iter(ways.with_filter(osmium.filter.KeyFilter("highway"))), None) is None:
            return [Refusal("the file", WrongCellError("no_streets", "it holds no way with a highway tag"))]
    except RuntimeError as error:
        return [Refusal("the file", WrongCellError("not_pbf", f"it is not an OpenStreetMap extract in PBF ({error})"))]
    return []
