"""Open data: `/data` for people, `/data.json` (DCAT) for catalogues that harvest it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.context import Conf, Conn
from api.faces import LICENCE_URL, json_face
from api.open_data import DataSet, data_sets
from api.pages import render
from api.who import anyone
from streets.settings import Settings
from streets.store import audits, footfall, open_data

router = APIRouter(dependencies=[Depends(anyone)])


def catalogue(conf: Settings, sets: Sequence[DataSet], modified: dict[str, datetime | None]) -> dict[str, Any]:
    """The data sets as Project Open Data's data.json, a profile of DCAT, which data.gov.uk harvests."""
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [_entry(conf, each, modified[each.updated]) for each in sets],
    }


def _entry(conf: Settings, data_set: DataSet, modified: datetime | None) -> dict[str, Any]:
    entry = {
        "@type": "dcat:Dataset",
        "identifier": f"{conf.public_url}/data#{data_set.key}",
        "title": data_set.title,
        "description": f"{data_set.description} {data_set.gaps}",
        "keyword": list(data_set.keywords),
        "license": LICENCE_URL,
        "accessLevel": "public",
        "publisher": {"@type": "org:Organization", "name": conf.council_name},
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": file.name,
                "downloadURL": conf.public_url + file.path,
                "mediaType": file.media_type,
            }
            for file in data_set.files
        ],
    }
    return entry if modified is None else {**entry, "modified": modified}


@router.get("/data")
def show(request: Request, conn: Conn) -> HTMLResponse:
    """Every open data set, with its files, its age, its columns and its known gaps; and what the last audit found."""
    return render.page(
        request,
        "data.html",
        data_sets=data_sets(footfall.places(conn)),
        modified=asdict(open_data.updated(conn)),
        audit=audits.last(conn),
        licence_url=LICENCE_URL,
    )


@router.get("/data.json")
def show_catalogue(conf: Conf, conn: Conn) -> Response:
    """The data sets for catalogues that harvest them."""
    return json_face(catalogue(conf, data_sets(footfall.places(conn)), asdict(open_data.updated(conn))))
