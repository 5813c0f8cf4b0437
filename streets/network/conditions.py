"""Conditional tags of OpenStreetMap, `value @ (condition)`: the hours they name, and the weight of vehicle that they mean.

What cannot be read is read cautiously: days of the week and months are left out, so that a rule of some days holds every day.
"""

import re

_CLAUSE = re.compile(r"\s*([a-z_]+)\s*@\s*\(?([^;()]*)\)?")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)")
_WEIGHT = re.compile(r"(?:max)?(?:weight|weightrating|gcweight)\s*(>=|>)\s*(\d+(?:\.\d+)?)")


def clauses(words: str) -> list[tuple[str, str]]:
    """The values of a conditional tag, each with its condition."""
    return _CLAUSE.findall(words)


def hours(condition: str) -> tuple[int, int] | None:
    """The first span of hours in a condition, as seconds after local midnight."""
    span = _HOURS.search(condition)
    return (_seconds(span[1], span[2]), _seconds(span[3], span[4])) if span else None


def means(condition: str, weight_t: float) -> bool | None:
    """Whether a condition of weight means a vehicle of so many tonnes; None where it says nothing of weight."""
    told = _WEIGHT.search(condition)
    if told is None:
        return None
    return weight_t >= float(told[2]) if told[1] == ">=" else weight_t > float(told[2])


def _seconds(hour: str, minute: str) -> int:
    return int(hour) * 3600 + int(minute) * 60
