"""What counters counted, as the footfall strand hands it about: whole hours for what is usual, single spells for now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
HOUR_S = 3600
LEAST_COVERED = 0.75


@dataclass(frozen=True, slots=True)
class CountedHour:
    """People past one counter, both ways, in the hour from `hour_start`; `covered_s` seconds of it were counted."""

    counter_id: str
    hour_start: datetime
    people: int
    covered_s: int


@dataclass(frozen=True, slots=True)
class Spell:
    """People past one counter in a reported period, or in the part of it in one hour. `source` is the device and line that
    counted them; the whole period has `told_s` seconds.
    """

    counter_id: str
    source: str
    started_at: datetime
    ended_at: datetime
    people: int
    told_s: int


def hour_of_week(at: datetime) -> int:
    """The hour of the week of `at` on the clocks of the street: 0 is Monday 00:00 to 01:00, 167 Sunday 23:00 to 24:00."""
    local = at.astimezone(LONDON)
    return local.weekday() * 24 + local.hour


def hour_start_of(at: datetime) -> datetime:
    """The start of the hour in which `at` lies."""
    return at.replace(minute=0, second=0, microsecond=0)


def weeks_before(hour_start: datetime, weeks: int) -> datetime:
    """The same hour on the street's clocks `weeks` weeks earlier, in the zone of `hour_start`."""
    local = hour_start.astimezone(LONDON) - timedelta(weeks=weeks)
    return local.astimezone(hour_start.tzinfo)


def people_per_hour(people: int, covered_s: float) -> float | None:
    """The count as people per hour; None when less than LEAST_COVERED of an hour was counted."""
    if covered_s < LEAST_COVERED * HOUR_S:
        return None
    return people * HOUR_S / covered_s
