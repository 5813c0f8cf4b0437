"""Who may call: every route states exactly one of `anyone`, `crew`, `officer`, `office`, `machine`.

A route states it either as a parameter, `caller: Crew`, or without needing the caller, `dependencies=[Depends(crew)]`.
Programs send `Authorization: Bearer <secret>`. A browser that signed in sends the cookie of its session (api.sessions).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api import sessions
from api.context import ANSWERS_WITHIN_S, Conf, Conn, Now, database
from api.pages.words import said
from api.problems import Problem
from api.sessions import SESSION_COOKIE
from streets.store import tokens

ROLES = {"crew": said("crew"), "officer": said("officer"), "device": said("device"), "operator": said("operator")}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `role` is anyone, crew, officer, device or operator.

    A caller with a token belongs to one `council` and is shown nothing of another's; the operator's `council` is "" and they are
    shown no council's. For anyone both other fields are "".
    """

    role: str
    council: str
    subject: str


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False, scheme_name="token"))]


def signed_in(request: Request, conf: Conf, conn: Conn, at: Now, bearer: Bearer) -> Caller:
    """The caller with a token that holds. Raises Problem 401 where there is none."""
    if "authorization" in request.headers:
        token = tokens.of_secret(conn, bearer.credentials, at) if bearer else None
    else:
        token = sessions.token_of(conf, conn, request.cookies.get(SESSION_COOKIE, ""), at)
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


def office(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """Officers for their council, and the operator of the installation for what is no council's."""
    return _one_of(caller, "officer", "operator")


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
Office = Annotated[Caller, Depends(office)]
WaitingOfficer = Annotated[Caller, Depends(waiting_officer)]
Machine = Annotated[Caller, Depends(machine)]
