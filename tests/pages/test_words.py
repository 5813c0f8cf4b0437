"""Welsh says everything that English says; times, dates and numbers are said as each language does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from api.pages.words import LOCALE_FOLDER, PLURAL_FORMS, Words, catalogue

API = Path(__file__).parent.parent.parent / "api"
METHODS = [("**.py", "python"), ("pages/templates/**", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "said": None, "words": None, "counted": (1, 2)}
NAME = re.compile(r"%\((\w+)\)s|%%")


def said_in_english() -> set[str | tuple[str, ...]]:
    """Every text that templates and code mark for translation; for counted things the pair of one and many."""
    found = extract_from_dir(API, METHODS, {"pages/templates/**": {"trimmed": "true"}}, keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def welsh_messages() -> Iterator[Message]:
    return (message for message in catalogue("cy") if message.id)


def names(text: str) -> set[str]:
    return set(NAME.findall(text))


def test_every_text_of_the_pages_is_said_in_welsh_too() -> None:
    translated = {message.id for message in welsh_messages() if all(message.string)}
    assert said_in_english() - translated == set()


def test_no_welsh_is_kept_for_what_is_no_longer_said() -> None:
    assert {message.id for message in welsh_messages()} - said_in_english() == set()


def test_welsh_fills_in_the_same_names() -> None:
    wrong = []
    for message in welsh_messages():
        one, *many = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = [names(text) for text in (one, *many)]
        wrong += [string for string in strings if names(string) not in allowed]
    assert wrong == []


def test_counted_things_have_the_six_forms_of_welsh_in_every_file() -> None:
    for path in sorted((LOCALE_FOLDER / "cy").glob("*.po")):
        assert f'"Plural-Forms: {PLURAL_FORMS["cy"]}\\n"' in path.read_text(), path.name
    assert [m.id for m in welsh_messages() if isinstance(m.string, tuple) and len(m.string) != 6] == []


def test_no_text_has_two_translations() -> None:
    seen: dict[object, tuple[str, object]] = {}
    different = []
    for path in sorted((LOCALE_FOLDER / "cy").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="cy"):
                if message.id and seen.setdefault(message.id, (path.name, message.string))[1] != message.string:
                    different.append((message.id, path.name, seen[message.id][0]))
    assert different == []


SUMMER_MORNING = datetime(2026, 7, 5, 6, 55, tzinfo=UTC)
WINTER_MORNING = datetime(2026, 11, 22, 7, 55, tzinfo=UTC)


@pytest.mark.parametrize(("lang", "moment"), [("en", "7:55am on Sunday 22 November"), ("cy", "7:55am, Dydd Sul 22 Tachwedd")])
def test_a_moment_is_told_as_the_clock_in_the_street_shows_it(lang: str, moment: str) -> None:
    assert Words(lang).moment(WINTER_MORNING) == moment
    assert Words(lang).time(SUMMER_MORNING) == "7:55am"


@pytest.mark.parametrize(
    ("hour", "english", "welsh"),
    [(0, "midnight", "hanner nos"), (9, "9am", "9am"), (12, "midday", "hanner dydd"), (17, "5pm", "5pm")],
)
def test_a_whole_hour_is_told_without_minutes(hour: int, english: str, welsh: str) -> None:
    at = WINTER_MORNING.replace(hour=hour, minute=0)
    assert (Words("en").time(at), Words("cy").time(at)) == (english, welsh)


@pytest.mark.parametrize(
    ("minutes", "english", "welsh"),
    [
        (0, "less than a minute ago", "lai na munud yn ôl"),
        (12, "12 minutes ago", "12 munud yn ôl"),
        (60, "1 hour ago", "1 awr yn ôl"),
        (2 * 1440, "2 days ago", "2 ddiwrnod yn ôl"),
    ],
)
def test_age_is_told_in_words(minutes: int, english: str, welsh: str) -> None:
    then = WINTER_MORNING - timedelta(minutes=minutes)
    assert Words("en").ago(then, WINTER_MORNING) == english
    assert Words("cy").ago(then, WINTER_MORNING) == welsh


def test_numbers_are_grouped_in_thousands_in_both_languages() -> None:
    assert Words("en").number(1240) == Words("cy").number(1240) == "1,240"
    assert Words("en").number(1.25, decimals=1) == "1.2"
    assert Words("cy").number(-1240.5, decimals=1) == "−1,240.5"
    assert Words("en").number(-0.19) == "0"
    assert Words("cy").percent(0.22) == "22%"
    assert Words("en").percent(-0.004) == "0%"


RUN_TOGETHER = re.compile(r"(?:\}\}|</(?:a|strong)>)\{% endif %\}\n *\{% if [^%]*%\}(?:\{\{|<(?:a|strong)\b)")
"""Two sentences on two lines that may each be left out: Jinja takes the line's end and the indent away."""


def test_sentences_that_may_be_left_out_do_not_run_together() -> None:
    templates = (API / "pages/templates").glob("*.html")
    assert {found.name: lines for found in templates if (lines := RUN_TOGETHER.findall(found.read_text()))} == {}
