"""The officer's form of a transparency record: answers as they were typed, and what is wrong with them."""

import re
from collections.abc import Mapping

from api.atrs_form import OWN
from api.pages.words import Words

LONGEST = 2000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def typed_of(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by attribute; other fields of the form are not ours."""
    return {each.attribute: form[each.attribute].replace("\r\n", "\n").strip() for each in OWN if each.attribute in form}


def wrong_with(words: Words, typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by attribute, in the reader's language."""
    errors = {name: words("Write at most 2,000 letters.") for name, text in typed.items() if len(text) > LONGEST}
    errors |= {name: words("Take out the character NUL.") for name, text in typed.items() if "\0" in text}
    if typed.get("contact_email") and not EMAIL.fullmatch(typed["contact_email"]):
        errors["contact_email"] = words("Give an email address, such as bins@council.gov.uk.")
    return errors
