"""Forms of records: what is asked, what was typed, and what is wrong with it, told beside the field.

What was typed is read by the same rules as a line of an import file (streets.assets.tables).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from api.pages.words import LONDON, Words
from api.record_words import COLUMNS, wrong_words
from streets.assets.cells import WrongCellError, unescaped, written
from streets.assets.rows import MisfitError
from streets.assets.tables import Table, read_values

MOMENT_AS_TYPED = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `kind` is text, number, moment (local time), date, time, choice (of `choices`: value and words) or yes_no."""

    name: str
    hint: str = ""
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    wide: bool = False

    @property
    def label(self) -> str:
        """What is asked, as a text to translate."""
        return COLUMNS[self.name]


@dataclass(frozen=True, slots=True)
class Form:
    """Questions with what was typed into them, and by name what is wrong; empty `wrong` where nothing is."""

    fields: tuple[Field, ...]
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def refused(self, words: Words, wrong: Mapping[str, WrongCellError]) -> "Form":
        """The same form with what is wrong; what concerns no question of it stands with the first."""
        asked = {each.name: each for each in self.fields}
        told: dict[str, str] = {}
        for name, error in wrong.items():
            if error.kind == "empty" and name in asked and asked[name].kind == "choice":
                error = WrongCellError("not_one_of", str(error))
            told.setdefault(name if name in asked else self.fields[0].name, wrong_words(words, error))
        return Form(self.fields, self.typed, told)

    def moment(self, name: str) -> datetime:
        """The local time typed into a field. Raises WrongCellError."""
        return local_moment(self.typed.get(name, ""))

    def asset(self, table: Table[Any], **known: str) -> Any:
        """The asset of what was typed, and of columns that are known without asking. Raises WrongForm."""
        typed = {**self.typed, **known}
        wrong: dict[str, WrongCellError] = {}
        for name in (each.name for each in self.fields if each.kind == "moment"):
            try:
                typed[name] = written(local_moment(typed.get(name, "")))
            except WrongCellError as error:
                wrong[name] = error
        values, unread = read_values(table, typed)
        if wrong or unread:
            raise WrongForm({**unread, **wrong})
        try:
            return table.asset(**values)
        except MisfitError as misfit:
            raise WrongForm({misfit.column: misfit}) from misfit


class WrongForm(ValueError):  # noqa: N818 said as it is met: the form raises WrongForm
    """What was typed cannot be taken; `wrong` says why, by field."""

    def __init__(self, wrong: Mapping[str, WrongCellError]) -> None:
        super().__init__("; ".join(f"{name}: {error}" for name, error in wrong.items()))
        self.wrong = wrong


def local_moment(typed: str) -> datetime:
    """A time as a form has it, on the street's clocks. Raises WrongCellError."""
    try:
        return datetime.strptime(unescaped(typed)[:16], MOMENT_AS_TYPED).replace(tzinfo=LONDON).astimezone(UTC)
    except ValueError as wrong:
        raise WrongCellError("not_time", f"{typed[:40]!r} is not a time such as 2026-11-22T09:30") from wrong


def shown(value: object) -> str:
    """A value as it stands in a field."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).strftime(MOMENT_AS_TYPED)
    return unescaped(written(value))


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=100)
    return {name: value for name, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(_typed)]
"""What was typed into a form, by field."""
