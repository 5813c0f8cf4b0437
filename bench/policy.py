"""Which way to choose a day's bins drives least and overflows least: the product's prizes, fixed schedules and thresholds.

In a simulated town every policy meets the same litter, the same missed stops, the same silent and false sensors and the same
noise. Fixed schedules are tuned by each bin's true rate, which no council knows; thresholds and prizes have what a council
has: frames that come, late or not at all, and the crew's taps. All are routed by the product's planner from the same depot with
the same vehicles, and every plan passes the product's check. The search for a plan ends by steps and not by time, so that the
same command gives the same figures on any machine. See bench/contest/ and bench/README.md.
"""

import signal
import sys
from multiprocessing import get_context

import numpy as np

from bench.command import answer, arguments, rounded, say
from bench.contest.intervals import WEEK_DAYS, Floats, interval, resampled
from bench.contest.season import DIAL, DayCame, daily, policies, season
from bench.contest.town import LEARNING_DAYS, MOST_DAYS

COUNTED = ("empties", "km", "hours", "overflowing", "bins")
EMPTIES, KM, HOURS, OVERFLOWING, BINS = range(len(COUNTED))
CHOSEN = f"prize at {DIAL:g}p"
DAILY = "every bin, every day"
FIRST_SEED = 1
INTERRUPTED = 130

TOLD = (
    ("empties_per_day", ""),
    ("km_per_day", ""),
    ("crew_h_per_day", ""),
    ("overflow_bin_days_pct", " %"),
    ("chosen_fewer_km", ""),
    ("chosen_fewer_overflow_points", " points"),
)
"""The figures of the table, with their units."""

Asked = tuple[int, int, int, str]
"""A season to be run: seed, bins, days and policy."""


def run(seeds: int, bins: int, days: int, processes: int) -> dict[str, Floats]:
    """By policy: seeds x days x COUNTED. Raises RuntimeError where policies did not meet the same litter."""
    names, of = (DAILY, *policies()), range(FIRST_SEED, FIRST_SEED + seeds)
    asked = [(seed, bins, days, name) for seed in of for name in names]
    came: dict[tuple[int, str], list[DayCame]] = {}
    with get_context("spawn").Pool(processes, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        for (seed, *_, name), found in pool.imap_unordered(_season, asked):
            came[seed, name] = found
            say(f"{len(came)} of {len(asked)} seasons: {name}, seed {seed}: {_told(found)}")
    for seed in of:
        if len({tuple(day.came_in_l for day in came[seed, name]) for name in names}) != 1:
            raise RuntimeError(f"seed {seed}: the policies did not meet the same litter")
    return {name: np.array([_counted(came[seed, name]) for seed in of]) for name in names}


def _season(asked: Asked) -> tuple[Asked, list[DayCame]]:
    seed, bins, days, name = asked
    return asked, daily(seed, bins, days) if name == DAILY else season(seed, bins, days, name)


def _told(days: list[DayCame]) -> str:
    empties, km, _, overflowing, bins = np.mean(_counted(days), axis=0)
    way = "not routed" if np.isnan(km) else f"{km:.1f} km"
    return f"{empties:.1f} empties a day, {way}, {100 * overflowing / bins:.2f} % of bin-days overflowing"


def _counted(days: list[DayCame]) -> list[list[float]]:
    return [[getattr(day, name) for name in COUNTED] for day in days]


def scored(came: dict[str, Floats]) -> dict[str, dict[str, object]]:
    """Each policy's figures, and by how much the chosen dial's lie below them; every figure with its interval."""
    names = list(came)
    draws = resampled(np.concatenate([came[name] for name in names], axis=2)).reshape(-1, len(names), len(COUNTED))
    chosen = draws[:, names.index(CHOSEN)]
    result = {}
    for name, its in zip(names, draws.transpose(1, 0, 2), strict=True):
        overflow_pct, chosen_pct = (100 * of[:, OVERFLOWING] / of[:, BINS] for of in (its, chosen))
        result[name] = {
            **_figure("empties_per_day", its[:, EMPTIES], 1),
            **_figure("km_per_day", its[:, KM], 1),
            **_figure("crew_h_per_day", its[:, HOURS], 2),
            **_figure("overflow_bin_days_pct", overflow_pct, 2),
            **_figure("chosen_fewer_empties", its[:, EMPTIES] - chosen[:, EMPTIES], 1),
            **_figure("chosen_fewer_km", its[:, KM] - chosen[:, KM], 1),
            **_figure("chosen_fewer_overflow_points", overflow_pct - chosen_pct, 2),
        }
    return result


def _figure(name: str, values: Floats, digits: int) -> dict[str, object]:
    if np.isnan(values).any():
        return {name: None, f"{name}_95": None}
    value, low, high = (rounded(one, digits) for one in interval(values))
    return {name: value, f"{name}_95": [low, high]}


def table(result: dict[str, dict[str, object]]) -> str:
    """The figures as a table of Markdown."""
    lines = ["| policy | empties/day | km/day | crew h/day | overflowing bin-days | chosen dial: fewer km | fewer overflows |"]
    lines.append("|---|---|---|---|---|---|---|")
    for name, its in result.items():
        cells = [_cell(its[figure], its[f"{figure}_95"], unit) for figure, unit in TOLD]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: object, within: object, unit: str) -> str:
    return f"{value}{unit} ({within[0]} to {within[1]})" if isinstance(within, list) else "–"


def main() -> None:
    """Run the contest and score it."""
    parser = arguments(__doc__)
    parser.add_argument("--bins", type=int, default=120, help="how many of the town's 258 bins take part")
    parser.add_argument("--days", type=int, default=4 * WEEK_DAYS, help=f"after the {LEARNING_DAYS} in which everybody learns")
    parser.add_argument("--seeds", type=int, default=3, help="towns")
    parser.add_argument("--processes", type=int, default=2, help="seasons run at once")
    asked = parser.parse_args()
    if not 1 <= asked.days <= MOST_DAYS - LEARNING_DAYS:
        parser.error(f"--days from 1 to {MOST_DAYS - LEARNING_DAYS}: after that the clocks change")
    try:
        result = scored(run(asked.seeds, asked.bins, asked.days, asked.processes))
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(INTERRUPTED)
    say(table(result))
    answer(result)


if __name__ == "__main__":
    main()
