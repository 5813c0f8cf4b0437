"""A new town's past: first crews keep to the fixed schedule, and the product learns; then it plans each day that they drive.

Each of those days is lived as it would have been: its plan rests on what was received by four in the morning, its crews read
their rounds and tell their taps over HTTP, and what the sensors say afterwards follows from where the crews have been.
"""

import logging
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from uuid import uuid4

from cli.embedded.servers import analyse
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
from streets.planning.savings import close_day, closes_at
from streets.settings import Settings
from streets.store import savings
from streets.store.database import Database

LOG = logging.getLogger(__name__)

LEARNED_FROM = timedelta(days=14)
"""So much of the past at least is heard before the first rounds: sensors are judged by their first fortnight."""
DRIVEN_SHARE = 5
"""A fifth of the past is driven by rounds, today not counted: each of these days takes some seconds of the start."""
PLANNED_AT = time(4)
SEARCHED_S, SCHEDULE_SEARCHED_S = 1.0, 2.0
"""A fifth of what the clock takes in production, for rounds as for the schedule that they are held against."""
MORNING_JOBS = ("bin_fills", "bin_habits", "bin_findings", "device_health", "bin_states")

LEFT_TO_THE_CLOCK = ("bin_trees", "collection_trees")
"""Jobs that learn for a long time what makes forecasts better: the jobs' process begins with them when the pages are there."""


def begin(
    life: TownLife,
    ingest: Database,
    jobs: Database,
    owner_url: str,
    settings: Settings,
    crew_secret: str,
    now: Callable[[], datetime],
) -> None:
    """All of a new town's past until the present, and what the clock makes of it. Raises DatabaseAway and EmbeddedError."""
    first = first_driven(life.town.starts_at, now())
    learned_until = datetime.combine(first, time(), UTC) if first else now()
    LOG.info("history: %s", fill(ingest, life, learned_until))
    analyse(owner_url)
    if first:
        Past(life, ingest, jobs, Then(morning_of(first))).live_through(settings, crew_secret, now)
        LOG.info("today: %s", fill(ingest, life, now()))
    for job in JOBS:
        if job.name not in LEFT_TO_THE_CLOCK:
            began_s = monotonic()
            run(jobs, job, now)
            LOG.info("job %s: %.1f s", job.name, monotonic() - began_s)


class Past:
    """The days on which rounds were driven before a demonstration began."""

    def __init__(self, life: TownLife, ingest: Database, jobs: Database, then: Then) -> None:
        """`then` is the clock of those days; its day is the first of them."""
        self._life, self._ingest, self._jobs, self._then = life, ingest, jobs, then
        self._council = life.town.council

    def live_through(self, settings: Settings, crew_secret: str, now: Callable[[], datetime]) -> None:
        """Live from the clock's day until the present."""
        with serving(settings, self._then) as address:
            link = sign_in_link(address, crew_secret)
            self._life.diary.open(self._then.at.date())
            with closing(Crews(self._life, lambda: CrewPhone(link), self._then.at)) as crews:
                self._live(crews, now)

    def _live(self, crews: Crews, now: Callable[[], datetime]) -> None:
        """Day after day, until the crews are where they are at present."""
        first_morning = self._then.at
        while (morning := morning_of(crews.day)) < now():
            day = crews.day
            self._then.at = morning
            heard = fill(self._ingest, self._life, morning)
            self._understand({*MORNING_JOBS, "suitability"} if morning == first_morning else MORNING_JOBS)
            planned, closed = self._plan(day), self._close()
            self._drive(crews, day, now)
            LOG.info("%s: %s; %s%s", day, heard, planned, closed)
            if crews.day == day:
                return

    def _understand(self, names: Collection[str]) -> None:
        """What the clock makes of what was heard. Sensors are judged once a week, in the first morning."""
        for job in JOBS:
            if job.name in names:
                run(self._jobs, job, self._then.now)

    def _plan(self, day: date) -> str:
        """What the clock does at four in the morning."""
        order, taken_by = Order(council=self._council, service_date=day, asked_by=CLOCK, budget_s=SEARCHED_S), uuid4()
        with self._jobs.transaction() as conn:
            asked = ask(conn, order, taken_by, self._then.at)
        planned = carry_out(self._jobs, asked, taken_by, self._then.now)
        return f"{len(planned.rounds) if planned else 0} rounds planned"

    def _close(self) -> str:
        """Close the day of the savings ledger for which no more taps are waited for, if there is one."""
        with self._jobs.transaction() as conn:
            day = savings.open_day(conn, self._council)
            if day is None or self._then.at < closes_at(day):
                return ""
            return f"; {day} {close_day(conn, self._council, day, self._then.at, SCHEDULE_SEARCHED_S)}"

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
    learned = (starts_at + LEARNED_FROM).astimezone(LONDON).date() + timedelta(days=1)
    first = max(today - (now - starts_at) // DRIVEN_SHARE, learned)
    return first if first < today else None
