"""`/officer/suitability`: which sensors suit their bins, what to change, an officer's own word, and offers to decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.pages.words import said
from api.problems import NotHere
from api.round_faces import PRIVATE
from api.suitability import KnownSensor
from api.suitability_forms import (
    LONDON,
    SHOWN,
    Asked,
    DayForm,
    OverrideForm,
    asked_of,
    from_form,
    needs_somebody,
    override_form,
    wrong_of,
)
from api.suitability_words import VERDICT_WORDS, WORDS, changes_for, lines_of, unusable_share
from api.who import Officer
from streets.assets.rows import MisfitError
from streets.bins.fill import Mount, fill_of
from streets.store import installations, offers, overrides, suitability
from streets.store.changes import Told
from streets.store.database import Connection
from streets.store.offers import Offer
from streets.store.suitability import Sensor
from streets.suitability.verdict import VERDICTS

router = APIRouter()

MOST_SHOWN = 500
CHART_REPORTS = 26


def known_offer(conn: Conn, known: KnownSensor, offer_id: int, learned_mm: Annotated[int, Form()]) -> Offer:
    """The open offer of the path, if it still says what the officer saw. Raises NotHere."""
    for offer in offers.offers(conn, known.installation_id):
        if (offer.offer_id, offer.learned_mm, offer.state) == (offer_id, learned_mm, "open"):
            return offer
    raise NotHere("This is no longer offered, or with other figures: load the page of the sensor again.")


AskedFor = Annotated[Asked, Depends(asked_of)]
KnownOffer = Annotated[Offer, Depends(known_offer)]


@router.get("/officer/suitability")
def list_page(request: Request, conn: Conn, at: Now, caller: Officer, asked: AskedFor) -> Response:
    """The council's sensors: first those that need somebody, then the rest, by bin."""
    every = suitability.sensors(conn, caller.council, at)
    found = sorted((one for one in every if asked.wants(one)), key=lambda one: not needs_somebody(one))
    counts = {verdict: sum(one.verdict == verdict for one in every) for verdict in VERDICTS}
    seen: dict[str, Any] = {
        "waiting": [one for one in found if needs_somebody(one)],
        "rest": [one for one in found if not needs_somebody(one)],
    }
    shown: dict[str, Any] = {"choices": SHOWN, "asked": asked, "most": MOST_SHOWN, "counts": counts, "total": len(every)}
    return _private(request, "suitability.html", **shown, **seen)


@router.get("/officer/suitability/{installation_id}")
def sensor_page(request: Request, conn: Conn, at: Now, known: KnownSensor) -> Response:
    """One sensor."""
    return _sensor_page(request, conn, known, at)


@router.post("/officer/suitability/{installation_id}/override")
def tell_override(
    request: Request,
    conn: Conn,
    at: Now,
    caller: Officer,
    known: KnownSensor,
    form: Annotated[OverrideForm, Depends(override_form)],
) -> Response:
    """Keep an officer's word on whether the sensor's readings count."""
    errors, until = wrong_of(render.words(request), form, at), form.until.midnight(days_on=1)
    if errors or until is None:
        return _sensor_page(request, conn, known, at, 422, override=form, errors=errors)
    overrides.tell(conn, known.installation_id, form.vote == "yes", form.reason, caller.subject, at, until)
    return render.see_other(request, f"/officer/suitability/{known.installation_id}")


@router.post("/officer/suitability/{installation_id}/override/end")
def end_override(request: Request, conn: Conn, at: Now, caller: Officer, known: KnownSensor) -> Response:
    """End the officer's word that is in force: the reports decide again."""
    overrides.end(conn, known.installation_id, caller.subject, at)
    return render.see_other(request, f"/officer/suitability/{known.installation_id}")


