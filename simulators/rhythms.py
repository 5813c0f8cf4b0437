"""When the town is about: the share of a week's people, and their litter, by land use, local weekday and local hour.

The figures are invented, with the shape of British towns: offices and shops by day, a lively seafront at the weekend.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from simulators.dice import dice

LOCAL = ZoneInfo("Europe/London")
Floats = npt.NDArray[np.float64]

WEDNESDAY, SATURDAY = 2, 5
MATCH_HOURS = range(12, 19)
MARKET_HOURS = range(8, 17)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Weekday weights (Monday first, mean 1) and hour weights (sum 1), and how much the weather of a day matters."""

    week: tuple[float, ...]
    hours: tuple[float, ...]
    weather: float


def _rhythm(week: str, hours: str, weather: float = 0.3) -> Rhythm:
    days = np.array([float(word) for word in week.split()])
    day = np.array([float(word) for word in hours.split()])
    return Rhythm(tuple(days / days.mean()), tuple(day / day.sum()), weather)


SHOPS = "1 1 1 1 1 2 4 10 22 38 55 70 82 80 74 70 68 62 44 30 20 14 8 3"
RHYTHMS = {
    "high_street": _rhythm("80 85 90 92 110 150 93", SHOPS, 0.4),
    "market": _rhythm("70 75 85 80 95 120 60", SHOPS, 0.4),
    "station": _rhythm("110 112 112 112 110 80 64", "1 1 1 1 3 10 30 75 90 55 35 32 36 36 38 48 70 92 70 42 26 20 14 6", 0.1),
    "harbour": _rhythm("75 75 80 85 105 150 130", "2 1 1 1 1 2 4 8 14 24 36 48 62 66 62 58 56 58 60 56 46 36 24 10", 0.7),
    "seafront": _rhythm("70 70 75 75 95 165 150", "1 1 1 1 1 3 8 14 20 30 44 56 68 74 78 76 68 58 46 36 26 16 8 3", 1.0),
    "park": _rhythm("75 75 80 80 90 150 150", "1 1 1 1 2 6 14 20 24 32 40 46 54 58 60 66 64 54 40 26 14 6 3 1", 0.9),
    "school": _rhythm("130 132 132 132 128 24 22", "1 1 1 1 1 2 6 30 92 30 24 30 56 48 30 95 62 30 20 14 8 4 2 1", 0.2),
    "residential": _rhythm("95 92 95 98 104 112 104", "2 1 1 1 2 6 16 30 34 30 32 36 40 40 40 50 54 56 50 42 32 22 12 6", 0.3),
}


def is_match_day(day: date) -> bool:
    """Home matches: every other Saturday."""
    return day.weekday() == SATURDAY and day.isocalendar().week % 2 == 0


def is_market_day(day: date) -> bool:
    """Market days: Wednesday and Saturday."""
    return day.weekday() in (WEDNESDAY, SATURDAY)


def event_factor(land_use: str, local: datetime) -> float:
    """How many times the usual people come because of a market or a match in that local hour."""
    factor = 1.0
    if is_market_day(local.date()) and local.hour in MARKET_HOURS:
        factor *= {"market": 2.4, "high_street": 1.25}.get(land_use, 1.0)
    if is_match_day(local.date()) and local.hour in MATCH_HOURS:
        factor *= {"station": 3.0, "high_street": 1.3, "harbour": 1.4}.get(land_use, 1.0)
    return factor


def weather_of(seed: int, day: date) -> float:
    """The day's weather for being outdoors: 0 is ordinary, positive is fine."""
    return float(np.clip(dice(seed, "weather", day.isoformat()).normal(0, 0.3), -0.6, 0.6))


def usual_hours(land_use: str, day: datetime) -> Floats:
    """What the 24 hours from `day` (midnight UTC) bring before weather: share of an average day's total, shape (24,)."""
    rhythm = RHYTHMS[land_use]
    hours = [(day + timedelta(hours=hour)).astimezone(LOCAL) for hour in range(24)]
    return np.array([rhythm.week[at.weekday()] * rhythm.hours[at.hour] * event_factor(land_use, at) for at in hours])


def hours_of(seed: int, land_use: str, day: datetime) -> Floats:
    """`usual_hours` as the day's weather made them."""
    return usual_hours(land_use, day) * float(np.exp(RHYTHMS[land_use].weather * weather_of(seed, day.date())))


def air_temperature_c(seed: int, day: datetime, hour_of_day: Floats) -> Floats:
    """Air temperature in C at hours (0..24) of the UTC day: a season, a daily swing and the day's own offset."""
    season = 10.5 - 6.5 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 20) / 365.25)
    offset = dice(seed, "air", day.date().isoformat()).normal(0, 2.0)
    return np.asarray(season + offset - 3.5 * np.cos(2 * np.pi * (hour_of_day - 3.0) / 24.0))
