"""The CSV files: the columns of each kind, and how a file is read into lines and refusals."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Generic, TypeVar

from sensors.codec import models
from streets.assets import cells
from streets.assets.rows import BaseRow, BinRow, CounterRow, InstallationRow, IronworkRow, Line, Refusal, VehicleRow

Asset = TypeVar("Asset")
Cells = Mapping[str, Callable[[str], object]]

LAT, LON = cells.number(-90, 90), cells.number(-180, 180)
MM = cells.whole(0, 50_000)


def _model(cell: str) -> str:
    stands = [model for model, device in models().items() if device.needs]
    return cells.word(*stands)(cell)


@dataclass(frozen=True, slots=True)
class Table(Generic[Asset]):
    """A kind of CSV file: the asset in each line, how each column is read, and the columns that name a line in its file."""

    asset: type[Asset]
    columns: Cells
    key: tuple[str, ...]


BINS = Table(
    BinRow,
    {
        "bin_id": cells.identifier,
        "name": cells.text,
        "lat": LAT,
        "lon": LON,
        "usrn": cells.text,
        "capacity_l": cells.number(1, 100_000),
        "visit_every_days": cells.number(0.01, 366),
        "reach_from": cells.time_of_day,
        "reach_until": cells.time_of_day,
    },
    ("bin_id",),
)
COUNTERS = Table(
    CounterRow,
    {
        "counter_id": cells.identifier,
        "place_id": cells.identifier,
        "place_name": cells.text,
        "place_name_cy": cells.text,
        "name": cells.text,
        "lat": LAT,
        "lon": LON,
        "in_label": cells.text,
        "out_label": cells.text,
    },
    ("counter_id",),
)
INSTALLATIONS = Table(
    InstallationRow,
    {
        "device": cells.device,
        "model": _model,
        "bin_id": cells.identifier,
        "counter_id": cells.identifier,
        "line": cells.whole(1, 16),
        "valid_from": cells.moment,
        "valid_to": cells.moment,
        "empty_mm": MM,
        "full_mm": MM,
        "blind_zone_mm": MM,
        "max_range_mm": MM,
        "period_s": cells.whole(1, 7 * 86_400),
        "report_every_s": cells.whole(1, 31 * 86_400),
        "swap_in_out": cells.flag,
    },
    ("device", "valid_from", "line"),
)
IRONWORK = Table(
    IronworkRow,
    {"ironwork_id": cells.text, "kind": cells.word("manhole", "gully", "speed_bump", "joint"), "lat": LAT, "lon": LON},
    ("ironwork_id",),
)
BASES = Table(
    BaseRow,
    {
        "base_id": cells.identifier,
        "kind": cells.word("depot", "tip"),
        "name": cells.text,
        "lat": LAT,
        "lon": LON,
        "service_s": cells.whole(0, 86_400),
    },
    ("base_id",),
)
VEHICLES = Table(
    VehicleRow,
    {
        "vehicle_id": cells.identifier,
        "name": cells.text,
        "capacity_l": cells.number(1, 1_000_000),
        "shift_from": cells.time_of_day,
        "shift_until": cells.time_of_day,
    },
    ("vehicle_id",),
)


def read_csv(table: Table[Asset], raw: bytes) -> tuple[list[Line[Asset]], list[Refusal]]:
    """The lines of a CSV file (UTF-8, a header naming columns in any order), and why others are not taken."""
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        if refusals := list(_header(table, reader.fieldnames or ())):
            return [], refusals
        return _lines(table, reader)
    except UnicodeDecodeError as error:
        return [], [Refusal(f"byte {error.start}", "the file is not UTF-8: export it from the spreadsheet as CSV UTF-8")]
    except csv.Error as error:
        return [], [Refusal(f"line {reader.line_num}", f"the file is not CSV: {error}")]


def _required(table: Table[Any]) -> set[str]:
    return {field.name for field in fields(table.asset) if field.default is MISSING}


def _header(table: Table[Any], names: Sequence[str]) -> Iterator[Refusal]:
    for name in names:
        if name not in table.columns:
            yield Refusal("line 1", f"there is no column {name[:40]!r} here; known are {', '.join(table.columns)}")
    for name in table.columns:
        if list(names).count(name) > 1:
            yield Refusal("line 1", f"column {name} stands twice")
        if name in _required(table) and name not in names:
            yield Refusal("line 1", f"column {name} is missing")


def _lines(table: Table[Asset], reader: "csv.DictReader[str]") -> tuple[list[Line[Asset]], list[Refusal]]:
    lines: list[Line[Asset]] = []
    refusals: list[Refusal] = []
    seen: dict[tuple[object, ...], str] = {}
    for row in reader:
        where = f"line {reader.line_num}"
        try:
            asset = _asset(table, row)
        except ValueError as wrong:
            refusals.append(Refusal(where, str(wrong)))
            continue
        key = tuple(getattr(asset, name) for name in table.key)
        if key in seen:
            refusals.append(Refusal(where, f"{' and '.join(table.key)} stand in {seen[key]} already"))
        seen.setdefault(key, where)
        lines.append(Line(where, asset))
    return lines, refusals


def _asset(table: Table[Asset], row: Mapping[str | None, Any]) -> Asset:
    """Raises ValueError naming the column and what is wrong with its cell."""
    if None in row or None in row.values():
        raise ValueError("it has more or fewer cells than the first line")
    values = {}
    for name, read in table.columns.items():
        cell = row.get(name, "").strip()
        if cell:
            try:
                values[name] = read(cell)
            except ValueError as wrong:
                raise ValueError(f"{name} {wrong}") from wrong
        elif name in _required(table):
            raise ValueError(f"{name} is empty")
    return table.asset(**values)
