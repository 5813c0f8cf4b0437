"""Where a refuse vehicle may drive and fits, by the tags of OpenStreetMap.

Access follows the OSM wiki's order of detail: hgv over motor_vehicle over vehicle over access, over the default of the kind of
way. Streets for destinations only count as open, because a crew at work has its errand there. A pedestrian street is open only
in the hours that its conditional access names; words that cannot be read mean closed.

A vehicle of which no size is on record is taken for one as heavy and wide as a 7.5 t tipper, and as tall as a refuse lorry
(docs/decisions/0041-streets.md).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from streets.network.conditions import clauses, hours, means


@dataclass(frozen=True, slots=True)
class Size:
    """What of a vehicle streets have limits for: its greatest weight laden in tonnes, its width and height in metres."""

    weight_t: float = 7.5
    width_m: float = 2.5
    height_m: float = 3.6


USUAL = Size()

BY_DETAIL = ("hgv", "motor_vehicle", "vehicle", "access")
OPEN = {"yes", "permissive", "designated", "destination", "delivery", "customers", "official", "discouraged"}
SHUT = {"no", "private"}

# Gates, cattle grids and their like are opened by who has business behind them; these are not.
BLOCKING_BARRIERS = {
    "bollard", "block", "jersey_barrier", "planter", "chain", "log", "debris", "cycle_barrier", "motorcycle_barrier",
    "kissing_gate", "stile", "turnstile", "full-height_turnstile", "horse_stile", "bus_trap", "sump_buster", "rope",
}  # fmt: skip
_HEIGHT = re.compile(r"""(\d+(?:\.\d+)?)(?:\s*m)?|(\d+)'\s*(?:(\d+)"?)?""")
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(t|kg)?")

Hours = tuple[int, int]


def access(tags: Mapping[str, str], default: str) -> str:
    """The value of the most detailed access tag, else the default."""
    return next((tags[key] for key in BY_DETAIL if key in tags), default)


def opening(tags: Mapping[str, str], default: str, size: Size = USUAL) -> tuple[bool, Hours | None]:
    """Whether a way with these tags may be driven, and the hours (seconds after local midnight), None for all day.

    Of several spans of hours the first is taken.
    """
    is_open = access(tags, default) in OPEN
    words = next((tags[f"{key}:conditional"] for key in BY_DETAIL if f"{key}:conditional" in tags), "")
    for told, condition in clauses(words):
        meant, span = means(condition, size.weight_t), hours(condition)
        if meant is False:
            continue
        if span is None:
            if meant and is_open and told in SHUT:
                return False, None
            continue
        start, end = span
        if not is_open and told in OPEN and start < end:
            return True, (start, end)
        if is_open and told in SHUT:
            return True, (0, start) if start > 0 else (end, 86_400)
    return is_open, None


def fits(tags: Mapping[str, str], size: Size = USUAL) -> bool:
    """Whether the vehicle is within the way's limits. Limits that cannot be read are none."""
    heights = [_metres(tags[key]) for key in ("maxheight", "maxheight:physical") if key in tags]
    widths = [_metres(tags[key]) for key in ("maxwidth", "maxwidth:physical") if key in tags]
    weights = [_tonnes(tags[key]) for key in _WEIGHT_LIMITS if key in tags]
    pairs = ((heights, size.height_m), (widths, size.width_m), (weights, size.weight_t))
    return all(limit is None or limit >= ours for limits, ours in pairs for limit in limits)


_WEIGHT_LIMITS = ("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv", "maxgcweight")


def blocks(tags: Mapping[str, str], size: Size = USUAL) -> bool:
    """Whether a node stops the vehicle: a bollard or its like that is not opened, a private gate, too low or narrow a gap."""
    if "barrier" not in tags:
        return False
    default = "no" if tags["barrier"] in BLOCKING_BARRIERS or tags.get("locked") == "yes" else "yes"
    return access(tags, default) not in OPEN or not fits(tags, size)


def _metres(words: str) -> float | None:
    found = _HEIGHT.fullmatch(words.strip())
    if found is None:
        return None
    return float(found[1]) if found[1] else 0.3048 * int(found[2]) + 0.0254 * int(found[3] or 0)


def _tonnes(words: str) -> float | None:
    found = _WEIGHT.fullmatch(words.strip())
    if found is None:
        return None
    return float(found[1]) / (1000 if found[2] == "kg" else 1)
