"""The forms of the pages about suitability: what is asked of the list, an officer's own word, the day of a new record."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Form, Query

from api.pages.words import Words
from streets.store.suitability import Sensor
from streets.suitability.verdict import VERDICTS

LONDON = ZoneInfo("Europe/London")
SHOWN = ("waiting", *VERDICTS)
LONGEST_OVERRIDE = timedelta(days=366)

# An address with NUL is refused by a guard; a form's words must be looked at.
NO_NUL = r"^[^\x00]*$"


@dataclass(frozen=True, slots=True)
class Asked:
    """The form above the list; "" means all. `show` is one of SHOWN."""

    show: str
    search: str

    def wants(self, sensor: Sensor) -> bool:
        """Whether the sensor is one of those asked for."""
        fits = {"": True, "waiting": needs_somebody(sensor)}.get(self.show, sensor.verdict == self.show)
        return fits and self.search.casefold() in f"{sensor.bin_id} {sensor.name} {sensor.device}".casefold()


@dataclass(frozen=True, slots=True)
class DayForm:
    """A day as three fields, as they were typed."""

    day: str = ""
    month: str = ""
    year: str = ""

    @property
    def date(self) -> date | None:
        """The day, or None where the fields name none."""
        try:
            return date(int(self.year), int(self.month), int(self.day))
        except ValueError:
            return None

    def midnight(self, days_on: int = 0) -> datetime | None:
        """The local midnight that begins the day so many days later, or None where the fields name no day."""
        return None if self.date is None else datetime.combine(self.date + timedelta(days=days_on), time(), LONDON)


@dataclass(frozen=True, slots=True)
class OverrideForm:
    """An officer's word as it was typed: `vote` is yes or no."""

    vote: str = ""
    reason: str = ""
    until: DayForm = DayForm()


def needs_somebody(sensor: Sensor) -> bool:
    """Whether an officer should look at it: it has no vote, fails, or something of its record is offered."""
    return not sensor.vote or sensor.verdict == "does_not_suit" or sensor.offers > 0


def asked_of(show: Annotated[str, Query(max_length=20)] = "", search: Annotated[str, Query(max_length=100)] = "") -> Asked:
    """The form as it was sent; a choice that there is none of asks for all."""
    return Asked(show if show in SHOWN else "", search.strip())


def until_form(
    day: Annotated[str, Form(alias="until-day", max_length=10)] = "",
    month: Annotated[str, Form(alias="until-month", max_length=10)] = "",
    year: Annotated[str, Form(alias="until-year", max_length=10)] = "",
) -> DayForm:
    """The last day of an override."""
    return DayForm(day.strip(), month.strip(), year.strip())


def override_form(
    until: Annotated[DayForm, Depends(until_form)],
    vote: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=2000, pattern=NO_NUL)] = "",
) -> OverrideForm:
    """An officer's word."""
    return OverrideForm(vote, reason.strip(), until)


def from_form(
    day: Annotated[str, Form(alias="from-day", max_length=10)] = "",
    month: Annotated[str, Form(alias="from-month", max_length=10)] = "",
    year: Annotated[str, Form(alias="from-year", max_length=10)] = "",
) -> DayForm:
    """The day from which an offer is to hold."""
    return DayForm(day.strip(), month.strip(), year.strip())


def wrong_of(words: Words, form: OverrideForm, at: datetime) -> dict[str, str]:
    """What is wrong with an officer's word, by field, in the reader's language."""
    errors = {}
    if form.vote not in ("yes", "no"):
        errors["vote"] = words("Choose whether the readings of this sensor count.")
    if not 1 <= len(form.reason) <= 500:
        errors["reason"] = words("Say why, in at most 500 letters.")
    today = at.astimezone(LONDON).date()
    if form.until.date is None or not today < form.until.date <= today + LONGEST_OVERRIDE:
        errors["until-day"] = words("Give a day after today and within a year, as three numbers, such as 27 3 2027.")
    return errors
