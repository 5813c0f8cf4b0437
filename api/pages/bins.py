"""Pages: the list of litter bins, and one bin with its history."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import who
from api.bins import Bin, known_bin, open_bin
from api.context import Conn, Now
from api.pages import render
from streets.bins.fill import clamped
from streets.store import bins, emptyings, wards
from streets.store.bins import BinNow, FillRow

router = APIRouter(dependencies=[Depends(who.anyone)])

STATES = ("full", "nearly_full", "measured", "not_measurable", "silent", "no_sensor")
HISTORY = timedelta(days=7)
EMPTYING_DAYS = 28
MOST_POINTS = 2000
MOST_SHOWN = 500
BUCKET_H = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form above the list asks for; "" means all."""

    ward: str
    state: str
    search: str

    def wants(self, known: BinNow, one: Bin) -> bool:
        """Whether the bin is one of those asked for."""
        fits_ward = self.ward in ("", known.ward_code)
        fits_state = self.state in ("", one.state) or self.state == kind_of(one)
        return fits_ward and fits_state and self.search.casefold() in f"{one.name} {one.bin_id}".casefold()


def kind_of(one: Bin) -> str:
    """The bin's state, with measured bins that are full or nearly so set apart."""
    return {100: "full", 75: "nearly_full"}.get(one.about_pct or 0, "measured") if one.state == "measured" else one.state


def asked_of(
    ward: Annotated[str, Query(max_length=64)] = "",
    state: Annotated[str, Query(max_length=64)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
) -> Asked:
    """The form as it was sent; a state that there is none of asks for all."""
    return Asked(ward, state if state in STATES else "", search.strip())


@dataclass(frozen=True, slots=True)
class Spell:
    """Three hours of a bin's history: the highest fill measured, 0 to 100, or why there is none (None: nothing was heard)."""

    start: datetime
    fill_pct: float | None
    not_measurable: str | None


def spells_of(fills: list[FillRow], until: datetime) -> list[Spell]:
    """The history before `until` in spells of three hours, oldest first, none left out."""
    spells = []
    for back in range(int(HISTORY / timedelta(hours=BUCKET_H)), 0, -1):
        start = until - timedelta(hours=BUCKET_H * back)
        within = [fill for fill in fills if start <= fill.observed_at < start + timedelta(hours=BUCKET_H)]
        measured = [fill.fill_pct for fill in within if fill.fill_pct is not None]
        why = Counter(fill.not_measurable for fill in within if fill.not_measurable).most_common(1)
        spells.append(Spell(start, clamped(max(measured)) if measured else None, why[0][0] if why and not measured else None))
    return spells


@router.get("/bins")
def list_page(request: Request, conn: Conn, at: Now, asked: Annotated[Asked, Depends(asked_of)]) -> HTMLResponse:
    """The bins asked for, the fullest first; what is not known comes after, with why."""
    every = [(known, open_bin(known, at)) for known in bins.now(conn)]
    shown = sorted((pair for pair in every if asked.wants(*pair)), key=lambda pair: (-(pair[1].fill_pct or -1), pair[1].bin_id))
    counts = dict.fromkeys(STATES, 0) | Counter(kind_of(one) for _, one in every)
    return render.page(
        request,
        "bins.html",
        bins=shown[:MOST_SHOWN],
        found=len(shown),
        asked=asked,
        query=f"?{urlencode({'ward': asked.ward})}" if asked.ward else "",
        counts=counts,
        total=len(every),
        wards=wards.wards(conn),
        states=STATES,
    )


@router.get("/bins/{bin_id}")
def bin_page(request: Request, conn: Conn, at: Now, known: Annotated[BinNow, Depends(known_bin)]) -> HTMLResponse:
    """One bin: now, the last week, its emptyings and its forecast."""
    fills = bins.fills(conn, known.bin_id, at - HISTORY, at, MOST_POINTS)
    return render.page(
        request,
        "bin.html",
        known=known,
        bin=open_bin(known, at),
        spells=spells_of(fills, at),
        emptyings=emptyings.of_bin(conn, known.bin_id, at, EMPTYING_DAYS),
    )
