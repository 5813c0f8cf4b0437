"""A council's asset file, read and put into the database, whole or not at all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cli.assets import Kind
from streets.assets import geography, tables
from streets.assets.rows import ImportRefusedError, Line, Refusal
from streets.store import assets
from streets.store.database import Connection

Put = Callable[[Connection, str, Any], None]

TABLES: dict[Kind, tuple[tables.Table[Any], Put]] = {
    Kind.BINS: (tables.BINS, assets.import_bins),
    Kind.COUNTERS: (tables.COUNTERS, assets.import_counters),
    Kind.INSTALLATIONS: (tables.INSTALLATIONS, assets.import_installations),
    Kind.IRONWORK: (tables.IRONWORK, assets.import_ironwork),
    Kind.BASES: (tables.BASES, assets.import_bases),
    Kind.VEHICLES: (tables.VEHICLES, assets.import_vehicles),
}


def import_file(conn: Connection, kind: Kind, council: str, raw: bytes, at: datetime) -> int:
    """Import the file's bytes within the caller's transaction; return how many assets it held. Raises ImportRefusedError."""
    if not assets.has_council(conn, council):
        raise ImportRefusedError([Refusal("the council", f"there is no {council!r} yet: `streets council add` it")])
    if kind is Kind.STREETS:
        _refuse(geography.read_streets(raw))
        assets.import_streets(conn, council, raw, at)
        return 1
    lines: list[Line[Any]]
    if kind is Kind.WARDS:
        lines, refusals = geography.read_wards(raw)
        put: Put = assets.import_wards
    else:
        table, put = TABLES[kind]
        lines, refusals = tables.read_csv(table, raw)
    _refuse(refusals)
    put(conn, council, lines)
    return len(lines)


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise ImportRefusedError(refusals)
