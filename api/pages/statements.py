"""What the council must say: the accessibility statement and the privacy notice."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.context import Conf
from api.pages import render
from api.who import anyone

router = APIRouter(dependencies=[Depends(anyone)])


@router.get("/accessibility")
def accessibility(request: Request) -> HTMLResponse:
    """The statement that the accessibility regulations of 2018 ask for."""
    return render.page(request, "accessibility.html")


@router.get("/privacy")
def privacy(request: Request, conf: Conf) -> HTMLResponse:
    """What is kept about people, and for how long."""
    return render.page(
        request, "privacy.html", bump_retention_days=conf.bump_retention_days, raw_retention_days=conf.raw_retention_days
    )
