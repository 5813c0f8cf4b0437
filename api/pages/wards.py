"""Pages: the wards, and one ward for the members who speak for it."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import who
from api.context import Conn, Now
from api.pages import render
from api.wards import ward_now, wards_now

router = APIRouter(dependencies=[Depends(who.anyone)])


@router.get("/wards")
def list_page(request: Request, conn: Conn, at: Now) -> HTMLResponse:
    """Every ward with its first figures."""
    return render.page(request, "wards.html", wards=wards_now(conn, at))


@router.get("/wards/{ward_code}")
def ward_page(request: Request, conn: Conn, at: Now, ward_code: str) -> HTMLResponse:
    """One ward: a summary to read aloud, then the figures."""
    return render.page(request, "ward.html", ward=ward_now(conn, ward_code, at))
