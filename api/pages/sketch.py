"""A round drawn as a sketch: its way along the streets and its stops, with nothing behind it and no map of anybody else's."""

import math
from dataclasses import dataclass

from api.round_sheet import SeenStop, Sheet

WIDTH, HEIGHT, MARGIN = 640, 480, 24


@dataclass(frozen=True, slots=True)
class Sketch:
    """Points in a box of WIDTH x HEIGHT: the way as an SVG path, and (x, y, stop) for each bin and tip."""

    path: str
    stops: tuple[tuple[float, float, SeenStop], ...]


def sketch(seen: Sheet) -> Sketch | None:
    """The sketch of a round, or None where it has no stops to draw."""
    line = [(lon, lat) for stop in seen.stops for lon, lat in stop.plan.leg_line]
    places = [(stop.plan.lon, stop.plan.lat) for stop in seen.work]
    if not places or not line:
        return None
    wide = math.cos(math.radians(places[0][1]))
    east, north = [lon * wide for lon, _ in line + places], [lat for _, lat in line + places]
    scale = min((WIDTH - 2 * MARGIN) / _span(east), (HEIGHT - 2 * MARGIN) / _span(north))

    def box(lon: float, lat: float) -> tuple[float, float]:
        return round(MARGIN + (lon * wide - min(east)) * scale, 1), round(HEIGHT - MARGIN - (lat - min(north)) * scale, 1)

    path = "M" + "L".join(f"{x} {y}" for x, y in (box(lon, lat) for lon, lat in line))
    return Sketch(path, tuple((*box(stop.plan.lon, stop.plan.lat), stop) for stop in seen.work))


def _span(values: list[float]) -> float:
    return max(max(values) - min(values), 1e-6)
