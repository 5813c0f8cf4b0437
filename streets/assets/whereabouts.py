"""Whether a point can be where a council's assets stand: swapped latitude and longitude put a bin into the ocean."""

from collections.abc import Sequence
from math import cos, hypot, radians

from streets.wards.locate import WardBoundary, locate

M_PER_DEGREE = 111_195
"""Of latitude, on a sphere of 6,371 km."""
FAR_M = 50_000


def too_far(lat: float, lon: float, wards: Sequence[WardBoundary]) -> str | None:
    """Why the point cannot be right: farther than FAR_M from the bounds of all wards. None where it can, or no ward is known."""
    if not wards or (away_m := _metres_away(lat, lon, wards)) <= FAR_M:
        return None
    what = f"lat {lat:g}, lon {lon:g} lies {away_m / 1000:,.0f} km from the council's wards"
    swapped = -90 <= lon <= 90 and _metres_away(lon, lat, wards) <= FAR_M
    return f"{what}: lat and lon are swapped" if swapped else what


def outside(lat: float, lon: float, wards: Sequence[WardBoundary]) -> str | None:
    """What to say of a point that lies in none of the wards, where some are known."""
    if wards and locate(lat, lon, wards) is None:
        return f"lat {lat:g}, lon {lon:g} lies in none of the council's wards"
    return None


def _metres_away(lat: float, lon: float, wards: Sequence[WardBoundary]) -> float:
    """From the box around all wards; near enough for a check in tens of kilometres."""
    boxes = [ward.area.bounds for ward in wards]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    up = max(south - lat, 0.0, lat - north)
    along = max(west - lon, 0.0, lon - east) * cos(radians((south + north) / 2))
    return M_PER_DEGREE * hypot(up, along)
