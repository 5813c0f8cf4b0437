"""Seconds and metres between points of a street extract: how long they take, and whether they are right.

Points are drawn over all streets by their length, some metres off the line. Times are medians of repeats: `read_s` from the
file to its streets, `matrix_s` all ways between all points, `legs_s` lines and street names of a round through 300, always
on to the nearest. Routes are checked one by one: a leg's own line must be as long as the matrix says. With --osrm the same points
are asked of an OSRM server on the same extract, and its answers divided by ours.
"""

import math
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
import shapely

from bench.command import answer, arguments, rounded, say
from streets.network.extract import LatLon, metres_along
from streets.network.placed import Placed, placed
from streets.network.streets import Streets, read_streets
from streets.network.travel import Travel
from streets.routing.osrm import Osrm
from streets.routing.osrm_line import OsrmLine

OFF_M = 4.0
ROUND_STOPS = 300
T = TypeVar("T")


def scattered(streets: Streets, count: int, seed: int, major: bool = True) -> list[LatLon]:
    """Points over all streets by their length, or over those that are not major, some metres off the line."""
    dice = random.Random(seed)
    links = [link for link in streets.links if major or not link.driving.major]
    picked = dice.choices(links, weights=[link.line.length for link in links], k=count)
    spots: list[shapely.Point] = [link.line.interpolate(dice.random(), normalized=True) for link in picked]
    return [streets.lat_lon(spot.x + dice.gauss(0, OFF_M), spot.y + dice.gauss(0, OFF_M)) for spot in spots]


def timed(repeats: int, do: Callable[[], T]) -> tuple[T, float, float]:
    """What `do` gives, the median of its seconds, and of its seconds of processor time."""
    walls, processor = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        done = do()
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    return done, median(walls), median(processor)


def round_through(found: Placed, stops: int) -> list[int]:
    """A round through the first points that can be reached, always on to the nearest."""
    left = [i for i in range(len(found.points)) if found.reachable(i)][:stops]
    order = [left.pop(0)]
    while left:
        order.append(left.pop(int(np.argmin(found.seconds[order[-1], left]))))
    return order


def off_by_more(found: Placed, order: list[int]) -> int:
    """How many legs have a line that is not as long as the matrix says, by more than 0.2 per cent and 3 m."""
    legs = found.legs(order)
    return sum(not math.isclose(metres_along(leg.line), leg.metres, rel_tol=2e-3, abs_tol=3.0) for leg in legs)


def beside(theirs: Placed, ours: Placed) -> dict[str, float | int]:
    """Their seconds and metres over ours, of pairs more than 500 m apart by ours."""
    both = [i for i in range(len(ours.points)) if ours.reachable(i) and theirs.reachable(i)]
    pairs = np.ix_(both, both)
    far = ours.metres[pairs] > 500
    seconds, metres = (
        of[far] for of in (theirs.seconds[pairs] / ours.seconds[pairs].clip(1), theirs.metres[pairs] / ours.metres[pairs].clip(1))
    )
    figures = {"osrm_unreachable": len(theirs.points) - sum(map(theirs.reachable, range(len(theirs.points))))}
    told = {
        f"osrm_{name}_ratio_{q}": rounded(float(np.quantile(of, q / 100)), 3)
        for name, of in (("s", seconds), ("m", metres))
        for q in (1, 50, 99)
    }
    return {**figures, **told}


def main() -> None:
    """Measure one extract."""
    parser = arguments(__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--points", type=int, default=500)
    parser.add_argument("--osrm", metavar="URL", help="an OSRM server on the same extract")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    osm_pbf = asked.extract.read_bytes()
    streets, read_s, read_cpu_s = timed(asked.repeats, lambda: read_streets(osm_pbf))
    points = scattered(streets, asked.points, asked.seed)
    say(f"{len(streets.links)} links, {len(streets.turns)} forbidden turns")
    engine = Travel(streets)
    found, matrix_s, matrix_cpu_s = timed(asked.repeats, lambda: placed(engine, points))
    order = round_through(found, ROUND_STOPS)
    _, legs_s, legs_cpu_s = timed(asked.repeats, lambda: found.legs(order))
    figures: dict[str, object] = {
        "points": len(points),
        "read_s": rounded(read_s),
        "read_cpu_s": rounded(read_cpu_s),
        "matrix_s": rounded(matrix_s),
        "matrix_cpu_s": rounded(matrix_cpu_s),
        "legs_s": rounded(legs_s),
        "legs_cpu_s": rounded(legs_cpu_s),
        "unreachable": sum(not found.reachable(i) for i in range(len(points))),
        "routes_checked": len(order) - 1,
        "routes_wrong": off_by_more(found, order),
    }
    if asked.osrm:
        server = Osrm(OsrmLine(asked.osrm))
        theirs, osrm_s, _ = timed(1, lambda: placed(server, points))
        figures |= {"osrm_s": rounded(osrm_s), **beside(theirs, found)}
    answer(figures)


if __name__ == "__main__":
    main()
