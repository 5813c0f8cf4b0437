"""Whether the lines of a file fit to what the council has: what is refused, and what is only worth a remark."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from streets.assets.kinds import Kind
from streets.assets.rows import BinRow, CounterRow, DeviceRow, InstallationRow, Line, MisfitError, OrderRow, Refusal
from streets.assets.versions import at_once, crossing
from streets.assets.whereabouts import outside, too_far
from streets.store import assets
from streets.store.database import Connection, execute

OWNED: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.WARDS: (("wards", "ward_code"),),
    Kind.BINS: (("bins", "bin_id"),),
    Kind.COUNTERS: (("counters", "counter_id"), ("places", "place_id")),
    Kind.DEVICES: (("devices", "device"),),
    Kind.INSTALLATIONS: (("devices", "device"),),
}
"""Names that are one council's for all: of what, and in which column."""


def refusals(conn: Connection, council: str, kind: Kind, lines: Sequence[Line[Any]]) -> list[Refusal]:
    """Why lines cannot be kept. Nobody else is told so until the caller commits: what fits now fits when it is kept."""
    execute(conn, "lock_records")
    found = [*_taken(conn, council, kind, lines), *CHECKS.get(kind, _nothing)(conn, council, lines)]
    place = {line.where: number for number, line in enumerate(lines)}
    return sorted(found, key=lambda refusal: place[refusal.where])


def remarks(conn: Connection, council: str, kind: Kind, lines: Sequence[Line[Any]]) -> list[Refusal]:
    """What of lines that can be kept is doubtful all the same."""
    return list(REMARKS.get(kind, _nothing)(conn, council, lines))


def _nothing(_conn: Connection, _council: str, _lines: Sequence[Line[Any]]) -> Iterator[Refusal]:
    return iter(())


def _refusal(line: Line[Any], misfit: MisfitError) -> Refusal:
    return Refusal(line.where, misfit)


def _taken(conn: Connection, council: str, kind: Kind, lines: Sequence[Line[Any]]) -> Iterator[Refusal]:
    """Lines whose asset has a name that is another council's."""
    for what, column in OWNED.get(kind, ()):
        name = attrgetter(column)
        owners = assets.owners(conn, what, (name(line.asset) for line in lines))
        for line in lines:
            if owners.get(name(line.asset) or "", council) != council:
                misfit = MisfitError(column, f"{name(line.asset)!r} is in use by another council: give it another name", "taken")
                yield _refusal(line, misfit)


def _unknown(conn: Connection, council: str, what: str, lines: Sequence[Line[Any]], column: str) -> Iterator[Refusal]:
    """Lines that name an asset the council does not have."""
    name = attrgetter(column)
    owners = assets.owners(conn, what, (name(line.asset) for line in lines))
    for line in lines:
        if (named := name(line.asset)) is not None and owners.get(named) != council:
            what_is = f"{named!r} is not among the council's {what}: import those first"
            yield _refusal(line, MisfitError(column, what_is, "not_yours"))


def _abroad(council: str, lines: Sequence[Line[Any]]) -> Iterator[Refusal]:
    """Lines whose device publishes on another council's topics."""
    for line in lines:
        if "/" in line.asset.device and not line.asset.device.startswith(f"{council}/"):
            what = f"device {line.asset.device!r} must begin with {council}/"
            yield _refusal(line, MisfitError("device", what, "abroad", council=council))


def _check_points(conn: Connection, council: str, lines: Sequence[Line[BinRow] | Line[CounterRow]]) -> Iterator[Refusal]:
    wards = assets.wards(conn, council)
    for line in lines:
        if (why := too_far(line.asset.lat, line.asset.lon, wards)) is not None:
            yield _refusal(line, MisfitError("lat", why, "too_far"))


def _check_counters(conn: Connection, council: str, lines: Sequence[Line[CounterRow]]) -> Iterator[Refusal]:
    first: dict[str, Line[CounterRow]] = {}
    for line in lines:
        same = first.setdefault(line.asset.place_id, line)
        if (line.asset.place_name, line.asset.place_name_cy) != (same.asset.place_name, same.asset.place_name_cy):
            what = f"place {line.asset.place_id!r} has another name in {same.where}"
            yield _refusal(line, MisfitError("place_name", what, "other_name", where=same.where))
    yield from _check_points(conn, council, lines)


