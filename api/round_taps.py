"""One tap on a crew's page: what happened and how full the bin was, or why it was out of reach, in the value of one button."""

from typing import get_args

from pydantic import TypeAdapter

from api.pages.words import said
from api.problems import Problem
from api.round_events import EventName
from api.round_words import OBSTACLES

QUARTERS = (0, 25, 50, 75, 100)
FULLEST_LEFT = 50
"""A bin that is fuller is not left for being not full."""

EVENTS: TypeAdapter[EventName] = TypeAdapter(EventName)


def heard(value: str) -> tuple[EventName, int | None, str | None]:
    """The event, the observed fill in per cent, and the note, of `emptied/75` or `cannot_reach/locked`. Raises Problem 422."""
    event, _, more = value.partition("/")
    fills = {str(fill): fill for fill in QUARTERS}
    if event not in get_args(EventName) or more not in ("", *fills, *OBSTACLES):
        raise Problem(422, "invalid", said("This button is not one of ours: load the page again."))
    return EVENTS.validate_python(event), fills.get(more), more if more in OBSTACLES else None
