"""Published figures that were changed afterwards: whoever copied one can see that it is another now, since when, and why."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import csv_face, json_face, record
from api.pages.words import said
from api.problems import Problem
from api.shapes import Csv, shape
from api.who import anyone
from streets.bins.fill import clamped
from streets.footfall.disclosure import public_count
from streets.store import revisions
from streets.store.database import Connection
from streets.store.revisions import Revision

MOST = 10_000
EARLIEST = date(2000, 1, 1)

router = APIRouter(tags=["revisions"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class OpenRevision:
    """A change of a published figure as open data.

    `kind` footfall_hour: the counts of the hour that `concerns` begins, before and after; null and no `…_below`: not known.
    `kind` emptying: when a bin was emptied and how full it had been, before and after; null: no such emptying. `why` is
    late_data, record_changed (of the installation), recoded (kept messages were decoded again), reconciled (counts and totals
    were worked out together for the first time) or repaired (by an audit).
    """

    revised_at: datetime
    kind: str
    council: str
    place_id: str | None
    counter_id: str | None
    bin_id: str | None
    concerns: datetime
    was_count: int | None
    was_count_below: int | None
    count: int | None
    count_below: int | None
    was_emptied_at: datetime | None
    emptied_at: datetime | None
    was_fill_before_pct: int | None
    fill_before_pct: int | None
    why: str


REVISION_COLUMNS = tuple(OpenRevision.__dataclass_fields__)


def open_revision(one: Revision) -> OpenRevision:
    """The change as anyone may see it: tiny counts are masked before and after."""
    was, now = public_count(one.was_people), public_count(one.people)
    return OpenRevision(
        revised_at=one.revised_at,
        kind=one.kind,
        council=one.council,
        place_id=one.place_id,
        counter_id=one.counter_id,
        bin_id=one.bin_id,
        concerns=one.concerns,
        was_count=was.count,
        was_count_below=was.below,
        count=now.count,
        count_below=now.below,
        was_emptied_at=one.was_emptied_at,
        emptied_at=one.emptied_at,
        was_fill_before_pct=_whole(one.was_fill_before_pct),
        fill_before_pct=_whole(one.fill_before_pct),
        why=one.why,
    )


def _whole(fill_pct: float | None) -> int | None:
    return None if fill_pct is None else round(clamped(fill_pct))


def revisions_on(conn: Connection, day: date, most: int = MOST) -> list[OpenRevision]:
    """What was revised on a UTC day, oldest first, at most `most`. Raises Problem 422 on a day that there is no data of."""
    if not EARLIEST <= day < date.max:
        raise Problem(422, "invalid", said("The day must be %(earliest)s or later."), earliest=EARLIEST.isoformat())
    start = datetime.combine(day, time(), UTC)
    return [open_revision(one) for one in revisions.revisions(conn, start, start + timedelta(days=1), most)]


Day = Annotated[date | None, Query(description="UTC day on which figures were revised; else today")]


@router.get("/v1/revisions", response_model=shape("Revisions", day=date, complete=bool, revisions=list[OpenRevision]))
def list_revisions(conn: Conn, at: Now, day: Day = None) -> Response:
    """The published figures that were revised on one UTC day; at most 10,000, `complete` says whether these are all."""
    asked = day or at.astimezone(UTC).date()
    found = revisions_on(conn, asked, MOST + 1)
    return json_face({"day": asked, "complete": len(found) <= MOST, "revisions": [record(one) for one in found[:MOST]]})


@router.get("/v1/revisions.csv", response_class=Csv)
def list_revisions_csv(conn: Conn, at: Now, day: Day = None) -> Response:
    """The same as a table."""
    asked = day or at.astimezone(UTC).date()
    return csv_face(revisions_on(conn, asked), REVISION_COLUMNS, f"revisions-{asked.isoformat()}")
