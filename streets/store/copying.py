"""Rows packed for COPY … (FORMAT binary), as PostgreSQL's manual describes it under COPY, "Binary Format".

A batch is packed column by column: what a column has in common is done once for all of its values.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import Any

from psycopg import DataError

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
TEXT_OID = 25

YEAR_2000 = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Column = Sequence[Any]
_length = struct.Struct(">i").pack
_time = partial(struct.Struct(">iq").pack, 8)


def packed(types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> bytes:
    """The rows, each with one value for each of the types (int2, text, timestamptz …), as COPY takes them, in order.

    Raises psycopg.DataError for a value that its type cannot hold.
    """
    return together(packed_rows(types, rows))


def packed_rows(types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
    """Each of the rows by itself, as `together` takes them. Raises psycopg.DataError for a value that its type cannot hold."""
    if not rows:
        return []
    try:
        columns = [column(name, values) for name, values in zip(types, zip(*rows, strict=True), strict=True)]
        width = struct.pack(">h", len(types))
        return list(map(b"".join, zip(repeat(width, len(rows)), *columns, strict=True)))
    except (struct.error, OverflowError, UnicodeEncodeError) as wrong:
        raise DataError(str(wrong)) from wrong


def together(rows: Iterable[bytes]) -> bytes:
    """Packed rows as one COPY takes them: by their bytes, so in order of their first columns, whichever process packed them."""
    return b"".join([HEADER, *sorted(rows), TRAILER])


def microseconds(at: datetime) -> int:
    """A time with zone as PostgreSQL counts it: microseconds since 2000 began in UTC."""
    return (at - YEAR_2000) // MICROSECOND


def column(kind: str, values: Column) -> Iterable[bytes]:
    """Each of the values of one type as its length and its bytes. Raises as `struct` does for one that the type cannot hold."""
    pack = PACKED[kind]
    nulls = values.count(None)
    if nulls == 0:
        return pack(values)
    if nulls == len(values):
        return repeat(NULL, nulls)
    said = iter(pack([value for value in values if value is not None]))
    return [NULL if value is None else next(said) for value in values]


def _fixed(kind: str) -> Callable[[Column], Iterable[bytes]]:
    """Values of one width, by the letter that `struct` has for them."""
    return partial(map, partial(struct.Struct(f">i{kind}").pack, struct.calcsize(f">{kind}")))


def _bytes(values: Column) -> Iterable[bytes]:
    return [_length(len(value)) + value for value in values]


def _texts(values: Column) -> Iterable[bytes]:
    """Most columns of text hold few words many times."""
    known = {value: _text(value) for value in set(values)}
    return map(known.__getitem__, values)


def _text(value: str) -> bytes:
    raw = value.encode()
    return _length(len(raw)) + raw


def _text_array(values: Sequence[str]) -> bytes:
    """One dimension from 1 on, without nulls; none at all where it is empty."""
    size = struct.pack(">ii", len(values), 1) if values else b""
    raw = struct.pack(">iii", bool(values), 0, TEXT_OID) + size + b"".join(map(_text, values))
    return _length(len(raw)) + raw


def _times(values: Column) -> Iterable[bytes]:
    """What was read together has one time of receipt, packed once."""
    times: list[bytes] = []
    last, time = None, b""
    for at in values:
        if at is not last:
            last, time = at, _time((at - YEAR_2000) // MICROSECOND)
        times.append(time)
    return times


def _dates(values: Column) -> Iterable[bytes]:
    return PACKED["int4"]([day.toordinal() - YEAR_2000.toordinal() for day in values])


PACKED: dict[str, Callable[[Column], Iterable[bytes]]] = {
    "bool": _fixed("?"),
    "int2": _fixed("h"),
    "int4": _fixed("i"),
    "int8": _fixed("q"),
    "float4": _fixed("f"),
    "float8": _fixed("d"),
    "date": _dates,
    "timestamptz": _times,
    "text": _texts,
    "bytea": _bytes,
    "uuid": lambda values: _bytes(list(map(attrgetter("bytes"), values))),
    "text[]": partial(map, _text_array),
}
