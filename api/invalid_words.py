"""What is wrong with a part of an address or of a form, by the code that pydantic gives it, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from api.pages.words import Words, said

WRONG = {
    "missing": said("%(part)s is missing."),
    "int_parsing": said("%(part)s is not a whole number."),
    "float_parsing": said("%(part)s is not a number."),
    "finite_number": said("%(part)s is not a number."),
    "bool_parsing": said("%(part)s is neither true nor false."),
    "date_from_datetime_parsing": said("%(part)s is not a day such as 2026-11-27."),
    "date_parsing": said("%(part)s is not a day such as 2026-11-27."),
    "datetime_from_date_parsing": said("%(part)s is not a time such as 2026-11-27T09:30:00Z."),
    "datetime_parsing": said("%(part)s is not a time such as 2026-11-27T09:30:00Z."),
    "timezone_aware": said("%(part)s is not a time such as 2026-11-27T09:30:00Z."),
    "uuid_parsing": said("%(part)s is not the number of anything here."),
    "literal_error": said("%(part)s is none of those offered."),
    "enum": said("%(part)s is none of those offered."),
    "string_too_long": said("%(part)s is longer than %(max_length)s letters."),
    "string_too_short": said("%(part)s is shorter than %(min_length)s letters."),
    "string_pattern_mismatch": said("%(part)s holds letters that are not allowed."),
    "greater_than_equal": said("%(part)s is less than %(ge)s."),
    "less_than_equal": said("%(part)s is more than %(le)s."),
}
OTHERWISE = said("%(part)s cannot be taken as it is.")


def what_is_wrong(words: Words, error: Mapping[str, Any]) -> str:
    """One error of pydantic's as a sentence."""
    text = WRONG.get(error["type"], OTHERWISE)
    return words.told(text, {**error.get("ctx", {}), "part": str(error["loc"][-1])})
