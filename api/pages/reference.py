"""`/docs`: the reference of the JSON API, rendered on the server from its OpenAPI description, without any script."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api import who
from api.pages import render

router = APIRouter(dependencies=[Depends(who.anyone)])

ROLES: dict[object, str] = {
    who.anyone: "anyone",
    who.crew: "crew",
    who.waiting_crew: "crew",
    who.officer: "officer",
    who.waiting_officer: "officer",
    who.office: "office",
    who.machine: "machine",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API can be asked, and by whom."""

    method: str
    path: str
    says: str
    roles: list[str]
    parameters: list[dict[str, Any]]
    has_body: bool
    statuses: list[str]


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def roles_of(route: APIRoute) -> list[str]:
    """The roles that a route states; a structural test holds that it is exactly one."""
    return sorted({ROLES[call] for call in _calls(route.dependant) if call in ROLES})


def operations(description: dict[str, Any], routes: Iterable[APIRoute]) -> list[Operation]:
    """The operations of an OpenAPI description, by path."""
    roles = {(route.path_format, method): roles_of(route) for route in routes for method in route.methods or ()}
    return [
        Operation(
            method=method.upper(),
            path=path,
            says=told.get("description", ""),
            roles=roles[path, method.upper()],
            parameters=told.get("parameters", []),
            has_body="requestBody" in told,
            statuses=sorted(told["responses"]),
        )
        for path, methods in sorted(description["paths"].items())
        for method, told in methods.items()
    ]


@router.get("/docs")
def reference(request: Request) -> HTMLResponse:
    """Every operation, with its parameters and answers."""
    app = request.app
    return render.page(request, "reference.html", operations=operations(app.openapi(), app.state.routes))
