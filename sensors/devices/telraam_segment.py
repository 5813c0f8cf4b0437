"""Telraam segment, a street as its maker's cloud tells one hour (POST /v1/reports/traffic, per-hour):

date                               ISO 8601 time in UTC: the hour begins
uptime                             0 to 1: the part of the hour in which it counted
pedestrian                         people both ways
pedestrian_lft, pedestrian_rgt     people to the left and to the right, where it tells them
night                              passages that were seen in the dark and not told apart; above 0, people are not known
bike, car, heavy, …                are no people

Telraam projects what it counted onto the whole hour: 27.376 people at an uptime of 0.58444 are 16 people seen in 2,104 s, and
that is what the reading says. Numbers that are whole as they stand, and would not be if they were projected, are counts.
Below an uptime of 0.5, under which Telraam's own users discard an hour, the whole hour's count is that of a stopped counter.
"""

from datetime import timedelta
from typing import Any

from sensors import cloud_rows
from sensors.readings import CountReading, Decoded

MODEL = "telraam-segment"
MEASURES = ("people_in", "people_out", "fault")
NEEDS = ("counter_id", "swap_in_out")

HOUR_S = 3_600
LEAST_UPTIME = 0.5
# Projected numbers are told to some thirteen digits: what is off by more was not a whole number of people.
NEARLY = 0.01


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """People to the left as in, to the right as out, or all as in. Raises DecodeError."""
    said = cloud_rows.said(payload)
    since = cloud_rows.moment(said, "date")
    uptime = cloud_rows.amount(said.get("uptime"), "uptime", 1)
    in_the_dark = cloud_rows.amount(said.get("night") or 0, "night", cloud_rows.PEOPLE_AT_MOST)
    told = _told(said)
    people = [*map(round, told if _are_counts(told, uptime) else (each * uptime for each in told)), None]
    is_stopped = uptime < LEAST_UPTIME or in_the_dark > 0
    seen_s = HOUR_S if is_stopped else round(uptime * HOUR_S)
    # Stamped so that the reading's period begins with the hour, whatever its length comes to be.
    stamp = since + timedelta(seconds=seen_s)
    fault = "stopped" if is_stopped else None
    return Decoded((CountReading(people_in=people[0], people_out=people[1], period_s=seen_s, fault=fault, observed_at=stamp),))


def _told(said: dict[str, Any]) -> list[float]:
    names = ["pedestrian_lft", "pedestrian_rgt"]
    if any(said.get(name) is None for name in names):
        names = ["pedestrian"]
    return [cloud_rows.amount(said.get(name), name, cloud_rows.PEOPLE_AT_MOST) for name in names]


def _are_counts(told: list[float], uptime: float) -> bool:
    """Whether the numbers are people as they stand, and not projected onto the hour."""
    projected = all(_is_whole(each * uptime) for each in told)
    return not projected and all(_is_whole(each) for each in told)


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) <= NEARLY
