"""The CSV files: the columns of each kind, and how a file is read into lines and refusals."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Generic, TypeVar

from sensors.codec import models
from streets.assets import cells
from streets.assets.cells import WrongCellError
from streets.assets.kinds import Kind
from streets.assets.rows import (
    CANNOT_VISIT,
    MOUNTS_AT_COUNTERS,
    MOUNTS_ON_BINS,
    MUST_VISIT,
    BaseRow,
    BinRow,
    CounterRow,
    DeviceRow,
    GazetteerRow,
    InstallationRow,
    IronworkRow,
    Line,
    MisfitError,
    OrderRow,
    Refusal,
    VehicleRow,
)
from streets.bins.order_whys import WHYS

Asset = TypeVar("Asset")
Cells = Mapping[str, Callable[[str], object]]

LAT, LON = cells.number(-90, 90), cells.number(-180, 180)
MM = cells.whole(0, 50_000)
SHOWN_LETTERS = 40
NOT_UTF8 = "the file is not UTF-8: export it from the spreadsheet as CSV UTF-8"


def _model(cell: str) -> str:
    stands = [model for model, device in models().items() if device.needs]
    return cells.word(*stands)(cell)


@dataclass(frozen=True, slots=True)
class Table(Generic[Asset]):
    """A kind of CSV file: the asset in each line, how each column is read, and the columns that name a line in its file.

    `hours` are pairs of columns, from when until when; planning knows none that pass midnight.
    """

    asset: type[Asset]
    columns: Cells
    key: tuple[str, ...]
    hours: tuple[tuple[str, str], ...] = ()


BINS = Table(
    BinRow,
    {
        "bin_id": cells.identifier,
        "name": cells.text,
        "lat": LAT,
        "lon": LON,
        "usrn": cells.usrn,
        "capacity_l": cells.number(1, 100_000),
        "visit_every_days": cells.number(0.01, 366),
        "reach_from": cells.time_of_day,
        "reach_until": cells.time_of_day,
        "active": cells.flag,
        "kg_per_l": cells.number(0.001, 3),
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
        "usrn": cells.usrn,
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
        "mount": cells.word(*MOUNTS_ON_BINS, *MOUNTS_AT_COUNTERS),
        "mount_angle_deg": cells.number(0, 90),
        "liner": cells.flag,
        "inner_width_mm": cells.whole(1, 50_000),
        "tilt_normal_deg": cells.number(-180, 180),
        "in_label": cells.text,
        "out_label": cells.text,
        "note": cells.text,
    },
    ("device", "valid_from", "line"),
)
DEVICES = Table(
    DeviceRow,
    {
        "device": cells.device,
        "model": _model,
        "default_password_changed": cells.flag,
        "default_password_checked_on": cells.day,
        "vulnerability_contact": cells.text,
        "supported_until": cells.day,
    },
    ("device",),
)
GAZETTEER = Table(GazetteerRow, {"usrn": cells.usrn, "name": cells.text, "name_cy": cells.text}, ("usrn",))
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
        "open_from": cells.time_of_day,
        "open_until": cells.time_of_day,
    },
    ("base_id",),
    (("open_from", "open_until"),),
)
VEHICLES = Table(
    VehicleRow,
    {
        "vehicle_id": cells.identifier,
        "name": cells.text,
        "capacity_l": cells.number(1, 1_000_000),
        "shift_from": cells.time_of_day,
        "shift_until": cells.time_of_day,
        "capacity_kg": cells.number(1, 1_000_000),
        "break_min": cells.whole(0, 240),
        "break_from": cells.time_of_day,
        "break_until": cells.time_of_day,
        "weight_t": cells.number(0.1, 60),
        "width_m": cells.number(0.5, 5),
        "height_m": cells.number(0.5, 6),
    },
    ("vehicle_id",),
    (("shift_from", "shift_until"), ("break_from", "break_until")),
)

ORDERS = Table(
    OrderRow,
    {
        "bin_id": cells.identifier,
        "order": cells.word(MUST_VISIT, CANNOT_VISIT),
        "why": cells.word(*WHYS),
        "from_date": cells.our_day,
        "until_date": cells.our_day,
        "every_days": cells.whole(1, 366),
        "note": cells.sentences,
    },
    ("bin_id", "order", "why", "from_date", "note"),
)


def read_csv(table: Table[Asset], raw: bytes) -> tuple[list[Line[Asset]], list[Refusal]]:
    """The lines of a CSV file (UTF-8, a header naming columns in any order), and why others are not taken."""
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        if refusals := list(_header(table, reader.fieldnames or ())):
            return [], refusals
        return _lines(table, reader)
    except UnicodeDecodeError as error:
        return [], [Refusal(f"byte {error.start}", WrongCellError("not_utf8", NOT_UTF8))]
    except csv.Error as error:
        return [], [Refusal(f"after line {reader.line_num}", WrongCellError("not_csv", f"the file is not CSV: {error}"))]


def write_csv(table: Table[Asset], assets: Iterable[Asset]) -> str:
    """A CSV file of assets, which read again gives the same."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.columns)
    for asset in assets:
        writer.writerow([cells.written(getattr(asset, name)) for name in table.columns])
    return text.getvalue()


