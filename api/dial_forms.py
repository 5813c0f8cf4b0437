"""The officer's form of what rounds are planned with, as it was typed, and what is wrong with it."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from api.pages.words import LONDON, Words, said
from streets.rounds.dial import Setting

MOST_POUNDS = 10_000
LONGEST_SERVICE_S = 3600
LONGEST_WHY = 500
LATEST_YEARS_ON = 3


class Priced(NamedTuple):
    """A price of a Setting: its field, its name with the unit, and what it is for."""

    field: str
    name: str
    hint: str


PRICED = (
    Priced(
        "pence_per_overflow",
        said("Keeping one bin from overflowing once, pounds"),
        said("The dial. A bin's visit is worth this times the probability that the bin overflows before the next visit."),
    ),
    Priced("pence_per_km", said("Vehicle, pounds per kilometre"), said("With fuel, tyres and wear.")),
    Priced("pence_per_hour", said("Crew of a vehicle, pounds per hour"), said("The whole crew, with on-costs.")),
)


def filled_in(setting: Setting, at: datetime, pence_per_overflow: float | None, why: str) -> dict[str, str]:
    """The form with the figures in force; a link may bring another price of an overflow, and why."""
    typed = {each.field: f"{getattr(setting, each.field) / 100:.10g}" for each in PRICED}
    if pence_per_overflow is not None:
        typed["pence_per_overflow"] = f"{pence_per_overflow / 100:.10g}"
    today = at.astimezone(LONDON).date().isoformat()
    return typed | {"service_s": str(setting.service_s), "applies_from": today, "why": why}


def read(words: Words, typed: Mapping[str, str], by: str, at: datetime) -> tuple[Setting | None, dict[str, str]]:
    """The version that was typed, or None and what is wrong with it, by field, in the reader's language."""
    given = {name: value.strip().replace("\0", "") for name, value in typed.items()}
    errors: dict[str, str] = {}
    pence = {each.field: pence_of(given.get(each.field, "")) for each in PRICED}
    for each in PRICED:
        if pence[each.field] is None:
            errors[each.field] = words("%(name)s: give a number, such as 12.50.", name=words(each.name))
    service_s = whole_of(given.get("service_s", ""), LONGEST_SERVICE_S)
    if service_s is None:
        errors["service_s"] = words("Give the work at a bin in whole seconds, such as 90.")
    applies_from = _day(given.get("applies_from", ""))
    today = at.astimezone(LONDON).date()
    if applies_from is None or not today <= applies_from <= today.replace(year=today.year + LATEST_YEARS_ON, day=1):
        errors["applies_from"] = words("Give today or a day to come, such as 2026-11-27.")
    why = given.get("why", "")
    if not 1 <= len(why) <= LONGEST_WHY:
        errors["why"] = words("Say why, in at most 500 letters.")
    if errors:
        return None, errors
    prices = {name: price for name, price in pence.items() if price is not None}
    fields: dict[str, Any] = {"applies_from": applies_from, "set_by": by, "set_at": at, "why": why, "service_s": service_s}
    return Setting(**fields | prices), {}


def pence_of(typed: str) -> float | None:
    """Pence of a number of pounds that is not negative, or None; a pound sign and commas between thousands are read over."""
    try:
        found = float(typed.removeprefix("£").replace(",", ""))
    except ValueError:
        return None
    return 100 * found if math.isfinite(found) and 0 <= found <= MOST_POUNDS else None


def whole_of(typed: str, most: int) -> int | None:
    """A whole number from 1 to `most`, or None."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(most)) else 0
    return number if 1 <= number <= most else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
