"""A round as JSON, GeoJSON, GPX and CSV. These are for crews: unlike open data they carry no licence and may not be cached."""

import csv
import io
import json
from dataclasses import asdict
from datetime import date
from typing import Any

import gpxpy.gpx
from fastapi.responses import Response

from api.faces import cell, plain, speakable
from api.pages.words import Words
from api.round_sheet import SeenBin, SeenStop, Sheet
from api.round_words import why, why_not

PRIVATE = {"Cache-Control": "private, no-store"}

COLUMNS = (
    "service_date", "vehicle", "number", "kind", "bin_id", "name", "lat", "lon", "eta", "window_from", "window_until", "why",
    "why_text", "expected_load_l", "leg_m", "leg_s", "state", "told_at", "observed_fill", "note",
)  # fmt: skip


def summary(seen: Sheet) -> dict[str, Any]:
    """A round in figures."""
    head = asdict(seen.round)
    bins = [stop for stop in seen.stops if stop.plan.kind == "bin"]
    return {**head, "bins": len(bins), "bins_done": sum(stop.closed is not None for stop in bins)}


def stop_fields(stop: SeenStop, words: Words) -> dict[str, Any]:
    """A stop with its reason in words and what became of it."""
    fields = asdict(stop.plan)
    fields.pop("leg_line")
    closed = stop.closed
    return {
        **fields,
        "number": stop.number,
        "why_text": why(words, stop.plan),
        "state": stop.state,
        "told_at": closed.at if closed else None,
        "observed_fill": closed.observed_fill if closed else None,
        "note": closed.note if closed else None,
    }


def _left_fields(seen: SeenBin, words: Words) -> dict[str, Any]:
    return {**asdict(seen.left), "why_text": why_not(words, seen.left), "state": seen.state}


def full(seen: Sheet) -> dict[str, Any]:
    """A round with its stops in order, its tips, and the bins that wait."""
    words = Words("en")
    stops = [stop_fields(stop, words) for stop in seen.stops]
    return {
        **summary(seen),
        "stops": stops,
        "tips": [stop for stop in stops if stop["kind"] == "tip"],
        "not_today": [_left_fields(left, words) for left in seen.not_today],
    }


def day(council: str, service_date: date, seen: list[Sheet]) -> dict[str, Any]:
    """A day's rounds in figures, and the bins that wait."""
    left = [_left_fields(each, Words("en")) for each in seen[0].not_today] if seen else []
    return {"council": council, "service_date": service_date, "rounds": [summary(each) for each in seen], "not_today": left}


def geojson(seen: list[Sheet]) -> dict[str, Any]:
    """A FeatureCollection: a line for each round, a point for each stop."""
    words = Words("en")
    features = []
    for each in seen:
        line = [position for stop in each.stops for position in stop.plan.leg_line]
        features.append(_feature(str(each.round.round_id), _line(line), summary(each)))
        for stop in each.stops:
            fields = stop_fields(stop, words)
            point = {"type": "Point", "coordinates": [round(fields.pop("lon"), 6), round(fields.pop("lat"), 6)]}
            features.append(_feature(str(stop.plan.stop_id), point, fields))
    return {"type": "FeatureCollection", "features": features}


def _line(positions: list[list[float]]) -> dict[str, Any] | None:
    return {"type": "LineString", "coordinates": positions} if len(positions) > 1 else None


def _feature(identity: str, geometry: dict[str, Any] | None, fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": plain(fields)}


def gpx(seen: list[Sheet]) -> str:
    """A GPX 1.1 file: each stop a waypoint in order, each round a track along its streets."""
    words, file = Words("en"), gpxpy.gpx.GPX()
    file.creator = "Smart Streets"
    for each in seen:
        for stop in each.work:
            at = stop.plan
            told = f"{words.time(at.eta)}: {why(words, at)}"
            file.waypoints.append(
                gpxpy.gpx.GPXWaypoint(
                    at.lat, at.lon, time=at.eta, name=f"{stop.number} {at.name}", description=told, type=at.kind
                )
            )
        points = [gpxpy.gpx.GPXTrackPoint(lat, lon) for stop in each.stops for lon, lat in stop.plan.leg_line]
        track = gpxpy.gpx.GPXTrack(f"{each.round.vehicle_name} {each.round.service_date}")
        track.segments.append(gpxpy.gpx.GPXTrackSegment(points))
        file.tracks.append(track)
    return speakable(str(file.to_xml()))


def csv_text(seen: list[Sheet]) -> str:
    """One line a stop, with a header line even where there is none."""
    words, text = Words("en"), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in seen:
        for stop in each.stops:
            fields = {**stop_fields(stop, words), "service_date": each.round.service_date, "vehicle": each.round.vehicle_name}
            writer.writerow([cell(fields[column]) for column in COLUMNS])
    return text.getvalue()


def json_answer(body: object, status: int = 200, media_type: str = "application/json") -> Response:
    """Plain values as a private answer."""
    return Response(json.dumps(plain(body), ensure_ascii=False, allow_nan=False), status, PRIVATE, media_type)


def file_answer(text: str, media_type: str, name: str) -> Response:
    """A private file to save."""
    return Response(text, 200, {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}, media_type)
