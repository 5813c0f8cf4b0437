"""JSON and CSV for officers: whether each sensor suits its bin. Private to the council: no licence, and no cache keeps it."""

import csv
import io
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.asked import RecordId
from api.context import Conn, Now
from api.faces import cell, record
from api.problems import NotHere
from api.round_faces import file_answer, json_answer
from api.shapes import Csv, shape
from api.who import Officer
from streets.store import offers, overrides, suitability
from streets.store.suitability import Sensor

router = APIRouter(tags=["suitability"])

COLUMNS = tuple(Sensor.__dataclass_fields__)


def known_sensor(conn: Conn, at: Now, caller: Officer, installation_id: RecordId) -> Sensor:
    """The installation of the path. Raises NotHere."""
    found = suitability.sensor(conn, caller.council, installation_id, at)
    if found is None:
        raise NotHere("Your council has no such sensor in a bin.")
    return found


KnownSensor = Annotated[Sensor, Depends(known_sensor)]


def csv_text(sensors: list[Sensor]) -> str:
    """One line a sensor, with a header line even where there is none."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in asdict(sensor).values()] for sensor in sensors)
    return text.getvalue()


def in_full(conn: Conn, known: Sensor) -> dict[str, Any]:
    """A sensor with its reports, officers' words and offers, each newest first."""
    return {
        **record(known),
        "reports": [record(one) for one in suitability.reports(conn, known.installation_id)],
        "overrides": [record(one) for one in overrides.overrides(conn, known.installation_id)],
        "offers_made": [record(one) for one in offers.offers(conn, known.installation_id)],
    }


@router.get("/v1/suitability", response_model=shape("Sensors", as_of=datetime, sensors=list[Sensor]))
def list_sensors(conn: Conn, at: Now, caller: Officer) -> Response:
    """The sensors that hang in the council's bins, with the last verdict, its reasons and whether the sensor has the vote."""
    return json_answer({"as_of": at, "sensors": [record(one) for one in suitability.sensors(conn, caller.council, at)]})


@router.get("/v1/suitability.csv", response_class=Csv)
def list_sensors_csv(conn: Conn, at: Now, caller: Officer) -> Response:
    """The same as a table."""
    return file_answer(csv_text(suitability.sensors(conn, caller.council, at)), "text/csv; charset=utf-8", "suitability.csv")


@router.get(
    "/v1/suitability/{installation_id}",
    response_model=shape(
        "SensorInFull",
        Sensor,
        reports=list[suitability.Report],
        overrides=list[overrides.Override],
        offers_made=list[offers.Offer],
    ),
)
def show_sensor(conn: Conn, known: KnownSensor) -> Response:
    """One installation with every report, officers' words on it, and what was offered of its record."""
    return json_answer(in_full(conn, known))
