"""Which ward a point is in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon


class BoundaryError(ValueError):
    """A ward's boundary is not a polygon on the Earth; the message says why."""


@dataclass(frozen=True, slots=True)
class WardBoundary:
    """A ward and its area in degrees (x = longitude, y = latitude, WGS84)."""

    ward_code: str
    area: Polygon | MultiPolygon


def boundary_of(ward_code: str, geometry: Mapping[str, Any]) -> WardBoundary:
    """The boundary that a GeoJSON geometry (RFC 7946) describes. Raises BoundaryError."""
    try:
        area = shapely.from_geojson(json.dumps(dict(geometry)))
    except (shapely.errors.GEOSException, TypeError) as error:
        raise BoundaryError(f"ward {ward_code}: not a GeoJSON geometry ({error})") from error
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise BoundaryError(f"ward {ward_code}: the boundary must be a Polygon or a MultiPolygon")
    west, south, east, north = area.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise BoundaryError(f"ward {ward_code}: the boundary is not in degrees of longitude and latitude")
    if not area.is_valid:
        raise BoundaryError(f"ward {ward_code}: {shapely.is_valid_reason(area)}")
    return WardBoundary(ward_code, area)


def locate(lat: float, lon: float, wards: Iterable[WardBoundary]) -> str | None:
    """The code of the ward that the point is in, or None outside all of them.

    A point on the line between wards belongs to the one with the lowest code, whatever the order of `wards`.
    """
    point = Point(lon, lat)
    return min((ward.ward_code for ward in wards if ward.area.covers(point)), default=None)
