"""`/cy/…` is the same page in Welsh: the prefix is taken off the path and kept as `request.state.lang`."""

from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/cy"


class LanguagePrefix:
    """Middleware that reads the language off the path. JSON has one language, so `/cy/v1` is left alone and not found."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            path = scope["path"]
            welsh = path == PREFIX or (path.startswith(f"{PREFIX}/") and not path.startswith(f"{PREFIX}/v1/"))
            scope.setdefault("state", {})["lang"] = "cy" if welsh else "en"
            if welsh:
                scope = {**scope, "path": path[len(PREFIX) :] or "/", "raw_path": None}
        await self.app(scope, receive, send)
