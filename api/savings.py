"""Savings by month as JSON and CSV, and a month's ledger in lines: anybody can do the sums again."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.context import Conn
from api.faces import csv_face, json_face, record
from api.pages.words import said
from api.problems import NotHere, Problem
from api.shapes import Csv, many, shape
from api.who import anyone
from streets.accounts.savings import MonthTold, months_told
from streets.rounds.assumptions import Worth
from streets.store import savings
from streets.store.savings import Line, Month, Version

router = APIRouter(tags=["savings"], dependencies=[Depends(anyone)])

# Who told what is an officer's name: it is for the council's own officers.
NOT_FOR_ALL = {"told_by", "assumption_id", "council"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month in one row. What is saved is the schedule less the rounds; empty where no day is counted."""

    council: str
    month: str
    days: int
    days_counted: int
    schedule_visits: int | None
    planned_visits: int | None
    saved_visits: int | None
    saved_km: float | None
    saved_hours: float | None
    saved_litres: float | None
    saved_kg_co2e: float | None
    saved_pounds: float | None
    sensors_pounds: float
    net_pounds: float | None
    bin_days_measured: int
    bin_days_overflowed: int
    told_overflowing: int
    complaints: int | None
    assumptions_version: int


SIDE = shape("Side", visits=int, km=float, hours=float, litres=float, kg_co2e=float, pounds=float)
RECOMPUTED = shape("Recomputed", told_at=datetime, net_pounds_before=float | None)
SUMMED = tuple(name for name in Month.__dataclass_fields__ if name.startswith(("planned_", "schedule_")))
MEMBERS: dict[str, Any] = {
    "month": str,
    "schedule_due": int,
    "days_of_month": int,
    **dict.fromkeys(("schedule", "planned", "saved"), SIDE | None),
    "sensors_pounds": float,
    "net_pounds": float | None,
    "assumptions": shape("Assumptions", Version, without=NOT_FOR_ALL, version=int),
    "recomputed": RECOMPUTED | None,
}
MONTH = shape("Month", Month, without=set(SUMMED) - set(MEMBERS), **MEMBERS)


def month_of(words: str) -> date:
    """The first day of a month written as 2026-03. Raises Problem 422."""
    try:
        return date.fromisoformat(f"{words}-01")
    except ValueError as error:
        raise Problem(422, "invalid", said("A month is written as 2026-03, not %(given)s."), given=words[:20]) from error


def pounds(pence: float | None) -> float | None:
    """Pence as pounds, to the penny."""
    return None if pence is None else round(pence) / 100


def month_row(told: MonthTold) -> MonthRow:
    """A month's figures that fit in a row."""
    facts, saved = told.facts, _side(told.saved) or {}
    return MonthRow(
        council=facts.council,
        month=f"{facts.month:%Y-%m}",
        days=facts.days,
        days_counted=facts.days_counted,
        schedule_visits=told.schedule.visits if told.schedule else None,
        planned_visits=told.planned.visits if told.planned else None,
        **{f"saved_{name}": saved.get(name) for name in ("visits", "km", "hours", "litres", "kg_co2e", "pounds")},
        sensors_pounds=round(told.sensors_pence) / 100,
        net_pounds=pounds(told.net_pence),
        bin_days_measured=facts.bin_days_measured,
        bin_days_overflowed=facts.bin_days_overflowed,
        told_overflowing=facts.told_overflowing,
        complaints=facts.complaints,
        assumptions_version=told.version,
    )


def _side(side: Worth | None) -> dict[str, Any] | None:
    if side is None:
        return None
    figures = {"visits": side.visits, "km": round(side.km, 3), "hours": round(side.hours, 3), "litres": round(side.litres, 2)}
    return {**figures, "kg_co2e": round(side.kg_co2e, 2), "pounds": pounds(side.pence)}


def public_version(version: Version, number: int) -> dict[str, Any]:
    """A version of the assumptions without who told it."""
    return {"version": number, **{name: value for name, value in record(version).items() if name not in NOT_FOR_ALL}}


def month_record(told: MonthTold) -> dict[str, Any]:
    """A month with both sides, what is saved, what sensors cost, what overflowed, and by which assumptions."""
    facts = {name: value for name, value in record(told.facts).items() if not name.startswith(("planned_", "schedule_"))}
    recomputed = told.recomputed and {
        "told_at": told.recomputed.told_at,
        "net_pounds_before": pounds(told.recomputed.net_pence_before),
    }
    return {
        **facts,
        "month": f"{told.facts.month:%Y-%m}",
        "schedule_due": told.facts.schedule_due,
        "days_of_month": monthrange(told.facts.month.year, told.facts.month.month)[1],
        "schedule": _side(told.schedule),
        "planned": _side(told.planned),
        "saved": _side(told.saved),
        "sensors_pounds": pounds(told.sensors_pence),
        "net_pounds": pounds(told.net_pence),
        "assumptions": public_version(told.assumed, told.version),
        "recomputed": recomputed,
    }


def known_month(conn: Conn, council: str, month: str) -> MonthTold:
    """The month of the path. Raises NotHere."""
    found = months_told(conn, council, month_of(month))
    if not found:
        raise NotHere("No day of this month is closed for this council. /v1/savings lists the months there are.")
    return found[0]


KnownMonth = Annotated[MonthTold, Depends(known_month)]
OfCouncil = Annotated[str | None, Query(max_length=100)]


@router.get("/v1/savings", response_model=shape("Months", months=many(MONTH)))
def list_months(conn: Conn, council: OfCouncil = None) -> Response:
    """Every month with closed days: the schedule, the rounds, what is saved net of sensors, and what overflowed beside it."""
    return json_face({"months": [month_record(told) for told in months_told(conn, council)]})


@router.get("/v1/savings.csv", response_class=Csv)
def list_months_csv(conn: Conn, council: OfCouncil = None) -> Response:
    """The same, one row a month."""
    return csv_face((month_row(told) for told in months_told(conn, council)), tuple(MonthRow.__dataclass_fields__), "savings")


@router.get("/v1/savings/{council}/{month}.csv", response_class=Csv)
def show_lines_csv(conn: Conn, known: KnownMonth) -> Response:
    """A month's ledger: one row a bin and day with both sides, and one a day for the way to tips and home."""
    facts = known.facts
    name = f"savings-{facts.council}-{facts.month:%Y-%m}"
    return csv_face(savings.lines(conn, facts.council, facts.month), tuple(Line.__dataclass_fields__), name)


@router.get("/v1/savings/{council}/{month}", response_model=shape("MonthWithWards", MONTH, wards=list[savings.WardMonth]))
def show_month(conn: Conn, known: KnownMonth) -> Response:
    """One month, with its wards."""
    wards = [record(ward) for ward in savings.wards(conn, known.facts.council, known.facts.month)]
    return json_face({**month_record(known), "wards": wards})
