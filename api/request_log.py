"""Each request has an identity, one line in the log, and is counted by its route."""

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Requests
from streets.log import REQUEST

NO_ROUTE = "none"

log = logging.getLogger("streets.access")


class RequestLog:
    """One line a request: method, path, status, milliseconds. Never the query string, which may hold a secret.

    The answer's X-Request-Id is in every line that is logged on the way, and in what a problem tells its reader.
    """

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self.app = app
        self.requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = time.perf_counter()
        request = secrets.token_hex(8)
        REQUEST.set(request)
        state = scope.setdefault("state", {})

        async def send_and_log(message: Message) -> None:
            if message["type"] == "http.response.start":
                took_s = time.perf_counter() - began
                method, status, route = scope["method"], message["status"], state.get("route", NO_ROUTE)
                self.requests.answered(method, route, status, took_s)
                said = {
                    "method": method,
                    "path": scope["path"],
                    "route": route,
                    "status": status,
                    "took_ms": round(took_s * 1000, 1),
                }
                log.info("%s %s %d", method, scope["path"], status, extra=said)
                MutableHeaders(scope=message)["X-Request-Id"] = request
            await send(message)

        return await self.app(scope, receive, send_and_log)


class RouteNoted:
    """The innermost layer: notes which route answers, for those further out, who see only copies of the scope."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start" and "route" in scope:
                scope["state"]["route"] = scope["route"].path
            await send(message)

        await self.app(scope, receive, send_noting if scope["type"] == "http" else send)
