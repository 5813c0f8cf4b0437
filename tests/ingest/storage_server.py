"""A server that speaks the Storage Integration API of The Things Stack, and goes wrong on demand.

It answers GET /api/v3/as/applications/{application}[/devices/{device}]/packages/storage/uplink_message with a bearer key and
after, before, order, limit and f_port: uplinks as lines {"result": {…}} with empty lines between, chunked, as text/event-stream.
It forgets what is older than its retention, shows an uplink only when its batch is written, and has a page limit of its own,
which it does not mention. `trouble` holds what goes wrong with the next requests, one each.
"""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.quiet_server import QuietServer

KEY = "NNSXS.ONLYFORTESTS"
BEFORE_ALL, AFTER_ALL = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with one answer. `status` other than 200: an error as JSON; else the answer is spoilt.

    `headers` are added to it. After `lines` whole lines come `garbage` (as it stands), then a pause of `silence_s`, then the
    answer is `cut` in the middle of the next line or ended with `error`; `pace_s` is the pause before every line.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    garbage: bytes = b""
    silence_s: float = 0.0
    pace_s: float = 0.0
    cut: bool = False
    error: dict[str, Any] | None = None
    content_type: str = "text/event-stream"


ERRORS = {
    401: (16, "error:pkg/auth:unauthenticated (unauthenticated)"),
    403: (7, "error:pkg/auth/rights:no_application_rights (no rights for application `bins`)"),
    404: (5, "error:pkg/applicationserver:not_found (not found)"),
    429: (8, "error:pkg/ratelimit:rate_limit_exceeded (rate limit of `10` accesses per minute exceeded)"),
    500: (13, "error:unknown:internal"),
}


class StorageServer(QuietServer):
    """An application's store at `url`. `asked` are the queries of all requests so far, in order."""

    def __init__(
        self,
        application: str = "bins",
        retention: timedelta = timedelta(days=30),
        written_after: timedelta = timedelta(0),
        page: int = 1_000,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.application = application
        self.trouble: deque[Trouble] = deque()
        self.asked: list[dict[str, str]] = []
        self._retention, self._written_after, self._page, self._now = retention, written_after, page, now
        self._kept: list[tuple[datetime, datetime, dict[str, Any]]] = []
        self._lock = threading.Lock()

    def keep(self, *uplinks: bytes, at: datetime | None = None) -> None:
        """Store uplinks, each the JSON that was sent by MQTT, under its received_at, or `at` where it has none."""
        with self._lock:
            for uplink in uplinks:
                told = json.loads(uplink)
                self._kept.append((at or _time(told["received_at"]), self._now(), told))

    def found(self, query: dict[str, str], device: str | None) -> list[dict[str, Any]]:
        """What the store answers to a query."""
        now = self._now()
        after, before = _time(query.get("after")) or BEFORE_ALL, _time(query.get("before")) or AFTER_ALL
        with self._lock:
            found = [
                (at, told)
                for at, came, told in self._kept
                if after < at < before
                and at >= now - self._retention
                and came + self._written_after <= now
                and device in (None, told["end_device_ids"]["device_id"])
                and query.get("f_port") in (None, str(told["uplink_message"].get("f_port", 0)))
            ]
        found.sort(key=lambda each: each[0], reverse=query.get("order") == "-received_at")
        return [told for _, told in found[: min(int(query.get("limit", self._page)), self._page)]]

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        address = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        self.asked.append(query)
        trouble = self.trouble.popleft() if self.trouble else Trouble()
        prefix = f"/api/v3/as/applications/{self.application}"
        path = address.path.removesuffix("/packages/storage/uplink_message")
        if trouble.status != 200:
            return self._refuse(request, trouble.status, trouble.headers)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return self._refuse(request, 401, {})
        if request.command != "GET" or path == address.path or not (path == prefix or path.startswith(f"{prefix}/devices/")):
            return self._refuse(request, 404, {})
        device = path.removeprefix(f"{prefix}/devices/") if path != prefix else None
        try:
            self._stream(request, self.found(query, device), trouble)
        except OSError:
            request.close_connection = True
        return None

    def _refuse(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        code, message = ERRORS.get(status, (2, "error"))
        body = json.dumps({"code": code, "message": message, "details": []}).encode()
        request.send_response(status)
        for name, value in (headers | {"Content-Type": "application/json", "Content-Length": str(len(body))}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def _stream(self, request: BaseHTTPRequestHandler, found: list[dict[str, Any]], trouble: Trouble) -> None:
        request.send_response(200)
        request.send_header("Content-Type", trouble.content_type)
        request.send_header("Transfer-Encoding", "chunked")
        for name, value in trouble.headers.items():
            request.send_header(name, value)
        request.end_headers()
        spoilt = bool(trouble.garbage or trouble.cut or trouble.silence_s or trouble.error)
        for at, told in enumerate(found):
            line = json.dumps({"result": told}).encode() + b"\n\n"
            if spoilt and at == trouble.lines:
                if trouble.garbage:
                    _chunk(request, trouble.garbage)
                self.over.wait(trouble.silence_s)
                if trouble.error is not None:
                    _chunk(request, json.dumps({"error": trouble.error}).encode() + b"\n\n")
                    break
                if trouble.cut:
                    _chunk(request, line[: len(line) // 2])
                    request.close_connection = True
                    return
            self.over.wait(trouble.pace_s)
            _chunk(request, line)
        request.wfile.write(b"0\r\n\r\n")


def _chunk(request: BaseHTTPRequestHandler, piece: bytes) -> None:
    request.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    request.wfile.flush()


def _time(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None
