"""Who may call: every route states exactly one of `anyone`, `crew`, `officer`, `machine`.

A route states it either as a parameter, `caller: Crew`, or without needing the caller, `dependencies=[Depends(crew)]`.
Programs send `Authorization: Bearer <secret>`. A browser that signed in sends the session cookie: not the secret but a
reference to the token, signed with STREETS_SECRET_KEY, so that revoking the token ends the session at once.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.context import ANSWERS_WITHIN_S, Conf, Conn, Now, database
from api.pages.words import said
from api.problems import Problem
from streets.settings import Settings
from streets.store import tokens
from streets.store.database import Connection

SESSION_COOKIE = "streets_session"

# A shift's phone must outlive a shift without signal; an officer sees more and sits at a desk.
SESSION_LASTS = {"crew": timedelta(days=30), "officer": timedelta(hours=12)}


ROLES = {"crew": said("crew"), "officer": said("officer"), "device": said("device")}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `role` is anyone, crew, officer or device.

    A caller with a token belongs to one `council` and is shown nothing of another's; for anyone both other fields are "".
    """

    role: str
    council: str
    subject: str


def _signature(conf: Settings, reference: str) -> str:
    return hmac.new(conf.secret_key.encode(), f"session:{reference}".encode(), hashlib.sha256).hexdigest()


def session_of(conf: Settings, token: tokens.Token, at: datetime) -> tuple[str, datetime]:
    """The session cookie's value for a token, and when the session ends."""
    until = min(token.expires_at, at + SESSION_LASTS[token.role])
    reference = f"{token.token_id}.{int(until.timestamp())}"
    return f"{reference}.{_signature(conf, reference)}", until


def token_id_of(conf: Settings, session: str, at: datetime) -> UUID | None:
    """The token that a session cookie refers to, or None where the cookie is not ours or has ended."""
    reference, _, signature = session.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(conf, reference).encode()):
        return None
    token_id, _, until = reference.partition(".")
    return UUID(token_id) if datetime.fromtimestamp(int(until), UTC) > at else None


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False, scheme_name="token"))]


def _of_session(request: Request, conf: Settings, conn: Connection, at: datetime) -> tokens.Token | None:
    token_id = token_id_of(conf, request.cookies.get(SESSION_COOKIE, ""), at)
    return None if token_id is None else tokens.of_id(conn, token_id, at)


def signed_in(request: Request, conf: Conf, conn: Conn, at: Now, bearer: Bearer) -> Caller:
    """The caller with a token that holds. Raises Problem 401 where there is none."""
    if "authorization" in request.headers:
        token = tokens.of_secret(conn, bearer.credentials, at) if bearer else None
    else:
        token = _of_session(request, conf, conn, at)
    if token is None:
        needed = said("This needs a token that is neither expired nor revoked.")
        raise Problem(401, "not_signed_in", needed, {"WWW-Authenticate": "Bearer"})
    tokens.note_use(conn, token, at)
    return Caller(token.role, token.council, token.subject)


def _one_of(caller: Caller, *roles: str) -> Caller:
    if caller.role not in roles:
        may = said("A token with the role %(role)s may not do this; it is for the roles %(roles)s.")
        raise Problem(403, "wrong_role", may, role=ROLES[caller.role], roles=[ROLES[role] for role in roles])
    return caller


def anyone() -> Caller:
    """Open to all, and the same for all: no token is looked at."""
    return Caller("anyone", "", "")


def crew(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """Crews, and officers."""
    return _one_of(caller, "crew", "officer")


def officer(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """Officers."""
    return _one_of(caller, "officer")


def machine(request: Request, conf: Conf, at: Now, bearer: Bearer) -> Caller:
    """Network servers and devices: tokens with the role device.

    Looked up in a transaction that is over when the handler begins: while the broker is slow to take what they send, nobody else
    lacks the connection.
    """
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        return _one_of(signed_in(request, conf, conn, at, bearer), "device")


def waiting_officer(request: Request, conf: Conf, at: Now, bearer: Bearer) -> Caller:
    """Officers who wait for something long: as `machine`, while they wait nobody else lacks the connection."""
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        return _one_of(signed_in(request, conf, conn, at, bearer), "officer")


def waiting_crew(request: Request, conf: Conf, at: Now, bearer: Bearer) -> Caller:
    """Crews and officers who wait for something long, as `waiting_officer`."""
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        return _one_of(signed_in(request, conf, conn, at, bearer), "crew", "officer")


Anyone = Annotated[Caller, Depends(anyone)]
Crew = Annotated[Caller, Depends(crew)]
WaitingCrew = Annotated[Caller, Depends(waiting_crew)]
Officer = Annotated[Caller, Depends(officer)]
WaitingOfficer = Annotated[Caller, Depends(waiting_officer)]
Machine = Annotated[Caller, Depends(machine)]
