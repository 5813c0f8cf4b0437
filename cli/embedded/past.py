"""A new town's past: at first crews keep to the fixed schedule, and the product learns; then it plans each morning what they drive.

Each of those days is lived as it would have been: its plan rests on what was received by four in the morning, its crews read
their rounds and tell their taps over HTTP, and what the sensors say afterwards follows from where the crews have been.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from cli.embedded.then import Then, serving
from cli.embedded.town import fill
from cli.token import sign_in_link
from simulators.crew_phone import CrewPhone
from simulators.crews import Crews
from simulators.history import TownLife
from streets.jobs.clockwork import run
from streets.jobs.table import JOBS
from streets.planning.day import LONDON
from streets.planning.rounds import CLOCK
from streets.planning.runs import Order, ask, carry_out
from streets.settings import Settings
from streets.store.database import Database

LOG = logging.getLogger(__name__)

LEARNED_FROM = timedelta(days=14)
"""So much of the past is heard before the first rounds: sensors are judged by their first fortnight."""
DRIVEN_DAYS = 10
"""Of so many days at most rounds are made up; each takes some seconds of the start."""
PLANNED_AT = time(4)
SEARCHED_S = 2.0
"""Less than the clock takes for a day in production: rounds that are a little longer are charged against the saving."""
MORNING_JOBS = ("bin_fills", "bin_habits", "bin_findings", "device_health", "suitability", "bin_states")


class Past:
    """The days on which rounds were driven before a demonstration began."""

    def __init__(self, life: TownLife, ingest: Database, jobs: Database, then: Then) -> None:
        """`then` is the clock of those days; its day is the first of them."""
        self._life, self._ingest, self._jobs, self._then = life, ingest, jobs, then

    def live_through(self, settings: Settings, crew_secret: str, now: Callable[[], datetime]) -> None:
        """Live from the clock's day until the present."""
        with serving(settings, self._then) as address:
            link = sign_in_link(address, crew_secret)
            self._life.diary.open(self._then.at.date())
            crews = Crews(self._life, lambda: CrewPhone(link), self._then.at)
            while (morning := morning_of(crews.day)) < now():
                day = crews.day
                self._plan(day, morning)
                self._drive(crews, day, now)
                if crews.day == day:
                    return

    def _plan(self, day: date, morning: datetime) -> None:
        """What the clock does in the night and at four in the morning."""
        self._then.at = morning
        heard = fill(self._ingest, self._life, morning)
        for job in JOBS:
            if job.name in MORNING_JOBS:
                run(self._jobs, job, self._then.now)
        order, taken_by = Order(council=self._life.town.council, service_date=day, asked_by=CLOCK, budget_s=SEARCHED_S), uuid4()
        with self._jobs.transaction() as conn:
            asked = ask(conn, order, taken_by, morning)
        planned = carry_out(self._jobs, asked, taken_by, self._then.now)
        LOG.info("%s: %s; %d rounds planned", day, heard, len(planned.rounds) if planned else 0)

    def _drive(self, crews: Crews, day: date, now: Callable[[], datetime]) -> None:
        """Let the crews of a day do what they do until it is over, or until the present."""
        while crews.day == day and crews.next_at < now():
            self._then.at = crews.next_at
            crews.act()


def morning_of(day: date) -> datetime:
    """When a day is planned."""
    return datetime.combine(day, PLANNED_AT, LONDON).astimezone(UTC)


def first_driven(starts_at: datetime, now: datetime) -> date | None:
    """The first day of which rounds are made up; None where the past is too short to learn from."""
    today = now.astimezone(LONDON).date()
    first = max(today - timedelta(days=DRIVEN_DAYS), (starts_at + LEARNED_FROM).astimezone(LONDON).date() + timedelta(days=1))
    return first if first < today else None
