"""The officer's form of an order, as it was typed, and what is wrong with it."""

from collections.abc import Mapping
from datetime import date

from api.dial_forms import whole_of
from api.orders import OrderBody
from api.pages.words import Words
from streets.assets import cells
from streets.bins.order_whys import WHYS

EARLIEST, LATEST_YEARS_ON = date(2000, 1, 1), 3
LONGEST_INTERVAL_DAYS = 366


def read(words: Words, typed: Mapping[str, str], today: date) -> tuple[OrderBody | None, dict[str, str]]:
    """The order that was typed, or None and what is wrong with it, by field, in the reader's language."""
    given = {name: value.strip().replace("\0", "") for name, value in typed.items()}
    errors: dict[str, str] = {}
    bin_id, note, why, kind = (given.get(name, "") for name in ("bin_id", "note", "why", "kind"))
    if not bin_id:
        errors["bin_id"] = words("Give the number of the bin.")
    if kind not in ("must", "cannot"):
        errors["kind"] = words("Choose whether it must be visited or cannot be.")
    if why not in WHYS:
        errors["why"] = words("Choose a reason.")
    try:
        note = cells.sentences(note)
    except cells.WrongCellError:
        errors["note"] = words("Say what it is about, in at most 500 letters.")
    from_date, until_date = _day(given.get("from_date", ""), today), _day(given.get("until_date", ""), today)
    if from_date is None:
        errors["from_date"] = words("Give the first day, such as 2026-11-27.")
    if given.get("until_date") and (until_date is None or (from_date is not None and until_date < from_date)):
        errors["until_date"] = words("Give a last day that is not before the first, or none.")
    every_days = whole_of(given.get("every_days", ""), LONGEST_INTERVAL_DAYS)
    if given.get("every_days") and (every_days is None or kind == "cannot"):
        errors["every_days"] = words("Give a whole number of days from 1 to 366, and only for a bin that must be visited.")
    if errors or from_date is None:
        return None, errors
    told = {"bin_id": bin_id, "must": kind == "must", "why": why, "note": note, "from_date": from_date}
    return OrderBody.model_validate({**told, "until_date": until_date, "every_days": every_days}), {}


def _day(typed: str, today: date) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found >= EARLIEST and found.year <= today.year + LATEST_YEARS_ON else None
