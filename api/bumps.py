"""Phones report single impacts, and how often they drove streets: `POST /v1/bumps` and `POST /v1/coverage`.

Anyone may, without a name. One impact is a point of 5 decimal places, an hour and a few coarse words; there is no field for
a trip, a trace or a device, and a body with one is refused. The answer is 202 once the broker has the report.
"""

from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from api import reports
from api.address_limit import limited
from api.broker import Gateway, gateway
from api.context import Conn, Now
from api.faces import json_face, plain
from api.shapes import shape
from api.who import anyone

DECIMAL_PLACES = 5

router = APIRouter(tags=["potholes"], dependencies=[Depends(anyone)])


def _five_places(value: float) -> float:
    if round(value, DECIMAL_PLACES) != value:
        raise ValueError(f"at most {DECIMAL_PLACES} decimal places (about a metre), please: nothing finer is kept")
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time in ISO 8601 as a text, as in 2026-11-22T10:00:00Z")  # noqa: TRY004 - pydantic's way
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this time lies outside the years 1 to 9999") from error


def _whole_hour(value: datetime) -> datetime:
    utc = _in_utc(value)
    if (utc.minute, utc.second, utc.microsecond) != (0, 0, 0):
        raise ValueError("only the hour, please, as in 2026-11-22T10:00:00Z: nothing finer is kept")
    return utc


def _monday(value: datetime) -> datetime:
    utc = _in_utc(value)
    if (utc.weekday(), utc.time()) != (0, time()):
        raise ValueError("must be a Monday at 00:00 UTC, as in 2026-11-16T00:00:00Z")
    return utc


Lat = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False), AfterValidator(_five_places)]
Lon = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False), AfterValidator(_five_places)]
Hour = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_whole_hour)]
Monday = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_monday)]
CouncilCode = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,30}$")]
ReporterNumber = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="A random number that the phone made for itself")]


class Report(BaseModel):
    """What every report may say. Any field that is not listed is refused."""

    model_config = ConfigDict(extra="forbid")

    reporter: ReporterNumber | None = None


class Bump(Report):
    """One impact. `severity_g` is the peak vertical acceleration without gravity; `hour_start` the hour it happened in."""

    council: CouncilCode | None = None
    lat: Lat
    lon: Lon
    hour_start: Hour
    severity_g: Annotated[float, Field(strict=True, gt=0, le=16)]
    heading_octant: Annotated[int, Field(strict=True, ge=0, le=7)] | None = None
    speed_band: Literal["under_20_mph", "20_to_30_mph", "30_to_40_mph", "over_40_mph"] | None = None
    quality: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None


class Coverage(Report):
    """How often one street (its USRN or id in the council's network) was driven in one week: a count, never a route."""

    council: CouncilCode
    street: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]*$")]
    week_start: Monday
    passes: Annotated[int, Field(strict=True, ge=1, le=10_000)]


Broker = Annotated[Gateway, Depends(gateway)]
Address = Annotated[str, Depends(limited)]


@router.post("/v1/bumps", status_code=202, response_model=shape("AcceptedBump", accepted=bool, council=str))
def report_bump(bump: Bump, conn: Conn, at: Now, broker: Broker, address: Address) -> Response:
    """Report one impact."""
    council = send_bump(bump, conn, at, broker, address)
    return _accepted(council)


@router.post("/v1/coverage", status_code=202, response_model=shape("AcceptedCoverage", accepted=bool, council=str))
def report_coverage(coverage: Coverage, conn: Conn, at: Now, broker: Broker, address: Address) -> Response:
    """Report how often one street was driven in one week."""
    reports.check_recent("week_start", coverage.week_start, at)
    council = reports.known_council(conn, coverage.council)
    token = reports.token_of(conn, coverage.reporter, address, coverage.week_start)
    reports.publish(broker, council, token, "coverage", _reading(coverage))
    return _accepted(council)


def send_bump(bump: Bump, conn: Conn, at: datetime, broker: Gateway, address: str) -> str:
    """Send one impact on to the broker; return the council whose it is. Raises Problem."""
    reports.check_recent("hour_start", bump.hour_start, at)
    council = reports.council_at(conn, bump.lat, bump.lon, bump.council)
    token = reports.token_of(conn, bump.reporter, address, bump.hour_start)
    reports.publish(broker, council, token, "bump", _reading(bump))
    return council


def _reading(report: Report) -> dict[str, Any]:
    reading: dict[str, Any] = plain(report.model_dump(exclude={"reporter", "council"}))
    return reading


def _accepted(council: str) -> Response:
    response = json_face({"accepted": True, "council": council})
    response.status_code = 202
    return response
