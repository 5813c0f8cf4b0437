"""Officers' orders come in files and go out in the same: looked at first, all or nothing, and the same again is no change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.main import app
from streets.assets import cells
from streets.assets.kinds import Kind
from streets.assets.rows import CANNOT_VISIT, MUST_VISIT, ImportRefusedError, OrderRow
from streets.assets.tables import ORDERS, read_csv, write_csv
from streets.bins.order_whys import WHYS
from streets.store import bin_orders
from streets.store.assets import add_council
from streets.store.changes import Told, changes_of
from streets.store.database import Connection, Database
from streets.store.imports import examine, export, import_file

AT = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = "bin_id,order,why,from_date,until_date,every_days,note\n"
FILE = HEAD + (
    "B1,must_visit,complaint,2026-11-23,,,Overflowed on Saturday\n"
    "B1,must_visit,statutory,2026-11-23,2027-03-31,7,Market byelaw\n"
    "B2,cannot_visit,works,2026-11-23,2026-12-04,,Gas main\n"
)


@pytest.fixture
def officer(open_database: Callable[[str], Database], database: Database) -> Database:
    """Rivermouth with two bins in use, and Hilltop with one."""
    found = open_database("streets_officer")
    with found.transaction() as conn:
        for council, bins in (("rivermouth", ("B1", "B2")), ("hilltop", ("H1",))):
            add_council(conn, council, council.title(), None)
            file = "bin_id,name,lat,lon,capacity_l\n" + "".join(f"{bin_id},Quay,54.9,-1.6,100\n" for bin_id in bins)
            import_file(conn, council, Kind.BINS, file.encode(), Told("before", AT))
    return found


def bring_in(conn: Connection, file: str, at: datetime = AT) -> dict[str, int]:
    return import_file(conn, "rivermouth", Kind.ORDERS, file.encode(), Told("j.jones", at)).counts


def test_orders_of_a_file_stand_and_the_same_file_again_changes_nothing(officer: Database) -> None:
    with officer.transaction() as conn:
        assert examine(conn, "rivermouth", Kind.ORDERS, FILE.encode()).counts == {"new": 3, "changed": 0, "unchanged": 0}
        assert bin_orders.standing(conn, "rivermouth") == [], "nothing is kept by looking"
        assert bring_in(conn, FILE)["new"] == 3
        assert bring_in(conn, FILE) == {"new": 0, "changed": 0, "unchanged": 3}
        works, byelaw, complaint = bin_orders.standing(conn, "rivermouth")
    assert (works.must, works.why, works.until_date, works.ordered_by) == (False, "works", date(2026, 12, 4), "j.jones")
    assert (byelaw.must, byelaw.every_days, complaint.every_days, complaint.until_date) == (True, 7, None, None)


def test_a_new_end_is_a_change_that_is_written_down_and_asks_for_no_second_visit(officer: Database) -> None:
    """An order of one visit asks for a visit after it was given: were it given anew, a visit made since would not count."""
    later = FILE.replace("2026-11-23,,,Overflowed", "2026-11-23,2026-11-30,,Overflowed")
    with officer.transaction() as conn:
        bring_in(conn, FILE)
        assert bring_in(conn, later, AT + timedelta(days=3)) == {"new": 0, "changed": 1, "unchanged": 2}
        complaint = bin_orders.standing(conn, "rivermouth")[2]
        noted = changes_of(conn, "rivermouth", "B1", 1)[0]
    assert (complaint.until_date, complaint.ordered_at) == (date(2026, 11, 30), AT)
    assert (noted.kind, noted.action, noted.was, noted.became) == (
        "order",
        "changed",
        {"until_date": None},
        {"until_date": "2026-11-30"},
    )


def test_orders_written_out_come_in_again_without_a_change_whoever_gave_them(officer: Database) -> None:
    note = '=Overflowed\nagain, says "the baker"'
    told = {"bin_id": "B1", "must": True, "why": "other", "from_date": AT.date(), "until_date": None, "every_days": None}
    with officer.transaction() as conn:
        bring_in(conn, FILE)
        bin_orders.add(conn, "rivermouth", **told, note=note, by="j.jones", at=AT)  # type: ignore[arg-type]
        conn.execute("UPDATE bin SET active = false WHERE bin_id = 'B2'")
        file = export(conn, "rivermouth", Kind.ORDERS)
        again = examine(conn, "rivermouth", Kind.ORDERS, file.encode())
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 4}
    assert "'=Overflowed" in file, "no spreadsheet runs it"
    assert [(remark.where, remark.column) for remark in again.remarks] == [("line 6", "bin_id")], "after a note of two lines"


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        ("H1,must_visit,works,2026-11-23,,,x", "bin_id", "line 3: 'H1' is not among the council's bins: import those first"),
        ("B1,must,works,2026-11-23,,,x", "order", "line 3: order 'must' is not one of must_visit, cannot_visit"),
        ("B1,must_visit,rain,2026-11-23,,,x", "why", "line 3: why 'rain' is not one of complaint, hazard, statu"),
        ("B1,must_visit,works,23/11/2026,,,x", "from_date", "line 3: from_date '23/11/2026' is not a date such as 2027-03-31"),
        ("B1,must_visit,works,2026-11-23,2026-11-22,,x", "until_date", "line 3: until_date 2026-11-22 is before from_date"),
        ("B1,cannot_visit,works,2026-11-23,,7,x", "every_days", "line 3: every_days is for an order must_visit"),
        ("B1,must_visit,works,2026-11-23,,,", "note", "line 3: note is empty"),
        ("B1,must_visit,complaint,2026-11-23,,,Late", None, "line 3: it has the same bin_id and order and why and"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_told_by_line_and_column_and_nothing_is_kept(
    officer: Database, line: str, column: str | None, told: str
) -> None:
    good = "B1,must_visit,complaint,2026-11-23,,,Late\n"
    with officer.transaction() as conn:
        with pytest.raises(ImportRefusedError) as refused:
            bring_in(conn, f"{HEAD}{good}{line}\n")
        (refusal,) = refused.value.refusals
        assert str(refusal).startswith(told)
        assert refusal.column == column
        assert bin_orders.standing(conn, "rivermouth") == []


def test_the_commands_take_orders_as_they_take_bins(officer: Database, database_url: str, tmp_path: Path) -> None:
    def command(*words: str) -> Any:
        return CliRunner().invoke(app, words, env={"STREETS_DATABASE_URL": database_url})

    file = tmp_path / "orders.csv"
    file.write_text(FILE)
    assert "3 new, 0 changed, 0 unchanged" in command("import", "orders", str(file), "--council", "rivermouth").stderr
    file.write_text(command("export", "orders", "--council", "rivermouth").stdout)
    assert "0 new, 0 changed, 3 unchanged" in command("import", "orders", str(file), "--council", "rivermouth").stderr
    assert command("export", "orders", "--council", "hilltop").stdout.splitlines() == [HEAD.strip()]


NOTES = st.text(min_size=1, max_size=cells.LONGEST_NOTE).map(str.strip).filter(
    lambda note: note and all(line.isprintable() for line in note.split("\n"))
)  # fmt: skip
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@st.composite
def orders(draw: st.DrawFn) -> OrderRow:
    order, days = draw(st.sampled_from((MUST_VISIT, CANNOT_VISIT))), sorted((draw(DAYS), draw(DAYS)))
    return OrderRow(
        bin_id=draw(st.from_regex(cells.IDENTIFIER, fullmatch=True)),
        order=order,
        why=draw(st.sampled_from(WHYS)),
        from_date=days[0],
        until_date=draw(st.none() | st.just(days[1])),
        every_days=draw(st.none() | st.integers(1, 366)) if order == MUST_VISIT else None,
        note=draw(NOTES | st.just("'=1+1\n-2")),
    )


@given(st.lists(orders(), unique_by=lambda order: tuple(getattr(order, name) for name in ORDERS.key)))
def test_orders_written_to_a_file_are_read_as_they_were(written: list[OrderRow]) -> None:
    lines, refusals = read_csv(ORDERS, write_csv(ORDERS, written).encode())
    assert refusals == []
    assert [line.asset for line in lines] == written


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: f"{HEAD}B1,{text}\n".encode()))
def test_no_file_at_all_makes_the_reader_fail(raw: bytes) -> None:
    lines, refusals = read_csv(ORDERS, raw)
    assert all(refusal.where and refusal.why for refusal in refusals)
    assert all(isinstance(line.asset, OrderRow) for line in lines)
