"""A transparency record of a tool: the standard's fields, answered from what is live and by what the council says itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from api import atrs_potholes, atrs_rounds
from api.atrs_form import SECTIONS, VERSION, Tool
from api.pages.words import LONDON, Words, said
from streets.accounts.savings import months_told
from streets.rounds.dial import Setting
from streets.store import planning_settings, transparency
from streets.store.database import Connection
from streets.store.savings import Month
from streets.store.transparency import Figures, Grown, Named, Statement, TreesGrown

USED_DAYS = 28
"""How many days back usage is counted."""

NOT_STATED = said("Not yet stated by the council.")

WRITERS = {"rounds": atrs_rounds, "potholes": atrs_potholes}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the pages are, and for how many days messages and jolts are kept."""

    site: str
    raw_retention_days: int
    bump_retention_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is live of a council at a moment, and the words to say it in. `setting` is in force that day; `month` is the last in
    the savings ledger.
    """

    named: Named
    at: datetime
    site: str
    software: str
    solver: str
    raw_retention_days: int
    bump_retention_days: int
    setting: Setting
    settings_told: int
    figures: Figures
    trees: tuple[TreesGrown, ...]
    collection_trees: Grown | None
    month: Month | None
    words: Words


@dataclass(frozen=True, slots=True)
class Answer:
    """A field and its answer; `text` is None where the council has yet to give it. `own`: only the council can."""

    number: str
    attribute: str
    name: str
    text: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section's answers; `model` names the model that they are about, where there are several."""

    title: str
    model: str | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A council's record of a tool. `changed_at` is the last change of a setting or statement, None where there was none."""

    council: str
    tool: Tool
    generated_at: datetime
    changed_at: datetime | None
    parts: tuple[Part, ...]
    live: Live

    @property
    def title(self) -> str:
        """The record's title."""
        return next(answer.text or "" for answer in self.parts[0].answers if answer.attribute == "title")

    @property
    def figures(self) -> dict[str, Any]:
        """The figures that the answers rest on, as values."""
        live = self.live
        return {
            "software": live.software,
            "solver": live.solver,
            "raw_retention_days": live.raw_retention_days,
            "bump_retention_days": live.bump_retention_days,
            "pence_per_overflow": live.setting.pence_per_overflow,
            "pence_per_km": live.setting.pence_per_km,
            "pence_per_hour": live.setting.pence_per_hour,
            "setting_applies_from": live.setting.applies_from,
            **asdict(live.figures),
            "trees": [asdict(each) for each in live.trees],
            "collection_trees": asdict(live.collection_trees) if live.collection_trees else None,
        }


def live_of(conn: Connection, kept: Kept, named: Named, at: datetime, words: Words) -> Live:
    """Read what is live of a council."""
    today = at.astimezone(LONDON).date()
    months = months_told(conn, named.council)
    return Live(
        named=named,
        at=at,
        site=kept.site,
        software=version("smart-streets"),
        solver=f"PyVRP {version('pyvrp')}",
        raw_retention_days=kept.raw_retention_days,
        bump_retention_days=kept.bump_retention_days,
        setting=planning_settings.of_day(conn, named.council, today),
        settings_told=len(planning_settings.versions(conn, named.council)),
        figures=transparency.figures(conn, named.council, today, at - timedelta(days=USED_DAYS)),
        trees=tuple(transparency.trees(conn, named.council)),
        collection_trees=transparency.collection_trees(conn, named.council),
        month=months[0].facts if months else None,
        words=words,
    )


def record(conn: Connection, kept: Kept, named: Named, tool: Tool, at: datetime, words: Words) -> Record:
    """A council's record of a tool as it is at this moment, in a language; what the council says itself is in its own words."""
    live, stated = live_of(conn, kept, named, at, words), transparency.statements(conn, named.council, tool)
    writer = WRITERS[tool]
    answers, models = writer.answers(live), writer.models(live)
    parts: list[Part] = []
    for section in SECTIONS:
        for model in models if section.per_model else (None,):
            known = answers if model is None else model
            found = tuple(
                Answer(each.number, each.attribute, each.name, _text(each.attribute, known, stated), each.own is not None)
                for each in section.fields
            )
            parts.append(Part(section.title, model["model_name"] if model else None, found))
    changes = [each.told_at for each in stated.values()] + ([live.setting.set_at] if live.setting.set_at else [])
    return Record(named.council, tool, at, max(changes, default=None), tuple(parts), live)


def _text(attribute: str, known: Mapping[str, str], stated: Mapping[str, Statement]) -> str | None:
    """The council's own word first, then what is known without it."""
    own = stated[attribute].said if attribute in stated else ""
    return own or known.get(attribute)


STANDARD = f"Algorithmic Transparency Recording Standard v{VERSION}"
