"""A month of the savings ledger as it is told: the days in sums, valued by the assumptions in force for that month."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from streets.rounds.assumptions import Worth, sensors_pence, worth
from streets.store import savings
from streets.store.database import Connection
from streets.store.savings import Month, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """Assumptions told after the month was over changed its figures: when, and what the net saving was before."""

    told_at: datetime
    net_pence_before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTold:
    """A month. Both sides, what is saved and the net saving are None where not one day is counted: too little is known.

    `version` counts the council's assumptions from 1 on. Money in pence; `net_pence` is what is saved less what sensors cost.
    """

    facts: Month
    assumed: Version
    version: int
    schedule: Worth | None
    planned: Worth | None
    saved: Worth | None
    sensors_pence: float
    net_pence: float | None
    recomputed: Recomputed | None


def months_told(conn: Connection, council: str | None = None, month: date | None = None) -> list[MonthTold]:
    """Every month with closed days, the newest first; of one council and of one month where they are given."""
    every = savings.assumptions(conn, council)
    return [
        month_told(facts, [one for one in every if one.council == facts.council])
        for facts in savings.months(conn, council, month)
    ]


def month_told(facts: Month, versions: Sequence[Version]) -> MonthTold:
    """A month by its assumptions: of the versions that apply to it the one told last; where none does, the first."""
    apply = [one for one in versions if one.applies_from <= facts.month] or list(versions[:1])
    assumed = apply[-1]
    known = facts.days_counted > 0
    cost = _sensors_pence(facts, assumed)
    saved = worth(facts.schedule - facts.planned, assumed)
    return MonthTold(
        facts=facts,
        assumed=assumed,
        version=versions.index(assumed) + 1,
        schedule=worth(facts.schedule, assumed) if known else None,
        planned=worth(facts.planned, assumed) if known else None,
        saved=saved if known else None,
        sensors_pence=cost,
        net_pence=saved.pence - cost if known else None,
        recomputed=_recomputed(facts, apply, known),
    )


def _recomputed(facts: Month, apply: Sequence[Version], known: bool) -> Recomputed | None:
    """How the figures differ from those by the version before, where the last one was told after the month's end."""
    if len(apply) < 2 or (apply[-1].told_at.year, apply[-1].told_at.month) <= (facts.month.year, facts.month.month):
        return None
    before = apply[-2]
    net_pence = worth(facts.schedule - facts.planned, before).pence - _sensors_pence(facts, before)
    return Recomputed(told_at=apply[-1].told_at, net_pence_before=net_pence if known else None)


def _sensors_pence(facts: Month, assumed: Version) -> float:
    return sensors_pence(facts.sensor_days, monthrange(facts.month.year, facts.month.month)[1], assumed)
