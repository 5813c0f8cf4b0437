"""The officer's forms of savings: assumptions from a month on, and a month's complaints, as they were typed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Form

from api.pages.words import Words
from api.savings_words import ASSUMED, Assumed
from streets.rounds.assumptions import Assumptions
from streets.store.savings import Complaints

LONDON = ZoneInfo("Europe/London")
NO_NUL = r"^[^\x00]*$"
EARLIEST_YEAR = 2000
MOST = 1_000_000

Typed = Annotated[str, Form(max_length=20, pattern=NO_NUL)]
Sentence = Annotated[str, Form(max_length=2000, pattern=NO_NUL)]


@dataclass(frozen=True, slots=True)
class MonthForm:
    """A month as two fields."""

    month: str = ""
    year: str = ""

    @property
    def first(self) -> date | None:
        """Its first day, or None where the fields name no month from 2000 on."""
        try:
            found = date(int(self.year), int(self.month), 1)
        except ValueError:
            return None
        return found if found.year >= EARLIEST_YEAR else None


@dataclass(frozen=True, slots=True)
class AssumptionsForm:
    """Assumptions by field, in the units of the page."""

    month: MonthForm = MonthForm()
    note: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)

    def assumptions(self) -> Assumptions:
        """The figures as they are kept; only where `wrong_with_assumptions` finds nothing."""
        return Assumptions(**{each.field: (_number(self.figures[each.field]) or 0.0) * each.per_unit for each in ASSUMED})


@dataclass(frozen=True, slots=True)
class ComplaintsForm:
    """A month's complaints."""

    month: MonthForm = MonthForm()
    complaints: str = ""
    source: str = ""

    def told(self, by: str, at: datetime) -> Complaints | None:
        """What is told, or None where `wrong_with_complaints` finds something."""
        first, number = self.month.first, _whole(self.complaints)
        return None if first is None or number is None else Complaints(first, number, self.source, by, at)


def shown(assumed: Assumptions, each: Assumed) -> str:
    """A figure as it is typed."""
    return f"{getattr(assumed, each.field) / each.per_unit:.10g}"


def filled_in(assumed: Assumptions, at: datetime) -> AssumptionsForm:
    """The form with the figures in force, from this month on."""
    today = at.astimezone(LONDON).date()
    return AssumptionsForm(
        MonthForm(str(today.month), str(today.year)), "", {each.field: shown(assumed, each) for each in ASSUMED}
    )


def assumptions_form(
    month: Annotated[Typed, Form(alias="from-month")] = "",
    year: Annotated[Typed, Form(alias="from-year")] = "",
    note: Sentence = "",
    pence_per_crew_hour: Typed = "",
    pence_per_km: Typed = "",
    litres_per_100_km: Typed = "",
    kg_co2e_per_litre: Typed = "",
    pence_per_sensor_month: Typed = "",
    connectivity_pence_per_sensor_month: Typed = "",
    hardware_pence_per_sensor: Typed = "",
    hardware_lasts_months: Typed = "",
) -> AssumptionsForm:
    """Assumptions as they were typed."""
    figures = {
        "pence_per_crew_hour": pence_per_crew_hour,
        "pence_per_km": pence_per_km,
        "litres_per_100_km": litres_per_100_km,
        "kg_co2e_per_litre": kg_co2e_per_litre,
        "pence_per_sensor_month": pence_per_sensor_month,
        "connectivity_pence_per_sensor_month": connectivity_pence_per_sensor_month,
        "hardware_pence_per_sensor": hardware_pence_per_sensor,
        "hardware_lasts_months": hardware_lasts_months,
    }
    return AssumptionsForm(MonthForm(month.strip(), year.strip()), note.strip(), figures)


def complaints_form(
    month: Annotated[Typed, Form(alias="of-month")] = "",
    year: Annotated[Typed, Form(alias="of-year")] = "",
    complaints: Typed = "",
    source: Sentence = "",
) -> ComplaintsForm:
    """A month's complaints as they were typed."""
    return ComplaintsForm(MonthForm(month.strip(), year.strip()), complaints.strip(), source.strip())


def wrong_with_assumptions(words: Words, form: AssumptionsForm, at: datetime) -> dict[str, str]:
    """What is wrong, by field, in the reader's language."""
    errors = {}
    for each in ASSUMED:
        number = _number(form.figures[each.field])
        if number is None or (number == 0 and each.field == "hardware_lasts_months"):
            errors[each.field] = words("%(name)s: give a number, such as 12.50.", name=words(each.name))
    if form.month.first is None or form.month.first.year > at.year + 1:
        errors["from-month"] = words("Give the month as two numbers, such as 4 2027.")
    if not 1 <= len(form.note) <= 500:
        errors["note"] = words("Say where the figures are from, in at most 500 letters.")
    return errors


def wrong_with_complaints(words: Words, form: ComplaintsForm, at: datetime) -> dict[str, str]:
    """What is wrong, by field, in the reader's language."""
    errors = {}
    if form.month.first is None or form.month.first > at.astimezone(LONDON).date():
        errors["of-month"] = words("Give a month that has begun as two numbers, such as 4 2026.")
    if _whole(form.complaints) is None:
        errors["complaints"] = words("Give how many complaints there were; 0 if there was none.")
    if not 1 <= len(form.source) <= 500:
        errors["source"] = words("Say where they were counted, in at most 500 letters.")
    return errors


def _number(typed: str) -> float | None:
    """A number that is not negative, or None; a pound sign and commas between thousands are read over."""
    try:
        found = float(typed.strip().removeprefix("£").replace(",", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) and 0 <= found <= MOST else None


def _whole(typed: str) -> int | None:
    number = typed.replace(",", "")
    return int(number) if number.isascii() and number.isdigit() and int(number) <= MOST else None