def _check_devices(conn: Connection, council: str, lines: Sequence[Line[DeviceRow]]) -> Iterator[Refusal]:
    yield from _abroad(council, lines)
    yield from _misfits(conn, council, lines, set())


def _check_installations(conn: Connection, council: str, lines: Sequence[Line[InstallationRow]]) -> Iterator[Refusal]:
    yield from _unknown(conn, council, "bins", lines, "bin_id")
    yield from _unknown(conn, council, "counters", lines, "counter_id")
    yield from _abroad(council, lines)
    yield from crossing(lines, assets.kept(conn, council, Kind.INSTALLATIONS))
    yield from _misfits(conn, council, lines, {(line.asset.device, line.asset.valid_from, line.asset.line) for line in lines})


def _misfits(conn: Connection, council: str, lines: Sequence[Line[Any]], told: set[tuple[Any, ...]]) -> Iterator[Refusal]:
    """Lines that give a device a model with which what its record says, where the file does not say it anew, does not fit."""
    named = {line.asset.device: line for line in lines}
    for each in assets.kept(conn, council, Kind.INSTALLATIONS):
        line = named.get(each.device)
        if line is not None and line.asset.model != each.model and (each.device, each.valid_from, each.line) not in told:
            try:
                replace(each, model=line.asset.model)
            except MisfitError as misfit:
                since = each.valid_from.isoformat()
                what = f"the device's record since {since} does not fit another model: {misfit}"
                yield _refusal(line, MisfitError("model", what, "model_misfit"))


def _outside(conn: Connection, council: str, lines: Sequence[Line[BinRow] | Line[CounterRow]]) -> Iterator[Refusal]:
    wards = assets.wards(conn, council)
    streets = {street.usrn for street in assets.kept(conn, council, Kind.GAZETTEER)}
    for line in lines:
        if (what := outside(line.asset.lat, line.asset.lon, wards)) is not None:
            yield _refusal(line, MisfitError("lat", what, "outside"))
        if streets and line.asset.usrn is not None and line.asset.usrn not in streets:
            what = f"USRN {line.asset.usrn} is not in the council's gazetteer"
            yield _refusal(line, MisfitError("usrn", what, "unknown_usrn"))


def _shared_posts(conn: Connection, council: str, lines: Sequence[Line[InstallationRow]]) -> Iterator[Refusal]:
    """Bins in which two devices would stand at once."""
    said = {(line.asset.device, line.asset.valid_from, line.asset.line) for line in lines}
    kept = [row for row in assets.kept(conn, council, Kind.INSTALLATIONS) if (row.device, row.valid_from, row.line) not in said]
    standing: dict[str | None, list[InstallationRow]] = {}
    for row in (*kept, *(line.asset for line in lines)):
        standing.setdefault(row.bin_id, []).append(row)
    others = {bin_id: at_once(rows) for bin_id, rows in standing.items() if bin_id is not None}
    for line in lines:
        row = line.asset
        if row.bin_id is not None and (other := others[row.bin_id].get((row.device, row.valid_from))) is not None:
            what = f"{other} stands in bin {row.bin_id} at the same time"
            yield _refusal(line, MisfitError("bin_id", what, "shared_post", device=other))


def _check_orders(conn: Connection, council: str, lines: Sequence[Line[OrderRow]]) -> Iterator[Refusal]:
    yield from _unknown(conn, council, "bins", lines, "bin_id")


def _out_of_use(conn: Connection, council: str, lines: Sequence[Line[OrderRow]]) -> Iterator[Refusal]:
    """Orders of bins that are not in use, and so are not planned."""
    in_use = {each.bin_id for each in assets.kept(conn, council, Kind.BINS) if each.active}
    for line in lines:
        if line.asset.bin_id not in in_use:
            yield _refusal(line, MisfitError("bin_id", f"bin {line.asset.bin_id} is not in use", "out_of_use"))


Check = Callable[[Connection, str, Sequence[Line[Any]]], Iterator[Refusal]]

CHECKS: dict[Kind, Check] = {
    Kind.BINS: _check_points,
    Kind.COUNTERS: _check_counters,
    Kind.DEVICES: _check_devices,
    Kind.INSTALLATIONS: _check_installations,
    Kind.ORDERS: _check_orders,
}
REMARKS: dict[Kind, Check] = {
    Kind.BINS: _outside,
    Kind.COUNTERS: _outside,
    Kind.INSTALLATIONS: _shared_posts,
    Kind.ORDERS: _out_of_use,
}
