"""What every request passes on its way in, and every answer on its way out."""

import logging
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.words import said
from api.problems import Problem, answer

BODY_LIMIT_BYTES = 1_048_576

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

PERMISSIONS = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")

RECORDER_PATHS = ("/record", "/cy/record")

RECORDER_PERMISSIONS = ("accelerometer", "geolocation", "gyroscope")

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

error_log = logging.getLogger("streets.api")


def permissions_policy(path: str) -> str:
    """Which sensors a page may ask the phone for: none, but for the pothole recorder's."""
    allowed = RECORDER_PERMISSIONS if path in RECORDER_PATHS else ()
    return ", ".join(f"{name}={'(self)' if name in allowed else '()'}" for name in PERMISSIONS)


class SafeHeaders:
    """Puts the security headers on every answer; promises HTTPS for a year where the public address is HTTPS."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = permissions_policy(scope["path"])
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                if self.https:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answers HEAD wherever there is a GET, as link checkers of data catalogues expect; the server sends no body for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)


class SizeLimit:
    """Refuses a body of more than BODY_LIMIT_BYTES: at once where its length is declared, else while it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > BODY_LIMIT_BYTES:
            return await answer(request, _too_large())(scope, receive, send)
        read_bytes = 0

        async def receive_counting() -> Message:
            nonlocal read_bytes
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > BODY_LIMIT_BYTES:
                raise HTTPException(413, _too_large().detail)
            return message

        return await self.app(scope, receive_counting, send)


def _too_large() -> Problem:
    return Problem(413, "too_large", said("What was sent is larger than %(most)s bytes."), most=BODY_LIMIT_BYTES)


class NoNul:
    """Refuses an address that holds a NUL character: no name of ours has one, and PostgreSQL takes none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            problem = Problem(400, "invalid", said("The address holds a NUL character."))
            return await answer(Request(scope), problem)(scope, receive, send)
        return await self.app(scope, receive, send)


class SameSite:
    """Refuses what another site makes a signed-in browser send: a changing request with our cookie must come from our pages.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin. A request with a cookie and neither is
    refused; programs send no cookie but a bearer token, which no other site can make a browser send.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            request = Request(scope)
            if request.cookies and not _comes_from_our_pages(request):
                problem = Problem(403, "cross_site", said("This request did not come from a page of this site."))
                return await answer(request, problem)(scope, receive, send)
        return await self.app(scope, receive, send)


def _comes_from_our_pages(request: Request) -> bool:
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


class Unexpected:
    """The innermost guard: what no handler foresaw is logged with its trace and answered as a 500 without it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception:  # noqa: BLE001 - logged with its trace, and answered
            error_log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            problem = Problem(500, "failed", said("Something went wrong on our side. It has been logged."))
            await answer(Request(scope), problem)(scope, receive, send)
