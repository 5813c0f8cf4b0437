"""`/docs`: the reference of the JSON API, rendered on the server from its OpenAPI description."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api import who
from api.pages import render

router = APIRouter(dependencies=[Depends(who.anyone)])

ROLES = {who.anyone: "anyone", who.crew: "crew", who.officer: "officer", who.machine: "machine"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API can be asked."""

    method: str
    path: str
    says: str
    parameters: list[dict[str, Any]]
    has_body: bool
    statuses: list[str]


def roles_of(route: APIRoute) -> list[str]:
    """The roles that a route states; a structural test holds that it is exactly one."""

    def calls(dependant: Any) -> Iterator[Any]:
        for inner in dependant.dependencies:
            yield inner.call
            yield from calls(inner)

    return sorted({ROLES[call] for call in calls(route.dependant) if call in ROLES})


def operations(description: dict[str, Any]) -> list[Operation]:
    """The operations of an OpenAPI description, by path."""
    return [
        Operation(
            method.upper(),
            path,
            told.get("description", told.get("summary", "")),
            told.get("parameters", []),
            "requestBody" in told,
            sorted(told["responses"]),
        )
        for path, methods in sorted(description["paths"].items())
        for method, told in methods.items()
    ]


@router.get("/docs")
def reference(request: Request) -> HTMLResponse:
    """Every operation, with its parameters and answers."""
    return render.page(request, "reference.html", operations=operations(request.app.openapi()))
