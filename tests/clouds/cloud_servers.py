"""Servers that speak the APIs of Vivacity and Telraam, as far as these are documented, and go wrong on demand.

Vivacity: GET /countline/metadata and /countline/counts?countline_ids=&from=&to=&time_bucket=15m|1h&fill_zeros=, key in
x-vivacity-api-key, at most 7 days a request, {countline: [{from, to, clockwise: {class: n}, anti_clockwise: {…}}]}.
Telraam: POST /v1/reports/traffic {level, format, id, time_start, time_end}, key in X-Api-Key, at most three months a request,
{status_code, message, report: [{date, uptime, pedestrian, …}]}. `trouble` holds what goes wrong with the next requests, one each.
"""

import json
from abc import abstractmethod
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.quiet_server import QuietServer

KEY = "only-for-tests-4f1c"
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with one answer: another status, other words, a pause before the last half of it, or that half missing."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    silence_s: float = 0.0
    cut: bool = False
    content_type: str = "application/json"


class CloudServer(QuietServer):
    """A cloud at `url`. `asked` are all requests so far: method, path, and what was asked; `keys` are the keys that came."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: deque[Trouble] = deque()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.keys: list[str] = []

    @abstractmethod
    def answer(self, method: str, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        """Status and JSON of the answer to a question with the right key."""

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        address = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        length = int(request.headers.get("Content-Length", 0))
        if length:
            asked |= json.loads(request.rfile.read(length))
        key = request.headers.get("x-vivacity-api-key") or request.headers.get("X-Api-Key") or ""
        self.keys.append(key)
        self.asked.append((request.command, address.path, asked))
        trouble = self.trouble.popleft() if self.trouble else Trouble()
        status, told = (401, {"message": "Unauthorized"}) if key != KEY else self.answer(request.command, address.path, asked)
        if trouble.status != 200:
            status, told = trouble.status, {"message": "It went wrong."}
        body = json.dumps(told).encode() if trouble.body is None else trouble.body
        try:
            self._send(request, status, body, trouble)
        except OSError:
            request.close_connection = True

    def _send(self, request: BaseHTTPRequestHandler, status: int, body: bytes, trouble: Trouble) -> None:
        request.send_response(status)
        for name, value in ({"Content-Type": trouble.content_type, "Content-Length": str(len(body))} | trouble.headers).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body[: len(body) // 2])
        request.wfile.flush()
        self.over.wait(trouble.silence_s)
        if trouble.cut:
            request.close_connection = True
            return
        request.wfile.write(body[len(body) // 2 :])


class VivacityServer(CloudServer):
    """`counts[countline, since]` is what a countline counted: (clockwise, anti_clockwise) by class; `others` are not ours."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[tuple[str, datetime], tuple[dict[str, Any], dict[str, Any]]] = {}
        self.countlines: dict[str, dict[str, Any]] = {}
        self.others: set[str] = set()

    def count(self, countline: str, since: datetime, clockwise: int, anti_clockwise: int) -> None:
        """So many pedestrians crossed in the quarter of an hour from `since`."""
        self.countlines.setdefault(countline, {"name": f"S1_{countline}", "is_speed": False, "is_anpr": False})
        self.counts[countline, since] = ({"pedestrian": clockwise, "cyclist": 2}, {"pedestrian": anti_clockwise})

    def answer(self, method: str, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        """What Vivacity answers."""
        if (method, path) == ("GET", "/countline/metadata"):
            return 200, self.countlines
        if (method, path) != ("GET", "/countline/counts"):
            return 404, {"message": "Not Found"}
        since, until = (datetime.fromisoformat(asked[name]) for name in ("from", "to"))
        if until - since > timedelta(days=7) or asked["time_bucket"] != "15m":
            return 400, {"message": "The time range is longer than 7 days"}
        found: dict[str, list[dict[str, Any]]] = {each: [] for each in asked["countline_ids"].split(",")}
        if self.others & found.keys():
            return 403, {"message": "Forbidden"}
        nothing = ({"pedestrian": 0}, {"pedestrian": 0}) if asked["fill_zeros"] == "true" else None
        for step in range((until - since) // QUARTER):
            at = since + step * QUARTER
            for countline, records in found.items():
                told = self.counts.get((countline, at), nothing)
                if told is not None:
                    ends = (at + QUARTER).isoformat()
                    records.append({"from": at.isoformat(), "to": ends, "clockwise": told[0], "anti_clockwise": told[1]})
        return 200, found


class TelraamServer(CloudServer):
    """`rows[segment, since]` is what it reports of an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[tuple[str, datetime], dict[str, Any]] = {}

    def count(self, segment: str, since: datetime, left: float, right: float, uptime: float = 1.0, **more: object) -> None:
        """So many pedestrians passed in the hour from `since`, projected by Telraam onto the hour."""
        self.rows[segment, since] = {
            "segment_id": int(segment),
            "date": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
            "interval": "hourly",
            "uptime": uptime,
            "pedestrian": left + right,
            "pedestrian_lft": left,
            "pedestrian_rgt": right,
            "bike": 3.0,
            "car": 140.5,
            "timezone": "Europe/London",
        } | more

    def answer(self, method: str, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        """What Telraam answers."""
        if (method, path) != ("POST", "/v1/reports/traffic"):
            return 404, {"status_code": 404, "message": "not found"}
        since, until = (datetime.fromisoformat(asked[name]) for name in ("time_start", "time_end"))
        if (asked["level"], asked["format"]) != ("segments", "per-hour") or until - since > timedelta(days=92):
            return 400, {"status_code": 400, "message": "bad request"}
        report = [row for (segment, at), row in sorted(self.rows.items()) if segment == asked["id"] and since <= at < until]
        return 200, {"status_code": 200, "message": "ok", "report": report}
