"""The officer's forms that begin a run of planning, as they were typed, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from api.dial_forms import pence_of
from api.pages.words import Words
from api.who import Caller
from streets.planning.runs import Order


def plan_order(words: Words, typed: Mapping[str, str], caller: Caller, day: date) -> tuple[Order | None, dict[str, str]]:
    """A plan around what is done, at the council's price of an overflow or, for once, at another; or what is wrong, by field."""
    price, errors = _price(words, typed, "price", optional=True)
    order = Order(council=caller.council, service_date=day, asked_by=caller.subject, again=True, pence_per_overflow=price)
    return (None if errors else order), errors


def frontier_order(words: Words, typed: Mapping[str, str], caller: Caller, day: date) -> tuple[Order | None, dict[str, str]]:
    """The whole frontier or, where `what_if` was asked, the point of that price alone; or what is wrong, by field."""
    price, errors = _price(words, typed, "what_if", optional="what_if" not in typed)
    order = Order(council=caller.council, service_date=day, asked_by=caller.subject, kind="frontier")
    if price is not None:
        order = replace(order, frontier_pence=(price,))
    return (None if errors else order), errors


def _price(words: Words, typed: Mapping[str, str], name: str, *, optional: bool) -> tuple[float | None, dict[str, str]]:
    given = typed.get(name, "").strip()
    if optional and not given:
        return None, {}
    pence = pence_of(given)
    return pence, {} if pence is not None else {name: words("Give a number of pounds, such as 12.50.")}
