"""Pages from templates: `page(request, "bins.html", bins=…)`.

Templates extend base.html, fill `{% block title %}` and `{% block content %}`, and find in their hands:
`_()`, `ngettext()`, `{% trans %}`; `words` (api.pages.words.Words: number, percent, day, date, time, moment, span, ago);
`url("/bins")`, which stays in the page's language; `static("crew.js")`; `iso(time)`; `now`; `lang`; `path`; `council_name`;
and the macros of parts.html (ago, tag, chart, not_known, downloads). An undefined name or attribute is an error.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined, UndefinedError

from api.pages.words import Words, translations
from streets import clock

TEMPLATES = Path(__file__).parent / "templates"
BUILT = Path(__file__).parent.parent / "static" / "built"


class NotBuilt(RuntimeError):
    """The styles of the pages have not been built: run `make setup`."""


class Missing(Undefined):
    """A name that a template uses and nobody gave it: an error, except an option left out of a GOV.UK macro's `params`."""

    def _unless_option(self, lenient: Callable[[], Any]) -> Any:
        # The macros themselves write `undefined` for an option that is not given, and ask for a `caller` there may not be.
        if isinstance(self._undefined_obj, dict) or self._undefined_name in ("undefined", "caller"):
            return lenient()
        raise UndefinedError(self._undefined_message)

    def __str__(self) -> str:
        return str(self._unless_option(super().__str__))

    def __bool__(self) -> bool:
        return bool(self._unless_option(super().__bool__))

    def __iter__(self) -> Any:
        return self._unless_option(super().__iter__)


@cache
def static_names() -> dict[str, str]:
    """Every built file under its plain name, as {"pages.css": "pages.1a2b3c4d.css"}. Raises NotBuilt."""
    manifest = BUILT / "manifest.json"
    if not manifest.is_file():
        raise NotBuilt(NotBuilt.__doc__)
    names: dict[str, str] = json.loads(manifest.read_text())
    return names


def static(name: str) -> str:
    """The address of a built file; its name changes with its content, so that browsers may keep it for ever."""
    return f"/static/{static_names()[name]}"


def iso(value: datetime) -> str:
    """ISO 8601 in UTC, for `datetime` attributes."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def environment(lang: str) -> Environment:
    """The templates in one language."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), govuk]),
        autoescape=True,
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(lang=lang, words=Words(lang), static=static, iso=iso)
    return env


def language(request: Request) -> str:
    """The language that the address asks for: cy under /cy, else en."""
    return str(getattr(request.state, "lang", "en"))


def words(request: Request) -> Words:
    """The words of the page's language, for handlers that make texts."""
    return Words(language(request))


def local_url(request: Request, path: str) -> str:
    """The path in the request's language."""
    return path if language(request) == "en" else f"/cy{path}".rstrip("/")


def page(request: Request, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """The template `name` in the request's language."""
    path, query = request.url.path, request.url.query
    # One slash at the front: with two, the browser would take the path's first word for another site.
    plain = quote("/" + path.lstrip("/"))
    other = plain if language(request) == "cy" else f"/cy{plain}".rstrip("/")
    html = (
        environment(language(request))
        .get_template(name)
        .render(
            url=lambda path: local_url(request, path),
            path=path,
            other_language=f"{other}?{query}" if query else other,
            now=clock.now(),
            council_name=request.app.state.settings.council_name,
            **values,
        )
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-cache", "Vary": "Cookie"})


def see_other(request: Request, path: str) -> RedirectResponse:
    """Send the browser on to a page of ours, in its language, after a form was sent."""
    return RedirectResponse(local_url(request, path), 303)
