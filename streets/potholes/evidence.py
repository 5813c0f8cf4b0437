"""What the bumps at one site say, and whether the site may be shown.

Street Bump learnt that of 100,000 bumps castings caused eight times as many as potholes; so a site within IRONWORK_M of a
known cover or speed bump is taken for that. Three distinct reporters are asked for, against both false alarms and
pointing at one person's drives.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from streets.potholes.cluster import centre, nearest

LEAST_REPORTERS = 3
IRONWORK_M = 8.0
# Phones tell a bump hours later, at most this long; until then the secret behind its week's tokens is kept.
TOLD_WITHIN = timedelta(days=7)
LONDON = ZoneInfo("Europe/London")

TOO_FEW_REPORTERS = "too_few_reporters"
LIKELY_IRONWORK = "likely_ironwork"
LIKELY_SPEED_BUMP = "likely_speed_bump"


@dataclass(frozen=True, slots=True)
class Bump:
    """One impact as stored. `reporter` is a token that holds for the week (Monday 00:00 UTC on) of `hour_start`."""

    lat: float
    lon: float
    reporter: str
    hour_start: datetime
    severity_g: float


@dataclass(frozen=True, slots=True)
class Ironwork:
    """What a phone feels that is no pothole: manhole, gully, speed_bump, joint."""

    ironwork_id: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A site and what it rests on: `severity_g` is the median peak, `days` the local days on which it was felt."""

    lat: float
    lon: float
    reporters: int
    bumps: int
    days: int
    severity_g: float
    likely: str
    near_ironwork: str | None
    first_hour: datetime
    last_hour: datetime
    withheld_because: str | None

    @property
    def published(self) -> bool:
        """Whether the public is shown the site."""
        return self.withheld_because is None


def week_start(at: datetime) -> date:
    """The Monday of the UTC week of `at`: reporter tokens change with it."""
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def distinct_reporters(bumps: Sequence[Bump]) -> int:
    """At least how many reporters: the most distinct tokens of any one week.

    Tokens change each week and cannot be joined across weeks, so adding weeks up would count one phone several times.
    """
    by_week: dict[date, set[str]] = defaultdict(set)
    for bump in bumps:
        by_week[week_start(bump.hour_start)].add(bump.reporter)
    return max(map(len, by_week.values()))


def weigh(bumps: Sequence[Bump], ironwork: Sequence[Ironwork]) -> Evidence:
    """What the bumps of one site (at least one) say, beside the council's known ironwork."""
    lat, lon = centre([(bump.lat, bump.lon) for bump in bumps])
    index = nearest((lat, lon), [(known.lat, known.lon) for known in ironwork], IRONWORK_M)
    beside = None if index is None else ironwork[index]
    reporters = distinct_reporters(bumps)
    hours = [bump.hour_start for bump in bumps]
    likely = "pothole" if beside is None else "speed_bump" if beside.kind == "speed_bump" else "ironwork"
    return Evidence(
        lat=round(lat, 6),
        lon=round(lon, 6),
        reporters=reporters,
        bumps=len(bumps),
        days=len({hour.astimezone(LONDON).date() for hour in hours}),
        severity_g=median(bump.severity_g for bump in bumps),
        likely=likely,
        near_ironwork=None if beside is None else beside.ironwork_id,
        first_hour=min(hours),
        last_hour=max(hours),
        withheld_because=_why_withheld(reporters, likely),
    )


def _why_withheld(reporters: int, likely: str) -> str | None:
    if reporters < LEAST_REPORTERS:
        return TOO_FEW_REPORTERS
    return {"ironwork": LIKELY_IRONWORK, "speed_bump": LIKELY_SPEED_BUMP}.get(likely)
