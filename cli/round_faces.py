"""A round as text to read, and in the API's other faces."""

import json
from collections.abc import Callable

from api import round_faces
from api.faces import plain
from api.pages.words import Words
from api.round_calendar import ics
from api.round_sheet import Sheet
from api.round_words import why, why_not
from cli.rounds import Face
from streets.settings import public_url_of


def text(seen: Sheet) -> str:
    """A round to read: one line a stop with its time and why."""
    words = Words("en")
    lines = [f"{seen.round.vehicle_name}, {words.date(seen.round.service_date)}: {seen.round.distance_m / 1000:.1f} km"]
    for stop in seen.stops:
        lines.append(
            f"{stop.number:3d}  {words.time(stop.plan.eta):>7}  {stop.plan.name}: {why(words, stop.plan)} [{stop.state}]"
        )
    lines.append(f"Not today ({len(seen.not_today)}):")
    lines.extend(f"     {each.left.name}: {why_not(words, each.left)}" for each in seen.not_today)
    return "\n".join(lines)


FACES: dict[Face, Callable[[Sheet], str]] = {
    Face.JSON: lambda seen: json.dumps(plain(round_faces.full(seen)), ensure_ascii=False),
    Face.GEOJSON: lambda seen: json.dumps(round_faces.geojson([seen]), ensure_ascii=False),
    Face.GPX: lambda seen: round_faces.gpx([seen]),
    Face.CSV: lambda seen: round_faces.csv_text([seen]),
    Face.ICS: lambda seen: ics([seen], public_url_of()),
    Face.TEXT: text,
}
