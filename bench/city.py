"""How long planning a city takes, part by part, and how much ten times the search would save.

Bins stand along an extract's streets, some nearly full and most not; a tenth of them in streets closed from 10:00 on, some to be
visited in any case. A van for every hundred bins, each with a break; the depot is a tip, another is open until 13:00.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.command import answer, arguments, rounded, say
from streets.network.extract import LatLon
from streets.network.streets import Streets, read_streets
from streets.network.travel import Travel
from streets.rounds.check import verified
from streets.rounds.plan import plan
from streets.rounds.problem import Break, Candidate, Problem, Tip, Van

HOUR_S = 3600
SHIFT_S = (6 * HOUR_S, 14 * HOUR_S)
BINS_A_VAN = 100
LONGER = 10
SEED = 1


@contextmanager
def timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Note how long something took."""
    began_s = time.perf_counter()
    yield
    seconds[f"{name}_s"] = rounded(time.perf_counter() - began_s, 2)


def points(streets: Streets, count: int, rng: np.random.Generator) -> list[LatLon]:
    """So many places on the streets, by (latitude, longitude)."""
    chosen = rng.integers(len(streets.links), size=count)
    ends = [streets.links[k].line.interpolate(rng.random(), normalized=True) for k in chosen]
    return [streets.lat_lon(end.x, end.y) for end in ends]


def problem(seconds: NDArray[np.int64], metres: NDArray[np.int64], rng: np.random.Generator) -> Problem:
    """A day among these points: the first is the depot, the second the other tip. Bins that cannot be reached are left away."""
    reached = [k for k in range(2, len(seconds)) if seconds[0, k] >= 0 and seconds[k, 0] >= 0]
    full = rng.beta(0.6, 2.0, size=len(seconds))
    early, must = rng.random(len(seconds)) < 0.1, rng.random(len(seconds)) < 0.02
    return Problem(
        seconds=np.maximum(seconds, 0),
        metres=np.maximum(metres, 0),
        candidates=tuple(
            Candidate(
                bin_id=str(k),
                point=k,
                worth_pence=2_000 * full[k],
                load_l=120 * (0.3 + 0.7 * full[k]),
                load_kg=24 * (0.3 + 0.7 * full[k]),
                service_s=90,
                windows_s=((0, 10 * HOUR_S),) if early[k] else (),
                must=bool(must[k]),
            )
            for k in reached
        ),
        tips=(
            Tip(base_id="depot", point=0, service_s=600),
            Tip(base_id="tip", point=1, service_s=600, windows_s=((0, 13 * HOUR_S),)),
        ),
        vans=tuple(
            Van(
                vehicle_id=str(v),
                point=0,
                capacity_l=4_000,
                capacity_kg=800,
                from_s=SHIFT_S[0],
                until_s=SHIFT_S[1],
                breaks=(Break(SHIFT_S[0] + 3 * HOUR_S, SHIFT_S[0] + 11 * HOUR_S // 2, 1_800),),
            )
            for v in range(max(1, len(reached) // BINS_A_VAN))
        ),
        depot=0,
    )


def main() -> None:
    """Plan a city of so many bins on an extract's streets."""
    parser = arguments(__doc__)
    parser.add_argument("extract", type=Path, help=".osm.pbf")
    parser.add_argument("--bins", type=int, default=300)
    parser.add_argument("--budget", type=float, default=8.0, metavar="SECONDS", help="search time")
    parser.add_argument("--longer", action="store_true", help=f"search {LONGER} times as long as well")
    asked = parser.parse_args()
    rng, took = np.random.default_rng(SEED), dict[str, float]()
    with timed("all", took):
        with timed("streets", took):
            travel = Travel(streets := read_streets(asked.extract))
        with timed("matrix", took):
            where = points(streets, 2 + asked.bins, rng)
            matrices = travel.between(where, where)
        day = problem(matrices.seconds, matrices.metres, rng)
        with timed("plan", took):
            made = plan(day, SEED, asked.budget)
        with timed("check", took):
            verified(day, made)
    say(f"{len(day.candidates)} bins, {len(day.vans)} vans: {took}")
    visits = sum(stop.kind == "bin" for one in made.rounds for stop in one.stops)
    figures = {**took, "bins": len(day.candidates), "visits": visits, "pounds": rounded(made.pence / 100, 2)}
    if asked.longer:
        longer = verified(day, plan(day, SEED, LONGER * asked.budget))
        figures |= {"pounds_longer": rounded(longer.pence / 100, 2), "gap_pct": rounded(100 * (made.pence / longer.pence - 1), 2)}
    answer(figures)


if __name__ == "__main__":
    main()