@router.post("/officer/suitability/{installation_id}/offers/{offer_id}/accept")
def accept(
    request: Request, conn: Conn, at: Now, caller: Officer, known: KnownSensor, offer: KnownOffer,
    form: Annotated[DayForm, Depends(from_form)],
) -> Response:  # fmt: skip
    """Begin a new version of the installation record with what was offered; fills are derived anew from then on."""
    applies_from, wrong = form.midnight(), said("Give the day as three numbers, such as 27 3 2026.")
    if applies_from is not None:
        try:
            new_id = apply(conn, caller.council, caller.subject, known, offer, applies_from, at)
            return render.see_other(request, f"/officer/suitability/{new_id}")
        except MisfitError:
            wrong = said("Choose a day after the one on which the present record began, and not after today.")
    return _sensor_page(
        request, conn, known, at, 422, day=form, errors={f"from-{offer.offer_id}-day": render.words(request)(wrong)}
    )


@router.post("/officer/suitability/{installation_id}/offers/{offer_id}/refuse")
def refuse(request: Request, conn: Conn, at: Now, caller: Officer, known: KnownSensor, offer: KnownOffer) -> Response:
    """Keep the record as it is; the same is not offered again until the readings say something else."""
    offers.decide(conn, known.installation_id, offer, "refused", caller.subject, at)
    return render.see_other(request, f"/officer/suitability/{known.installation_id}")


def apply(conn: Connection, council: str, by: str, known: Sensor, offer: Offer, applies_from: datetime, at: datetime) -> int:
    """Accept an offer; return the new version's id. Raises MisfitError where it cannot begin then."""
    changes = {offer.what: offer.learned_mm}
    told = Told(by, at)
    new_id = installations.new_version(conn, council, known.installation_id, applies_from, changes, told, why="relearned")
    offers.decide(conn, known.installation_id, offer, "accepted", by, at, applies_from)
    return new_id


def offer_rows(offer: Offer, known: Sensor) -> list[tuple[datetime, float, float | None, float | None]]:
    """When, what the sensor read, and the fill in per cent by the record and as it would be; the last first."""
    mounts = [Mount(known.empty_mm, known.full_mm, known.blind_zone_mm, known.max_range_mm)]
    changed = {"empty_mm": known.empty_mm, "full_mm": known.full_mm, offer.what: offer.learned_mm}
    mounts.append(Mount(changed["empty_mm"], changed["full_mm"], known.blind_zone_mm, known.max_range_mm))
    seen = sorted(zip(offer.seen_at, offer.seen_mm, strict=True), reverse=True)
    return [(when, mm, *(_fill_pct(mount, mm) for mount in mounts)) for when, mm in seen]  # type: ignore[misc]


def _fill_pct(mount: Mount, distance_mm: float) -> float | None:
    told = fill_of(mount, round(distance_mm), None, None, ())
    return None if told is None else told.fill_pct


def _sensor_page(
    request: Request, conn: Connection, known: Sensor, at: datetime, status: int = 200, errors: Mapping[str, str] | None = None,
    override: OverrideForm | None = None, day: DayForm | None = None,
) -> Response:  # fmt: skip
    """The page of a sensor, with the forms as they were filled in and what is wrong with them."""
    reports, today = suitability.reports(conn, known.installation_id), at.astimezone(LONDON).date()
    offered = offers.offers(conn, known.installation_id)
    told = overrides.overrides(conn, known.installation_id)
    return _private(
        request,
        "suitability_sensor.html",
        status,
        sensor=known,
        reports=reports,
        changes=changes_for(reports[0]) if reports else [],
        lines=lines_of(render.words(request), reports[0]) if reports else [],
        chart_points=[(one, unusable_share(one)) for one in reversed(reports[:CHART_REPORTS])],
        offers=[(offer, offer_rows(offer, known)) for offer in offered if offer.state == "open"],
        decided=[offer for offer in offered if offer.state in ("accepted", "refused")],
        overrides=told,
        versions=suitability.versions(conn, known.bin_id),
        in_force=next((one for one in told if one.holds(at)), None),
        ended=known.valid_to is not None and known.valid_to <= at,
        override=override or OverrideForm(),
        day=day or DayForm(str(today.day), str(today.month), str(today.year)),
        errors=errors or {},
    )


def _private(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    response = render.page(request, name, status, reasons=WORDS, verdicts=VERDICT_WORDS, **values)
    response.headers.update(PRIVATE)
    return response
