"""Planning in words: how a run is, why it failed, and why bins are on no round, for lists of many."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from api.pages.words import Words, said
from streets.store.planning_runs import PlanningRun

BEING_PLANNED = said("This day is being planned already.")

STATE_WORDS = {
    "queued": said("waits for its turn"),
    "running": said("is being searched"),
    "done": said("done"),
    "failed": said("failed"),
    "cancelled": said("cancelled"),
    "interrupted": said("interrupted: its process was ended"),
}

LEFT_WORDS = {
    "not_worth_it": said("A visit would cost more than it saves"),
    "recently_emptied": said("Emptied a short time ago"),
    "visited_before": said("A round of a day before empties it"),
    "not_due": said("No forecast for that day, and its scheduled visit is not due"),
    "no_time": said("No time or no space left on any round"),
    "outside_hours": said("Cannot be reached in its hours"),
    "unreachable": said("No street that a vehicle can use leads there"),
    "cannot": said("Cannot be visited, by an order or an alarm"),
}

NO_PLAN = {
    "cancelled": said("The planning was cancelled."),
    "interrupted": said("The process that planned was ended. Order the plan again."),
}

FAILED = {
    "lacks": said("Planning lacks %(missing)s. Import it first."),
    "shift_past_midnight": said(
        "The shift of %(vehicle)s ends at %(ends)s, before it begins at %(begins)s:"
        " a shift that passes midnight cannot be planned."
    ),
    "no_street_near": said("No street that a vehicle can reach and leave is near %(place)s."),
    "shifts_over": said("The shifts of %(day)s are over."),
    "too_far_ahead": said("%(day)s is too far ahead: rounds are planned %(days)s days ahead at most."),
    "overtaken": said("Somebody else planned the day while this plan was searched; theirs stands."),
    "faulty": said("The plan that was found breaks a rule, so it was not put into force. Tell those who run the software."),
    "cannot_tip": said("%(vehicle)s cannot bring its load to a tip and come home within its shift."),
    "cannot_come_home": said("%(vehicle)s cannot come home within its shift."),
    "no_tip": said("The council has no tip: a vehicle could not end its round empty."),
    "no_vehicle": said("The council has no vehicle on this day."),
    "streets_unreadable": said("The file of the council's streets cannot be read: import it again."),
    "no_streets": said("The file of the council's streets holds none that a vehicle can reach and leave."),
    "no_way": said("The streets lead no way between two of the places."),
    "osrm": said("The server that knows the streets (OSRM) gave no answer that can be used. The log says why."),
    "database_away": said("The database was away. Order the plan again."),
    "unexpected": said("Something went wrong that nobody foresaw; the log of the process says what."),
}

MISSING = {
    "depot": said("a depot"),
    "tip": said("a tip"),
    "vehicle": said("a vehicle"),
    "streets": said("the streets"),
}


def why_no_plan(words: Words, run: PlanningRun) -> str:
    """Why a run ended without a plan. What failed before codes were kept is told as it was written down, in English."""
    if run.reason in FAILED:
        return words.told(FAILED[run.reason], _figures(run.figures or {}))
    return run.message or words(NO_PLAN.get(run.state, NO_PLAN["interrupted"]))


def _figures(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a reason as they are told: `day` is a date, and what is `missing` are codes."""
    told = dict(kept)
    if "day" in told:
        told["day"] = date.fromisoformat(told["day"])
    if "missing" in told:
        told["missing"] = [MISSING[each] for each in told["missing"]]
    return told
