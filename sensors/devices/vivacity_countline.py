"""Vivacity countline, as its maker's cloud tells one interval (GET /countline/counts, fill_zeros=false):

from, to          ISO 8601 times with zone: the interval
clockwise         what crossed one way, by class: {"pedestrian": 12, "cyclist": 3}; only pedestrians are people
anti_clockwise    what crossed the other way

A class that is not named was not seen, as long as any class is: the sensor was at work. Where neither direction names one,
nothing is known of the interval, which is not nobody; nor is null.
"""

from typing import Any

from sensors import cloud_rows
from sensors.readings import CountReading, Decoded, DecodeError

MODEL = "vivacity-countline"
MEASURES = ("people_in", "people_out")
NEEDS = ("counter_id", "swap_in_out")

LONGEST_S = 86_400


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """People clockwise as in, the others as out. Raises DecodeError."""
    said = cloud_rows.said(payload)
    since, until = cloud_rows.moment(said, "from"), cloud_rows.moment(said, "to")
    period_s = (until - since).total_seconds()
    if not 1 <= period_s <= LONGEST_S or period_s != int(period_s):
        raise DecodeError(f"From {since.isoformat()} to {until.isoformat()} is no interval that is counted.")
    clockwise, anti_clockwise = _classes(said, "clockwise"), _classes(said, "anti_clockwise")
    if not clockwise and not anti_clockwise:
        raise DecodeError("Neither direction names a class: that is nothing known, not nobody.")
    return Decoded(
        (
            CountReading(
                people_in=_people(clockwise, "clockwise"),
                people_out=_people(anti_clockwise, "anti_clockwise"),
                period_s=int(period_s),
                observed_at=until,
            ),
        )
    )


def _classes(said: dict[str, Any], direction: str) -> dict[str, Any]:
    """What crossed in a direction, by class; nothing where it is left out or null."""
    found = said.get(direction)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise DecodeError(f"{direction} must be an object of classes.")
    return found


def _people(classes: dict[str, Any], direction: str) -> int:
    return cloud_rows.whole(classes["pedestrian"], f"{direction} pedestrian") if "pedestrian" in classes else 0
