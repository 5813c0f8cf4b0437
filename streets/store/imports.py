"""A council's files: first compared with what is kept, then, where nothing is refused, kept whole or not at all."""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from streets.assets import geography, tables
from streets.assets.cells import WrongCellError
from streets.assets.comparing import Compared, Report, compared
from streets.assets.kinds import Kind
from streets.assets.rows import ImportRefusedError, Line, MisfitError, Refusal
from streets.assets.versions import ended
from streets.store import assets, changes, fitting
from streets.store.changes import Change, Told
from streets.store.database import Connection

NOUNS = {
    Kind.WARDS: "ward",
    Kind.GAZETTEER: "street",
    Kind.BINS: "bin",
    Kind.COUNTERS: "counter",
    Kind.DEVICES: "device",
    Kind.IRONWORK: "ironwork",
    Kind.BASES: "base",
    Kind.VEHICLES: "vehicle",
    Kind.ORDERS: "order",
}
"""What a change of each kind is written down as; versions of installations write themselves down."""
UNREADABLE_IN_A_NOTE = frozenset({"boundary"})


def examine(conn: Connection, council: str, kind: Kind, raw: bytes) -> Report:
    """What a file would do; nothing is kept."""
    if not assets.has_council(conn, council):
        return Report((), (), [Refusal("the council", _unknown(council))])
    if kind is Kind.STREETS:
        return _examine_streets(conn, council, raw)
    lines, refusals = _read(kind, raw)
    if refusals:
        return Report((), (), refusals)
    if kind is Kind.INSTALLATIONS:
        lines = ended(lines, assets.kept(conn, council, kind))
    key = ("ward_code",) if kind is Kind.WARDS else tables.TABLES[kind].key
    kept = {tuple(getattr(each, name) for name in key): each for each in assets.kept(conn, council, kind)}
    remarks, refusals = fitting.remarks(conn, council, kind, lines), fitting.refusals(conn, council, kind, lines)
    return Report(compared(lines, key, kept), remarks, refusals)


def import_file(conn: Connection, council: str, kind: Kind, raw: bytes, told: Told) -> Report:
    """Keep a file's assets within the caller's transaction; what it did. Raises ImportRefusedError, and then keeps nothing."""
    report = examine(conn, council, kind, raw)
    if report.refusals:
        raise ImportRefusedError(list(report.refusals))
    keep_examined(conn, council, kind, raw, report, told)
    return report


def keep_examined(conn: Connection, council: str, kind: Kind, raw: bytes, report: Report, told: Told) -> None:
    """Keep what is new or changed in a file that was examined in the same transaction without a refusal."""
    lines = [line for line in report.compared if line.state != "unchanged"]
    if kind is Kind.STREETS and lines:
        assets.put_streets(conn, council, raw, told.at)
    elif lines:
        assets.put(conn, council, kind, [line.asset for line in lines], told)
    if kind in NOUNS:
        changes.note(conn, council, told, [_change(kind, line) for line in lines])


def keep_one(conn: Connection, council: str, kind: Kind, asset: Any, told: Told) -> None:
    """Keep one asset as a form or a program tells it, all its columns. Raises MisfitError."""
    keep_all(conn, council, kind, [asset], told)


def keep_all(conn: Connection, council: str, kind: Kind, told_assets: Sequence[Any], told: Told) -> None:
    """Keep assets, all their columns, or none of them. Raises MisfitError."""
    table = tables.TABLES[kind]
    lines = [Line(str(number), asset, frozenset(table.columns)) for number, asset in enumerate(told_assets)]
    for refusal in fitting.refusals(conn, council, kind, lines):
        raise refusal.misfit or MisfitError(table.key[0], refusal.why)
    kept = {tuple(getattr(each, name) for name in table.key): each for each in assets.kept(conn, council, kind)}
    keep_examined(conn, council, kind, b"", Report(compared(lines, table.key, kept)), told)


def export(conn: Connection, council: str, kind: Kind) -> str:
    """The council's assets of a kind as the CSV file that, imported again, changes nothing."""
    return tables.write_csv(tables.TABLES[kind], assets.kept(conn, council, kind))


def _read(kind: Kind, raw: bytes) -> tuple[Sequence[Any], list[Refusal]]:
    return geography.read_wards(raw) if kind is Kind.WARDS else tables.read_csv(tables.TABLES[kind], raw)


def _examine_streets(conn: Connection, council: str, raw: bytes) -> Report:
    refusals = geography.read_streets(raw)
    before, after = assets.streets_hash(conn, council), sha256(raw).hexdigest()
    state: Any = "new" if before is None else "unchanged" if before == after else "changed"
    return Report([Compared("the file", ("streets",), None, state)] if not refusals else (), (), refusals)


def _unknown(council: str) -> WrongCellError:
    return WrongCellError("no_council", f"there is no {council!r} yet: `streets council add` it", council=council)


def _change(kind: Kind, line: Compared[Any]) -> Change:
    """What is written down of a line; an order is a change of its bin."""
    if line.state == "new":
        became = {name: given for name, given in asdict(line.asset).items() if given is not None}
    else:
        became = dict(line.became)
    was, became = ({name: given for name, given in of.items() if name not in UNREADABLE_IN_A_NOTE} for of in (line.was, became))
    subject = line.asset.bin_id if kind is Kind.ORDERS else line.name
    action = "added" if line.state == "new" else "changed"
    return Change(kind=NOUNS[kind], subject=subject, action=action, was=was, became=became)
