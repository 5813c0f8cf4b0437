"""`/v1/transparency`: the transparency records, generated as they are asked for, as JSON, CSV and Markdown. For anybody."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.atrs import NOT_STATED, STANDARD, Kept, Record, record
from api.atrs_form import TOOLS, Tool
from api.context import Conf, Conn, Now
from api.faces import csv_face, json_face
from api.pages import render
from api.problems import NotHere
from api.shapes import Csv, Markdown, many, shape
from api.who import anyone
from streets.store import transparency
from streets.store.database import Connection
from streets.store.transparency import Named

router = APIRouter(tags=["transparency"], dependencies=[Depends(anyone)])


def named(conn: Connection, council: str) -> Named:
    """The council of that code. Raises NotHere."""
    found = next((each for each in transparency.councils(conn) if each.council == council), None)
    if found is None:
        raise NotHere(f"There is no council {council}.")
    return found


def one(request: Request, council: str, tool: Tool, conn: Conn, conf: Conf, at: Now) -> Record:
    """The record of the path, to programs in English. Raises NotHere."""
    kept = Kept(conf.public_url, conf.raw_retention_days, conf.bump_retention_days)
    return record(conn, kept, named(conn, council), tool, at, render.words(request))


Asked = Annotated[Record, Depends(one)]


FIELD = shape("TransparencyField", number=str, attribute=str, name=str, answer=str | None)
SECTION = shape("TransparencySection", title=str, model=str | None, fields=many(FIELD))
RECORD = shape(
    "TransparencyRecord",
    **dict.fromkeys(("standard", "council", "tool", "title"), str),
    generated_at=datetime,
    changed_at=datetime | None,
    sections=many(SECTION),
    figures=dict[str, Any],
)
ADDRESS = shape("TransparencyAddress", council=str, tool=str, record=str)
RECORDS = shape("TransparencyRecords", standard=str, records=many(ADDRESS))


def as_record(told: Record) -> dict[str, Any]:
    """A record as values; an answer that the council has yet to give is null."""
    return {
        "standard": STANDARD,
        "council": told.council,
        "tool": told.tool,
        "title": told.title,
        "generated_at": told.generated_at,
        "changed_at": told.changed_at,
        "sections": [
            {
                "title": part.title,
                "model": part.model,
                "fields": [
                    {"number": each.number, "attribute": each.attribute, "name": each.name, "answer": each.text}
                    for each in part.answers
                ],
            }
            for part in told.parts
        ],
        "figures": told.figures,
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A field of a record, to be copied into the standard's template."""

    section: str
    model: str | None
    number: str
    attribute: str
    name: str
    answer: str | None


def table(told: Record) -> list[Row]:
    """One row a field."""
    return [
        Row(part.title, part.model, each.number, each.attribute, each.name, each.text)
        for part in told.parts
        for each in part.answers
    ]


def markdown(told: Record) -> str:
    """The record to read, or to send to the standard's team."""
    lines = [f"# {told.title}", "", f"{STANDARD}. Generated on {told.generated_at:%-d %B %Y} from what is live."]
    for part in told.parts:
        lines += ["", f"## {part.title}" + (f": {part.model}" if part.model else "")]
        for each in part.answers:
            lines += ["", f"### {f'{each.number} ' if each.number else ''}{each.name}", "", each.text or f"*{NOT_STATED}*"]
    return "\n".join(lines) + "\n"


@router.get("/v1/transparency", summary="The transparency records that there are", response_model=RECORDS)
def list_records(conn: Conn) -> Response:
    """Each council's tools."""
    found = [
        {"council": each.council, "tool": tool, "record": f"/v1/transparency/{each.council}/{tool}"}
        for each in transparency.councils(conn)
        for tool in TOOLS
    ]
    return json_face({"standard": STANDARD, "records": found})


@router.get("/v1/transparency/{council}/{tool}.csv", summary="A transparency record as a table", response_class=Csv)
def as_csv(asked: Asked) -> Response:
    """One row a field."""
    return csv_face(table(asked), [each.name for each in fields(Row)], f"transparency-{asked.council}-{asked.tool}")


@router.get("/v1/transparency/{council}/{tool}.md", summary="A transparency record as Markdown", response_class=Markdown)
def as_markdown(asked: Asked) -> Response:
    """The record to read."""
    return Response(markdown(asked), media_type="text/markdown; charset=utf-8")


@router.get("/v1/transparency/{council}/{tool}", summary="A transparency record", response_model=RECORD)
def show(asked: Asked) -> Response:
    """The standard's fields with their answers, and the figures that they rest on."""
    return json_face(as_record(asked))
