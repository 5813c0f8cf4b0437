"""Orders and alarms in words: why a bin must be visited or cannot be, the same for officers and crews."""

from datetime import date
from typing import Any

from api.pages.words import Words, said

WHY_WORDS = {
    "complaint": said("Complaint"),
    "hazard": said("Hazard"),
    "statutory": said("The law or a rule asks for it"),
    "works": said("Works in the street"),
    "other": said("Another reason"),
}
MUST = {
    "complaint": said("must be visited: a complaint"),
    "hazard": said("must be visited: a hazard"),
    "statutory": said("must be visited: the law or a rule asks for it"),
    "works": said("must be visited: works in the street"),
    "other": said("must be visited"),
}
CANNOT = {
    "complaint": said("cannot be visited: a complaint"),
    "hazard": said("cannot be visited: a hazard"),
    "statutory": said("cannot be visited: the law or a rule forbids it"),
    "works": said("cannot be visited: works in the street"),
    "other": said("cannot be visited"),
    "fire": said("cannot be visited: its fire alarm goes on, nobody should open it"),
    "heat": said("cannot be visited: its sensor says that it is very hot, nobody should open it"),
}


def must(words: Words, detail: dict[str, Any]) -> str:
    """Why a bin must be visited, with the officer's note."""
    why = MUST[detail["must"]]
    return _noted(words(why), detail)


def cannot(words: Words, detail: dict[str, Any]) -> str:
    """Why a bin cannot be visited, with the officer's note and until when."""
    why = CANNOT[detail["cannot"]]
    told = _noted(words(why), detail)
    until = detail.get("order_until")
    return words("%(why)s, until %(day)s", why=told, day=words.date(date.fromisoformat(until))) if until else told


def _noted(told: str, detail: dict[str, Any]) -> str:
    return f"{told} ({detail['order_note']})" if "order_note" in detail else told
