"""Which OpenStreetMap ways a refuse vehicle may drive, in which direction, how fast and at which hours.

Access follows the OSM wiki's order of detail: hgv over motor_vehicle over vehicle over access, over the default of the kind of
way. A pedestrian street is open only in the hours that its conditional access names; words that cannot be read mean closed.

Speeds are assumptions, not measurements: the mean pace of a loaded collection vehicle between stops by kind of way, and never
more than nine tenths of the posted limit. The caps of 50 mph (single) and 60 mph (dual carriageway) for goods vehicles over 7.5 t
are Highway Code rule 124 and lie above every pace used here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

METRES_PER_S_IN_MPH = 0.44704

PACE_MPH = {
    "motorway": 50.0,
    "motorway_link": 30.0,
    "trunk": 45.0,
    "trunk_link": 30.0,
    "primary": 36.0,
    "primary_link": 25.0,
    "secondary": 32.0,
    "secondary_link": 25.0,
    "tertiary": 27.0,
    "tertiary_link": 20.0,
    "unclassified": 22.0,
    "residential": 16.0,
    "road": 16.0,
    "living_street": 8.0,
    "service": 8.0,
    "pedestrian": 5.0,
}
OPEN = {"yes", "permissive", "designated", "destination", "delivery", "customers", "official"}
BY_DETAIL = ("hgv", "motor_vehicle", "vehicle", "access")
BLOCKING_BARRIERS = {"bollard", "block", "jersey_barrier", "planter", "chain", "log"}
NOT_COLLECTED_FROM = {"driveway", "drive-through", "emergency_access"}
VEHICLE_HEIGHT_M = 3.6

_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)")
_CONDITION = re.compile(r"\s*([a-z_]+)\s*@\s*\(?([^;()]*)\)?")
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(mph)?")
_HEIGHT = re.compile(r"""(\d+(?:\.\d+)?)(?:\s*m)?|(\d+)'\s*(?:(\d+)")?""")


@dataclass(frozen=True, slots=True)
class Driving:
    """How a way may be driven. `hours` are seconds after local midnight (from, until), or None for all day."""

    metres_per_s: float
    forward: bool
    backward: bool
    hours: tuple[int, int] | None = None


def driving(tags: Mapping[str, str]) -> Driving | None:
    """How a refuse vehicle may drive a way with these tags, or None where it may not."""
    kind = tags.get("highway", "")
    if kind not in PACE_MPH or tags.get("service") in NOT_COLLECTED_FROM or _too_low(tags.get("maxheight")):
        return None
    is_open = _base_access(tags, default="no" if kind == "pedestrian" else "yes") in OPEN
    hours = _hours(tags, is_open)
    if not is_open and hours is None:
        return None
    forward, backward = _directions(tags)
    return Driving(_metres_per_s(kind, tags.get("maxspeed")), forward, backward, hours)


def blocks(tags: Mapping[str, str]) -> bool:
    """Whether a node with these tags stops a vehicle: a bollard or its like, not opened to motor vehicles."""
    return tags.get("barrier") in BLOCKING_BARRIERS and _base_access(tags, default="no") not in OPEN


def _base_access(tags: Mapping[str, str], default: str) -> str:
    return next((tags[key] for key in BY_DETAIL if key in tags), default)


def _directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    oneway = tags.get("oneway", "yes" if tags.get("junction") in ("roundabout", "circular") else "no")
    if tags.get("highway") == "motorway" and "oneway" not in tags:
        oneway = "yes"
    return oneway != "-1", oneway not in ("yes", "true", "1")


def _metres_per_s(kind: str, maxspeed: str | None) -> float:
    pace = PACE_MPH[kind] * METRES_PER_S_IN_MPH
    limit = _LIMIT.fullmatch(maxspeed or "")
    if limit is None:
        return pace
    posted = float(limit[1]) * (METRES_PER_S_IN_MPH if limit[2] else 1 / 3.6)
    return min(pace, 0.9 * posted) if posted > 0 else pace


def _too_low(maxheight: str | None) -> bool:
    found = _HEIGHT.fullmatch((maxheight or "").strip())
    if found is None:
        return False
    metres = float(found[1]) if found[1] else 0.3048 * int(found[2]) + 0.0254 * int(found[3] or 0)
    return metres < VEHICLE_HEIGHT_M


def _hours(tags: Mapping[str, str], is_open: bool) -> tuple[int, int] | None:
    """The hours in which a way with conditional access may be driven; of several, the first of the day."""
    words = next((tags[f"{key}:conditional"] for key in BY_DETAIL if f"{key}:conditional" in tags), "")
    for access, condition in _CONDITION.findall(words):
        span = _HOURS.search(condition)
        if span is None:
            continue
        start, end = int(span[1]) * 3600 + int(span[2]) * 60, int(span[3]) * 3600 + int(span[4]) * 60
        if not is_open and access in OPEN and start < end:
            return start, end
        if is_open and access in ("no", "private"):
            return (0, start) if start > 0 else (end, 86_400)
    return None
