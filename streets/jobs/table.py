"""The clock table: how often, and what. A job is handed a connection and the time; it returns one line about what it did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from streets.jobs import (
    audit,
    bins,
    findings,
    footfall,
    gaps,
    health,
    ledger,
    potholes,
    retention,
    rises,
    rounds,
    savings,
    suitability,
)
from streets.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the table. `work` runs in a transaction of its own."""

    name: str
    every_s: int
    work: Callable[[Connection, datetime], str]


@dataclass(frozen=True, slots=True)
class LongJob:
    """A line whose `work` takes its own transactions: nobody waits for all of it, and broken off it keeps what it has done."""

    name: str
    every_s: int
    work: Callable[[Database, datetime], str]


JOBS: tuple[Job | LongJob, ...] = (
    LongJob("footfall_hours", 60, footfall.tell_hours),
    Job("footfall_usual", 3600, footfall.refresh_usual),
    Job("pothole_sites", 900, potholes.find_sites),
    LongJob("bin_fills", 60, bins.tell_fills),
    Job("bin_habits", 6 * 3600, bins.learn_habits),
    LongJob("bin_rises", 3600, rises.tell_rises),
    LongJob("bin_findings", 3600, findings.tell_findings),
    Job("ledger", 300, ledger.count_sent),
    LongJob("device_health", 60, health.tell_health),
    LongJob("suitability", 300, suitability.report),
    Job("bin_states", 60, bins.tell_states),
    Job("gaps", 300, gaps.find),
    LongJob("rounds", 600, rounds.plan_rounds),
    LongJob("savings", 600, savings.close_days),
    Job("retention", 3600, retention.delete_old),
    LongJob("audit", 60, audit.audit_next),
    LongJob("bin_trees", 300, rises.grow_trees),
    LongJob("collection_trees", 300, findings.grow_trees),
)
"""When several are due, in this order: what is reckoned or judged stands before what rests on it."""