def read_values(table: Table[Any], typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, WrongCellError]]:
    """The values of texts by column, without those left empty; and by column what is wrong with the others."""
    values: dict[str, Any] = {}
    wrong: dict[str, WrongCellError] = {}
    for name, read in table.columns.items():
        try:
            if cell := cells.unescaped(typed.get(name) or ""):
                values[name] = read(cell)
            elif name in required(table):
                raise WrongCellError("empty", "is empty")
        except WrongCellError as error:
            wrong[name] = error
    return values, wrong


def required(table: Table[Any]) -> set[str]:
    """The columns that no line may leave empty."""
    return {field.name for field in fields(table.asset) if field.default is MISSING}


def _header(table: Table[Any], names: Sequence[str]) -> Iterator[Refusal]:
    for name in names:
        if name not in table.columns:
            what = f"there is no column {name[:40]!r} here; known are {', '.join(table.columns)}"
            yield Refusal("line 1", WrongCellError("unknown_column", what, name=name[:40], known=", ".join(table.columns)))
    for name in table.columns:
        if list(names).count(name) > 1:
            yield Refusal("line 1", WrongCellError("column_twice", f"column {name} stands twice", name=name))
        if name in required(table) and name not in names:
            yield Refusal("line 1", WrongCellError("column_missing", f"column {name} is missing", name=name))


def _lines(table: Table[Asset], reader: "csv.DictReader[str]") -> tuple[list[Line[Asset]], list[Refusal]]:
    lines: list[Line[Asset]] = []
    refusals: list[Refusal] = []
    seen: dict[tuple[object, ...], str] = {}
    columns = frozenset(reader.fieldnames or ())
    for row in reader:
        where = f"line {reader.line_num}"
        try:
            asset = _asset(table, row)
        except WrongCellError as wrong:
            refusals.append(Refusal(where, wrong))
            continue
        key = tuple(getattr(asset, name) for name in table.key)
        if key in seen:
            what = f"it has the same {' and '.join(table.key)} as {seen[key]}"
            refusals.append(Refusal(where, WrongCellError("same_key", what, columns=", ".join(table.key), where=seen[key])))
        seen.setdefault(key, where)
        lines.append(Line(where, asset, columns))
    return lines, refusals


def _asset(table: Table[Asset], row: Mapping[str | None, Any]) -> Asset:
    """Raises WrongCellError: of a cell that is wrong, one that names its column."""
    if None in row or None in row.values():
        raise WrongCellError("ragged", "it has more or fewer cells than the first line")
    values, wrong = read_values(table, {name: cell for name, cell in row.items() if name is not None})
    for name, error in wrong.items():
        raise MisfitError(name, f"{name} {error}", error.kind, given=row[name][:SHOWN_LETTERS], **error.values) from error
    for begin, end in table.hours:
        since, until = values.get(begin), values.get(end)
        if since is not None and until is not None and until <= since:
            what = f"{end} {until:%H:%M} must be after {begin} {since:%H:%M}, on the same day"
            raise MisfitError(end, what, "not_after", since=f"{since:%H:%M}", until=f"{until:%H:%M}")
    return table.asset(**values)


TABLES: dict[Kind, Table[Any]] = {
    Kind.GAZETTEER: GAZETTEER,
    Kind.BINS: BINS,
    Kind.COUNTERS: COUNTERS,
    Kind.DEVICES: DEVICES,
    Kind.INSTALLATIONS: INSTALLATIONS,
    Kind.IRONWORK: IRONWORK,
    Kind.BASES: BASES,
    Kind.VEHICLES: VEHICLES,
    Kind.ORDERS: ORDERS,
}
"""The kinds that come as CSV."""
