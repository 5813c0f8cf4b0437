"""The files from which a council's assets are imported: their columns, and Rivermouth's rows."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from simulators.bins import Bin
from simulators.counters import PERIOD_S, Counter
from simulators.devices import SPEAK_FOR_THEMSELVES, Device
from simulators.ground import Point, lat_lon
from simulators.roads import Obstacle
from simulators.streets import Streets
from simulators.wards import Ward

Row = Mapping[str, object]
"""A row of an import file by column; a column left out is empty."""

COLUMNS = {
    "bins": ("bin_id", "name", "lat", "lon", "usrn", "capacity_l", "visit_every_days", "reach_from", "reach_until"),
    "counters": (
        "counter_id", "place_id", "place_name", "place_name_cy", "name", "lat", "lon", "in_label", "out_label",
    ),
    "gazetteer": ("usrn", "name", "name_cy"),
    "devices": (
        "device", "model", "default_password_changed", "default_password_checked_on", "vulnerability_contact", "supported_until",
    ),
    "installations": (
        "device", "model", "bin_id", "counter_id", "line", "valid_from", "valid_to", "empty_mm", "full_mm", "blind_zone_mm",
        "max_range_mm", "period_s", "report_every_s", "swap_in_out",
    ),
    "ironwork": ("ironwork_id", "kind", "lat", "lon"),
    "bases": ("base_id", "kind", "name", "lat", "lon", "service_s", "open_from", "open_until"),
    "vehicles": ("vehicle_id", "name", "capacity_l", "shift_from", "shift_until", "capacity_kg"),
}  # fmt: skip

SUPPORTED_YEARS = {"ldds75": -1}
"""Years after the town's first for which a maker promises updates, where not three: of an old model they have ended."""

INSTALLED_BEFORE = timedelta(days=60)
"""Sensors hung this long before the town's first message."""


def write_rows(path: Path, kind: str, rows: Iterable[Row]) -> None:
    """Write rows of a kind (a key of COLUMNS) as the CSV file that the import reads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS[kind], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON that a person can read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def bin_rows(bins: tuple[Bin, ...]) -> list[Row]:
    """Rows of bins.csv."""
    return [
        {
            "bin_id": a_bin.bin_id, "name": a_bin.name, **_where(a_bin.point), "usrn": a_bin.usrn, "capacity_l": a_bin.capacity_l,
            "visit_every_days": a_bin.visit_every_days, "reach_until": f"{a_bin.reach_until:%H:%M}" if a_bin.reach_until else "",
        }
        for a_bin in bins
    ]  # fmt: skip


def counter_rows(counters: tuple[Counter, ...]) -> list[Row]:
    """Rows of counters.csv; places are made from them."""
    return [
        {
            "counter_id": counter.counter_id, "place_id": counter.place.place_id, "place_name": counter.place.name,
            "place_name_cy": counter.place.name_cy, "name": counter.name, **_where(counter.point),
            "in_label": counter.labels[0], "out_label": counter.labels[1],
        }
        for counter in counters
    ]  # fmt: skip


def installation_rows(council: str, bins: tuple[Bin, ...], counters: tuple[Counter, ...], starts_at: datetime) -> list[Row]:
    """Rows of installations.csv: which device stands where, and how it is mounted."""
    valid_from = (starts_at - INSTALLED_BEFORE).isoformat()
    on_bins: list[Row] = [
        {
            "device": device.full_name(council), "model": device.model, "bin_id": a_bin.bin_id, "valid_from": valid_from,
            "empty_mm": a_bin.mounting.empty_mm, "full_mm": a_bin.mounting.full_mm,
            "blind_zone_mm": a_bin.mounting.blind_zone_mm, "max_range_mm": a_bin.mounting.max_range_mm,
            "report_every_s": device.report_every_s, "swap_in_out": "false",
        }
        for a_bin in bins
        if (device := a_bin.device) is not None
    ]  # fmt: skip
    on_posts: list[Row] = [
        {
            "device": counter.device.full_name(council), "model": counter.device.model, "counter_id": counter.counter_id,
            "line": counter.line or "", "valid_from": valid_from, "period_s": PERIOD_S,
            "report_every_s": counter.device.report_every_s, "swap_in_out": str(counter.swapped).lower(),
        }
        for counter in counters
    ]  # fmt: skip
    return on_bins + on_posts


def gazetteer_rows(streets: Streets) -> list[Row]:
    """Rows of gazetteer.csv: every street that has a USRN, which is written with 8 digits."""
    named = {street.usrn: street.tags for street in streets.ways if street.usrn}
    return [
        {"usrn": f"{usrn:08}", "name": tags["name"], "name_cy": tags.get("name:cy", "")} for usrn, tags in sorted(named.items())
    ]


def device_rows(council: str, devices: Iterable[Device], starts_at: datetime) -> list[Row]:
    """Rows of devices.csv. Makers support what they still sell; of devices that speak for themselves nobody has asked yet."""
    asked_of = {device.full_name(council): device for device in devices}
    rows: list[Row] = []
    for name, device in sorted(asked_of.items()):
        if device.network in SPEAK_FOR_THEMSELVES:
            rows.append({"device": name, "model": device.model})
        else:
            years = SUPPORTED_YEARS.get(device.model, 3)
            rows.append({
                "device": name, "model": device.model, "default_password_changed": "true",
                "default_password_checked_on": (starts_at - INSTALLED_BEFORE).date().isoformat(),
                "vulnerability_contact": f"https://maker.example/{device.model}/security",
                "supported_until": f"{starts_at.year + years}-12-31",
            })  # fmt: skip
    return rows


def ironwork_rows(ironwork: tuple[Obstacle, ...]) -> list[Row]:
    """Rows of ironwork.csv."""
    return [{"ironwork_id": item.obstacle_id, "kind": item.kind, **_where(item.point)} for item in ironwork]


def base_rows(streets: Streets) -> list[Row]:
    """Rows of bases.csv: the depot and the two tips."""
    east, west = streets.tips
    bases = (
        ("depot", "depot", "Depot Road depot", streets.depot, 300, "", ""),
        ("tip-east", "tip", "Eastern Transfer Station", east, 900, "06:00", "18:00"),
        ("tip-west", "tip", "Western Recycling Centre", west, 720, "08:00", "16:00"),
    )
    return [
        {
            "base_id": base_id, "kind": kind, "name": name, **_where(streets.nodes[node]), "service_s": service_s,
            "open_from": open_from, "open_until": open_until,
        }
        for base_id, kind, name, node, service_s, open_from, open_until in bases
    ]  # fmt: skip


def ward_collection(wards: tuple[Ward, ...]) -> dict[str, object]:
    """The wards as a GeoJSON feature collection."""
    return {"type": "FeatureCollection", "features": [ward.feature() for ward in wards]}


def _where(point: Point) -> dict[str, object]:
    lat, lon = lat_lon(point)
    return {"lat": lat, "lon": lon}
