"""What a wheel meets on Rivermouth's roads: ironwork and speed bumps, which the council knows, and potholes, unknown to it."""

from dataclasses import dataclass

import numpy as np

from simulators.dice import dice
from simulators.ground import Point, along, distance_m
from simulators.streets import Streets

MANHOLES, SPEED_BUMPS, POTHOLES = 230, 30, 18
APART_M = 30.0
FELT = {"manhole": 0.2, "speed_bump": 0.7, "pothole": 0.5}
"""Share of passes in which a phone feels it; many wheels miss."""
SEVERITY_G = {"manhole": (0.42, 0.12), "speed_bump": (0.6, 0.15), "pothole": (0.75, 0.25)}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A thing on a street piece, `share` of its length from the start; `opens_on_day`: a pothole not there before."""

    obstacle_id: str
    kind: str
    piece: int
    share: float
    point: Point
    opens_on_day: int = 0


def build_obstacles(seed: int, streets: Streets) -> tuple[Obstacle, ...]:
    """Manholes, speed bumps, then potholes; a pothole lies at least 30 m from all others."""
    luck = dice(seed, "obstacles")
    drivable = [
        index for index, piece in enumerate(streets.pieces) if piece.street.tags["highway"] not in ("pedestrian", "service")
    ]
    found: list[Obstacle] = []
    for kind, how_many in (("manhole", MANHOLES), ("speed_bump", SPEED_BUMPS), ("pothole", POTHOLES)):
        while sum(obstacle.kind == kind for obstacle in found) < how_many:
            obstacle = _draw(luck, kind, len(found) + 1, drivable, streets)
            if kind == "manhole" or all(distance_m(obstacle.point, other.point) >= APART_M for other in found):
                found.append(obstacle)
    return tuple(found)


def _draw(luck: np.random.Generator, kind: str, number: int, drivable: list[int], streets: Streets) -> Obstacle:
    piece = int(luck.choice(drivable))
    share, aside_m = float(luck.uniform(0.1, 0.9)), 0.0 if kind == "speed_bump" else float(luck.uniform(-2.5, 2.5))
    point = along(streets.nodes[streets.pieces[piece].start], streets.nodes[streets.pieces[piece].end], share, aside_m)
    opens = int(luck.integers(1, 12)) if kind == "pothole" and number % 3 == 0 else 0
    return Obstacle(f"{kind.upper()[:2]}{number:04d}", kind, piece, share, point, opens)
