"""Metres on the town's flat ground and the WGS84 points they stand for.

Rivermouth lies where Cardigan Bay is: on the British coast's sea, so that nobody takes it for a real council.
"""

from math import cos, hypot, radians

CENTRE_LAT, CENTRE_LON = 52.42, -4.55
METRES_PER_DEGREE_LAT = 111_320.0
METRES_PER_DEGREE_LON = METRES_PER_DEGREE_LAT * cos(radians(CENTRE_LAT))

Point = tuple[float, float]
"""Metres east and metres north of the town's centre."""


def lat_lon(point: Point) -> tuple[float, float]:
    """WGS84 latitude and longitude in degrees, rounded to 7 decimals (1 cm) as OpenStreetMap keeps them."""
    east_m, north_m = point
    return round(CENTRE_LAT + north_m / METRES_PER_DEGREE_LAT, 7), round(CENTRE_LON + east_m / METRES_PER_DEGREE_LON, 7)


def distance_m(a: Point, b: Point) -> float:
    """Straight distance between two points in metres."""
    return hypot(a[0] - b[0], a[1] - b[1])


def along(a: Point, b: Point, share: float, aside_m: float = 0.0) -> Point:
    """The point `share` (0..1) of the way from a to b, `aside_m` to the left of the line."""
    length_m = distance_m(a, b)
    east, north = (b[0] - a[0]) / length_m, (b[1] - a[1]) / length_m
    return a[0] + east * length_m * share - north * aside_m, a[1] + north * length_m * share + east * aside_m
