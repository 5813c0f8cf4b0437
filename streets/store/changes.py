"""Every change of what stands in a council's streets: who told it, when, and what it was before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from psycopg.types.json import Jsonb

from streets.store.database import Connection, execute_many, rows


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells a change, and when: the subject of an officer's token, or the command that imports a file."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change to write down. `was` and `became` hold the columns that changed; see asset_change for the words."""

    kind: str
    subject: str
    action: str
    was: Mapping[str, object]
    became: Mapping[str, object]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedChange:
    """A change as written down; times and dates in `was` and `became` are ISO 8601."""

    at: datetime
    told_by: str
    kind: str
    subject: str
    action: str
    was: dict[str, Any]
    became: dict[str, Any]
    note: str | None


def difference(was: Mapping[str, object], became: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Of two records of the same columns those values that differ, as they were and as they are."""
    changed = [name for name in became if was.get(name) != became[name]]
    return {name: was.get(name) for name in changed}, {name: became[name] for name in changed}


def note(conn: Connection, council: str, told: Told, changes: Iterable[Change]) -> None:
    """Write changes down."""
    execute_many(
        conn,
        "note_change",
        [
            {
                "council": council,
                "at": told.at,
                "told_by": told.by,
                "kind": change.kind,
                "subject": change.subject,
                "action": change.action,
                "was": Jsonb({name: _plain(value) for name, value in change.was.items()}),
                "became": Jsonb({name: _plain(value) for name, value in change.became.items()}),
                "note": change.note,
            }
            for change in changes
        ],
    )


def changes_of(conn: Connection, council: str, subject: str | None, most: int) -> list[NotedChange]:
    """The changes of a subject, or of everything of the council, the latest first."""
    return rows(conn, "noted_changes", NotedChange, council=council, subject=subject, most=most)


def _plain(value: object) -> object:
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, datetime | date) else value
