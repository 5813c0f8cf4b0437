"""Packed rows are what PostgreSQL reads back."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streets.store.copying import packed
from streets.store.database import Database, NotStorable

TYPES = ("int4", "int2", "int8", "float4", "float8", "bool", "text", "bytea", "uuid", "date", "timestamptz", "text[]")
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
TIMES = st.datetimes().map(lambda at: at.replace(tzinfo=UTC, fold=0))
VALUES = (
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**15), 2**15 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(width=32, allow_nan=False),
    st.floats(allow_nan=False),
    st.booleans(),
    TEXT,
    st.binary(max_size=20),
    st.uuids(),
    st.dates(),
    TIMES,
    st.lists(TEXT, max_size=3),
)
ROWS = st.lists(st.tuples(*(st.none() | values for values in VALUES)), min_size=1, max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_packed_rows_are_read_back_as_they_were(database: Database, rows: list[tuple[object, ...]]) -> None:
    columns = ", ".join(f"c{at} {name}" for at, name in enumerate(TYPES))
    with database.transaction() as conn:
        conn.execute(f"CREATE TEMPORARY TABLE packed ({columns}) ON COMMIT DROP")  # type: ignore[arg-type]  # noqa: S608
        with conn.cursor() as cursor, cursor.copy("COPY packed FROM STDIN (FORMAT binary)") as copy:
            copy.write(packed(TYPES, rows))
        found = conn.execute("SELECT * FROM packed", binary=True).fetchall()
    assert sorted(map(repr, found)) == sorted(map(repr, rows))


LISTS = st.sampled_from(
    [st.integers(-9, 9), st.integers(-(2**63), 2**63 - 1), *VALUES[4:7], st.binary(max_size=9), st.uuids(), st.dates(), TIMES]
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_list_of_any_type_is_the_same_list_in_the_database(database: Database, data: st.DataObject) -> None:
    sent = data.draw(LISTS.flatmap(lambda values: st.lists(st.none() | values, max_size=5)))
    with database.transaction() as conn:
        (found,) = conn.execute("SELECT %s", [sent]).fetchone() or ()
        assert found == (sent if any(value is not None for value in sent) else found)
        twofold = [value for value in sent if value is not None]
        assert not twofold or conn.execute("SELECT %s", [[twofold, twofold[:]]]).fetchone() == ([twofold, twofold],)


def test_rows_are_sorted_by_their_first_columns() -> None:
    at = [datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2026, 2100)]
    rows = [(device, time) for device in (1, 2, 300) for time in at]
    assert packed(("int4", "timestamptz"), rows[::-1]) == packed(("int4", "timestamptz"), rows)
    # 19 bytes of header, then 30 of each row: two of its number of columns, four of a length, four of the device.
    devices = [int.from_bytes(packed(("int4", "timestamptz"), rows[::-1])[at + 6 : at + 10]) for at in range(19, 19 + 9 * 22, 22)]
    assert devices == [1, 1, 1, 2, 2, 2, 300, 300, 300]


@pytest.mark.parametrize(("kind", "value"), [("int2", 2**15), ("int4", 1.5), ("float4", 1e39), ("text", "\ud800")])
def test_a_value_that_its_type_cannot_hold_is_not_storable(kind: str, value: object) -> None:
    with pytest.raises(NotStorable):
        packed((kind,), [(value,)])
