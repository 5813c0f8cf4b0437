"""Signing in by a link that the office sends: `/sign-in?token=SECRET`, as printed by `streets token create`.

1. GET with the secret in its query: the secret moves into a cookie that only /sign-in is sent (HttpOnly, ten minutes), and the
   browser is sent on to /sign-in. So the secret leaves the address bar, the history and any Referer at once, and our access
   log never has query strings.
2. GET /sign-in shows one button. Programs that preview links fetch step 1, keep no cookie and press no button.
3. POST /sign-in checks the secret, sets the session cookie (a signed reference, see api.sessions) and goes where the role begins.

The link works until its token expires or is revoked, so that a crew can sign in on a second phone; revoking
ends the sessions too.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Query, Request
from fastapi.responses import Response

from api import sessions
from api.context import Conf, Conn, Now
from api.pages import render
from api.sessions import SESSION_COOKIE, SESSION_LASTS
from api.who import anyone
from streets.settings import Settings
from streets.store import tokens

LINK_COOKIE = "streets_sign_in"

LINK_COOKIE_LASTS_S = 600

BEGINS_AT = {"crew": "/crew", "officer": "/officer", "operator": "/officer/rejects"}

# As streets.store.tokens makes them; a link that was cut off or garbled may not have the form.
SECRET = re.compile(r"[A-Za-z0-9_-]{1,100}")

router = APIRouter(dependencies=[Depends(anyone)])


def _keep_cookie(response: Response, conf: Settings, name: str, content: str, lasts_s: int, path: str) -> None:
    secure = conf.public_url.startswith("https://")
    response.set_cookie(name, content, lasts_s, path=path, httponly=True, secure=secure, samesite="lax")


@router.get("/sign-in")
def show(
    request: Request,
    conf: Conf,
    token: Annotated[str | None, Query()] = None,
    streets_sign_in: Annotated[str | None, Cookie()] = None,
) -> Response:
    """The page with one button, or with a word about links where there is none to use."""
    if token is None:
        return render.page(request, "sign_in.html", has_link=streets_sign_in is not None, refused=False)
    if not SECRET.fullmatch(token):
        return render.page(request, "sign_in.html", status=403, has_link=False, refused=True)
    response = render.see_other(request, "/sign-in")
    _keep_cookie(response, conf, LINK_COOKIE, token, LINK_COOKIE_LASTS_S, render.local_url(request, "/sign-in"))
    return response


@router.post("/sign-in")
def sign_in(
    request: Request, conf: Conf, conn: Conn, at: Now, streets_sign_in: Annotated[str | None, Cookie()] = None
) -> Response:
    """Begin a session."""
    token = tokens.of_secret(conn, streets_sign_in or "", at)
    if token is None or token.role not in SESSION_LASTS:
        return render.page(request, "sign_in.html", status=403, has_link=False, refused=True)
    session, until = sessions.begin(conf, token, at)
    response = render.see_other(request, BEGINS_AT[token.role])
    response.delete_cookie(LINK_COOKIE, path=render.local_url(request, "/sign-in"))
    _keep_cookie(response, conf, SESSION_COOKIE, session, int((until - at).total_seconds()), "/")
    return response


@router.post("/sign-out")
def sign_out(
    request: Request, conf: Conf, conn: Conn, at: Now, streets_session: Annotated[str | None, Cookie()] = None
) -> Response:
    """End the session, in this browser and wherever its cookie was copied to."""
    sessions.end(conf, conn, streets_session or "", at)
    response = render.see_other(request, "/")
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response
