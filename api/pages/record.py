"""The recorder: a phone that feels the road, and a form for one bump by hand that needs no script."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from api.bumps import DECIMAL_PLACES, Address, Broker, Bump, send_bump
from api.context import Conn, Now
from api.pages import render
from api.pages.words import said
from api.problems import Problem
from api.who import anyone
from streets.footfall.counts import hour_start_of

# What a person says of a jolt, as the peak in g that a phone would have felt: the middles of potholes.html's words.
JOLT_G = {"slight": 0.3, "clear": 0.7, "hard": 1.3}

HOURS_BACK = {"now": 0, "1": 1, "2": 2, "6": 6, "24": 24}

TWO_NUMBERS = re.compile(r"(-?\d{1,2}\.\d{3,})[\s,/]+(-?\d{1,3}\.\d{3,})")

router = APIRouter(dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class ByHand:
    """The form as it was filled in."""

    where: str = ""
    jolt: str = ""
    when: str = "now"


def position_of(text: str) -> tuple[float, float] | None:
    """The first latitude and longitude in a text, or in a link of a map (geo:, OpenStreetMap, Google Maps); None without."""
    found = TWO_NUMBERS.search(text)
    return (round(float(found[1]), DECIMAL_PLACES), round(float(found[2]), DECIMAL_PLACES)) if found else None


def by_hand(
    where: Annotated[str, Form(max_length=500)] = "",
    jolt: Annotated[str, Form(max_length=20)] = "",
    when: Annotated[str, Form(max_length=20)] = "now",
) -> ByHand:
    """What the form says."""
    return ByHand(where, jolt, when)


@router.get("/record")
def show_recorder(request: Request, sent: Annotated[bool, Query()] = False) -> Response:
    """The recorder and the form."""
    return render.page(request, "record.html", form=ByHand(), errors={}, sent=sent)


@router.post("/record")
def report_by_hand(
    request: Request, form: Annotated[ByHand, Depends(by_hand)], conn: Conn, at: Now, broker: Broker, address: Address
) -> Response:
    """Send one bump that a person reports; without the phone's number its reporter is the address."""
    position = position_of(form.where)
    errors = missing(request, form, position)
    if position is None or errors:
        return render.page(request, "record.html", 422, form=form, errors=errors, sent=False)
    try:
        send_bump(bump_of(form, position, at), conn, at, broker, address)
    except Problem as problem:
        if problem.status != 422:
            raise
        outside = {"where": render.words(request)(said("This place lies outside the area that is covered here."))}
        return render.page(request, "record.html", 422, form=form, errors=outside, sent=False)
    return render.see_other(request, "/record?sent=true")


def missing(request: Request, form: ByHand, position: tuple[float, float] | None) -> dict[str, str]:
    """What is wrong with the form, by field, in the reader's language."""
    words = render.words(request)
    errors = {}
    if position is None or abs(position[0]) > 90 or abs(position[1]) > 180:
        errors["where"] = words("Give the place as latitude and longitude, such as 54.9741, -1.6131, or as a link from a map.")
    if form.when not in HOURS_BACK:
        errors["when"] = words("Choose when it was.")
    if form.jolt not in JOLT_G:
        errors["jolt"] = words("Choose how it felt.")
    return errors


def bump_of(form: ByHand, position: tuple[float, float], at: datetime) -> Bump:
    """The bump that a form without errors reports."""
    hour_start = hour_start_of(at) - timedelta(hours=HOURS_BACK[form.when])
    return Bump(lat=position[0], lon=position[1], hour_start=hour_start.isoformat(), severity_g=JOLT_G[form.jolt])  # type: ignore[arg-type]
