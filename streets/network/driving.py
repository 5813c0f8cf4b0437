"""How OpenStreetMap's ways are driven: in which direction, how fast, at which hours; on the road or by ferry.

Speeds are assumptions, not measurements: the mean pace of a loaded collection vehicle between stops by kind of way, and never
more than nine tenths of the posted limit. The caps of 50 mph (single) and 60 mph (dual carriageway) for goods vehicles over 7.5 t
are Highway Code rule 124 and lie above every pace used here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from streets.network.access import BY_DETAIL, OPEN, SHUT, USUAL, Hours, Size, access, fits, opening

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
NOT_COLLECTED_FROM = {"driveway", "drive-through", "emergency_access"}
NO_TURNING_ROUND = {kind for name in ("motorway", "trunk", "primary", "secondary") for kind in (name, f"{name}_link")}

FERRY_WAIT_S = 900
"""An assumption: queueing, boarding and leaving, beside the crossing that the map tells."""

_BY_DIRECTION = tuple(tuple(f"{key}:{direction}" for key in BY_DETAIL) for direction in ("forward", "backward"))
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(mph)?")
_DURATION = re.compile(r"(?:(\d{1,2}):)?(\d{1,3})(?::\d{2})?|PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?")


@dataclass(frozen=True, slots=True)
class Driving:
    """How a way may be driven. `hours` are seconds after local midnight (from, until), or None for all day.

    `major` ways are those in whose carriageway no vehicle turns round, and whose bins are emptied from their own side.
    """

    metres_per_s: float
    forward: bool
    backward: bool
    hours: Hours | None = None
    major: bool = False


def driving(tags: Mapping[str, str], metres: float, size: Size = USUAL) -> Driving | None:
    """How a refuse vehicle of a size drives a way with these tags, so many metres long; None where it may not."""
    if tags.get("route") == "ferry":
        crossing_s = _crossing_s(tags, size)
        return None if crossing_s is None else Driving(metres / crossing_s, True, True)
    kind = tags.get("highway", "")
    if kind not in PACE_MPH or tags.get("service") in NOT_COLLECTED_FROM or not fits(tags, size):
        return None
    is_open, hours = opening(tags, "no" if kind == "pedestrian" else "yes", size)
    forward, backward = _directions(tags)
    if not is_open or not (forward or backward):
        return None
    pace = _metres_per_s(kind, tags.get("maxspeed:hgv", tags.get("maxspeed")))
    return Driving(pace, forward, backward, hours, kind in NO_TURNING_ROUND)


def _crossing_s(tags: Mapping[str, str], size: Size) -> float | None:
    """Seconds of a ferry that says that it takes vehicles and how long it takes; None of any other."""
    found = _DURATION.fullmatch(tags.get("duration", ""))
    if found is None or access(tags, default="no") not in OPEN or not fits(tags, size):
        return None
    minutes = 60 * int(found[1] or found[3] or 0) + int(found[2] or found[4] or 0)
    return minutes * 60.0 + FERRY_WAIT_S if minutes else None


def _directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a way may be driven as drawn, and against it. A one-way street of some hours is taken for one of all hours."""
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    oneway = tags.get("oneway", "yes" if implied else "no")
    if oneway in ("reversible", "alternating"):
        return False, False
    if oneway == "no" and tags.get("oneway:conditional", "").startswith("yes"):
        oneway = "yes"
    shut = [next((tags[key] for key in keys if key in tags), "yes") in SHUT for keys in _BY_DIRECTION]
    return oneway != "-1" and not shut[0], oneway not in ("yes", "true", "1") and not shut[1]


def _metres_per_s(kind: str, maxspeed: str | None) -> float:
    pace = PACE_MPH[kind] * METRES_PER_S_IN_MPH
    limit = _LIMIT.fullmatch(maxspeed or "")
    if limit is None:
        return pace
    posted = float(limit[1]) * (METRES_PER_S_IN_MPH if limit[2] else 1 / 3.6)
    return min(pace, 0.9 * posted) if posted > 0 else pace
