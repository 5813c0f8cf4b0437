"""Problems as RFC 9457 tells them: application/problem+json for programs, a page in the reader's language for people."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.invalid_words import what_is_wrong
from api.pages import render
from api.pages.words import Words, said
from streets.log import REQUEST
from streets.store.database import DatabaseAway

ENGLISH = Words("en")


class Problem(Exception):
    """An answer that is an error. `kind` is a word to program against; what is `said`, with its figures, tells what is wrong and
    what to do: in English to programs, in the reader's language on a page. `members` are what programs are told besides.
    """

    def __init__(
        self, status: int, kind: str, said: str, headers: dict[str, str] | None = None,
        members: Mapping[str, object] | None = None, **figures: object,
    ) -> None:  # fmt: skip
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.headers = headers or {}
        self.members = members or {}
        self._said, self._figures = said, figures

    def told(self, words: Words) -> str:
        """What is wrong, in the reader's language."""
        return words.told(self._said, self._figures)

    @property
    def detail(self) -> str:
        """What is wrong, in English."""
        return self.told(ENGLISH)

    def __str__(self) -> str:
        """What is wrong, in English."""
        return self.detail


class NotHere(Problem):
    """404: there is no such thing, or none that this caller may see."""

    def __init__(self, said: str, **figures: object) -> None:
        super().__init__(404, "not_found", said, None, None, **figures)


class Invalid(Problem):
    """422: what FastAPI found wrong with an address or a body, part by part."""

    def __init__(self, error: RequestValidationError) -> None:
        self._wrong = error.errors()
        self._errors = [
            {"where": ".".join(map(str, each["loc"])), "what": each["msg"], "code": each["type"]} for each in self._wrong
        ]
        super().__init__(422, "invalid", "", members={"errors": self._errors})

    def told(self, words: Words) -> str:
        """Every part that is wrong, and why, for people."""
        return " ".join(what_is_wrong(words, each) for each in self._wrong)

    @property
    def detail(self) -> str:
        """Every part that is wrong, and why, for programs."""
        return "; ".join(f"{each['where']}: {each['what']}" for each in self._errors)


KINDS = {404: "not_found", 405: "wrong_method", 413: "too_large"}
SAID = {
    400: said("What was sent cannot be read."),
    405: said("This address does not take what was sent to it."),
    413: said("What was sent is too large."),
}
"""What people are told where the framework has words of its own."""

MACHINE_PATHS = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")


WORDS = {"type": "string"}
BODY = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "instance"],
            "properties": {
                **dict.fromkeys(("type", "title", "detail", "instance"), WORDS),
                "status": {"type": "integer"},
                "request": {**WORDS, "description": "The X-Request-Id, which finds it in our log."},
                "errors": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"where": WORDS, "what": WORDS, "code": WORDS}},
                },
            },
        },
        "example": {
            "type": "urn:smart-streets:problem:not_found",
            "title": "Not Found",
            "status": 404,
            "detail": "There is no bin B1042.",
            "instance": "/v1/bins/B1042",
            "request": "0b6c2f1e9d5d4c63",
        },
    }
}
TOLD: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "A problem (RFC 9457): what is wrong with what was asked, and what to do.", "content": BODY},
    "503": {"description": "The database or the broker is away. Ask again after the seconds of Retry-After.", "content": BODY},
}
"""What the description of every operation says of its problems."""


def is_for_programs(request: Request) -> bool:
    """Whether the answer is read by a program rather than a person."""
    return request.url.path.startswith(MACHINE_PATHS)


def problem_json(problem: Problem, instance: str) -> JSONResponse:
    """The problem as JSON: `type` names the kind, `instance` is the path that was asked for, `request` finds it in the log."""
    body = {
        "type": f"urn:smart-streets:problem:{problem.kind}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "request": REQUEST.get(),
        **problem.members,
    }
    return JSONResponse(body, problem.status, problem.headers, media_type="application/problem+json")


def answer(request: Request, problem: Problem) -> Response:
    """The problem in the form that suits who asked."""
    if is_for_programs(request):
        return problem_json(problem, request.url.path)
    template = "sign_in_needed.html" if problem.status == 401 else "problem.html"
    response = render.page(request, template, problem.status, problem=problem, told=problem.told(render.words(request)))
    response.headers.update(problem.headers)
    return response


def _of_http(request: Request, error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    text = str(error.detail) if is_for_programs(request) else SAID.get(error.status_code, str(error.detail))
    return Problem(error.status_code, KINDS.get(error.status_code, "refused"), text, headers)


def _of_database(error: DatabaseAway) -> Problem:
    return Problem(503, "database_away", str(error), {"Retry-After": "10"})


def install(app: FastAPI) -> None:
    """Make every error of the app's handlers a problem."""
    app.add_exception_handler(Problem, lambda request, error: answer(request, error))
    app.add_exception_handler(RequestValidationError, lambda request, error: answer(request, Invalid(error)))
    app.add_exception_handler(HTTPException, lambda request, error: answer(request, _of_http(request, error)))
    app.add_exception_handler(DatabaseAway, lambda request, error: answer(request, _of_database(error)))
