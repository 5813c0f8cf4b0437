"""How many points off what a collection finds in a bin is, forecast from earlier collections, walking forward.

Each row of the file is an emptying of a litter bin, at a naive local time of London's clock (an hour that the clock skipped is
taken an hour later, one that it had twice as the first). `fill_before_pct` is scored as it stands: 100 means 80 per cent of the
bin, the mark at which its owner has it emptied. A forecast of a row rests on rows before it alone; what is fitted is fitted
anew each week from `--from` on. Beside the product's: the middle of all that was found (`constant`), the site's mean, its
points an hour times the hours waited, and plain boosted trees (scikit-learn's own settings, absolute error) of the site, its
number of collections, mean and last fill, hours waited, weekday and hour. `day_before_mae` is the product's error when all of a
day is forecast at the midnight before it, as a round is planned: what the day's earlier collections found is not known then.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from bench.command import answer, arguments, midnight, rounded, say
from bench.reliability import reliability
from streets.bins.boosting import ONE_THREAD
from streets.bins.collection_trees import grow
from streets.bins.collections import OWN, Asked, Past, traits, usual_pct
from streets.bins.findings import Learned, foreseen, past_errors
from streets.bins.forecast import FULL_PCT
from streets.bins.habits import HOUR_S, HOURS_OF_WEEK, LOCAL, Array

WEEK_S = HOURS_OF_WEEK * HOUR_S
COLUMNS = ["container_slot_id", "collected_at_local", "fill_before_pct"]
DAY_S = 24 * HOUR_S
LEAST_PLAIN = 30
PLAIN = ("collections", "mean", "last", "wait_h")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file's collections. `past` knows no sizes; `holds_l` are the litres held that each collection speaks of, or NaN."""

    past: Past
    holds_l: Array

    def sized(self, at_s: float) -> Past:
        """All collections, with the containers' sizes as those before a moment tell them: each's median."""
        until = int(np.searchsorted(self.past.at_s, at_s))
        sizes = pd.Series(self.holds_l[:until]).groupby(self.past.bin_row[:until]).median()
        return replace(self.past, capacity_l=sizes.reindex(range(len(self.past.bin_ids))).to_numpy(float))


def read(path: Path) -> Recorded:
    """The file's collections, its rows in any order: each container's, of two at one moment the fuller.

    A collection without a fill only begins a wait. Raises ValueError for a file without one of COLUMNS, or with times that are
    none.
    """
    table = pd.read_csv(path)
    for missing in (name for name in COLUMNS if name not in table):
        raise ValueError(f"{path} has no column {missing}")
    if table.collected_at_local.isna().any():
        raise ValueError(f"{path} has a collection without a time")
    local = pd.to_datetime(table.collected_at_local).dt.tz_localize(LOCAL, ambiguous=True, nonexistent=pd.Timedelta(hours=1))
    table = table.assign(at_s=(local - pd.Timestamp(0, tz="UTC")).dt.total_seconds())
    table = table.sort_values(["at_s", *COLUMNS], na_position="first").drop_duplicates(["container_slot_id", "at_s"], keep="last")
    row, container = pd.factorize(table.container_slot_id)
    found_pct = table.fill_before_pct.to_numpy(float)
    # The file says litres found, if any, and not litres held.
    found_l = table.volume_l.to_numpy(float) if "volume_l" in table else np.full(len(table), np.nan)
    past = Past(tuple(map(str, container)), np.full(len(container), np.nan), row, table.at_s.to_numpy(float), found_pct)
    return Recorded(past, found_l / np.where(found_pct > 0, found_pct, np.nan) * 100)


def before(past: Past, at_s: float) -> Past:
    """What was known at a moment."""
    until = int(np.searchsorted(past.at_s, at_s))
    return replace(past, bin_row=past.bin_row[:until], at_s=past.at_s[:until], found_pct=past.found_pct[:until])


def forecasts(recorded: Recorded, from_s: float) -> pd.DataFrame:
    """Every collection from a moment on that tells what it found, and what each method said before it."""
    weeks = []
    for monday_s in np.arange(from_s, recorded.past.at_s[-1] + 1, WEEK_S):
        past = recorded.sized(monday_s)
        known, until = before(past, monday_s), before(past, monday_s + WEEK_S)
        rows = slice(len(known.at_s), len(until.at_s))
        if rows.start < rows.stop:
            say(f"week from {pd.Timestamp(monday_s, unit='s'):%Y-%m-%d}: {rows.stop - rows.start} collections")
            weeks.append(_week(known, until, Asked(until.bin_row[rows], until.at_s[rows])).assign(found=until.found_pct[rows]))
    return pd.concat(weeks, ignore_index=True).dropna(subset="found")


def _week(known: Past, until: Past, asked: Asked) -> pd.DataFrame:
    """A week's forecasts by what was learned from `known`; before 30 collections like waits are all there is, without an
    interval."""
    learned = grow(known) or past_errors(known)
    now = traits(until, asked)
    constant = np.full(len(now), np.median(known.found_pct[known.told]) if len(known.told) else np.nan)
    said = {
        "constant": constant,
        "site_mean": now[:, OWN.index("mean")],
        "site_rate": _by_rate(now),
        "plain_trees": _plain(known, asked.bin_row, now),
    }
    if learned is None:
        return pd.DataFrame({**said, "ours": usual_pct(now), "low": np.nan, "high": np.nan, "full": np.nan, "day_before": np.nan})
    found = foreseen(until, asked, learned)
    ours = {"ours": found.middle_pct, "low": found.low_pct, "high": found.high_pct, "full": found.full}
    return pd.DataFrame({**said, **ours, "day_before": _day_before(until, asked, learned)})


def _day_before(until: Past, asked: Asked, learned: Learned) -> Array:
    """The middle of each, from what was known at the midnight before."""
    local = pd.to_datetime(asked.at_s, unit="s", utc=True).tz_convert(LOCAL)
    midnight_s = (local.normalize() - pd.Timestamp(0, tz="UTC")).total_seconds().to_numpy()
    said = np.empty(len(asked.at_s))
    for each in np.unique(midnight_s):
        of_day = midnight_s == each
        said[of_day] = foreseen(before(until, each), Asked(asked.bin_row[of_day], asked.at_s[of_day]), learned).middle_pct
    return said


def _by_rate(now: Array) -> Array:
    """The site's points an hour times the hours waited, at most full; its mean where it never waited before."""
    by_rate, mean = now[:, OWN.index("by_rate")], now[:, OWN.index("mean")]
    return np.minimum(np.where(np.isnan(by_rate), mean, by_rate), FULL_PCT)


def _plain(known: Past, asked_row: NDArray[np.integer[Any]], now: Array) -> Array:
    """Plain boosted trees, as the docstring above tells; the mean where there is nothing to learn from."""
    then = traits(known, Asked(known.bin_row, known.at_s))[known.told]
    if len(then) < LEAST_PLAIN:
        return now[:, OWN.index("mean")]
    columns = [*(OWN.index(name) for name in PLAIN), len(OWN) + 2, len(OWN) + 3]
    seen, asked_about = (
        np.column_stack([rows, each[:, columns]]) for rows, each in ((known.bin_row[known.told], then), (asked_row, now))
    )
    with threadpool_limits(ONE_THREAD):
        return np.asarray(
            HistGradientBoostingRegressor(loss="absolute_error", random_state=1)
            .fit(seen, known.found_pct[known.told])
            .predict(asked_about)
        )


def score(told: pd.DataFrame) -> dict[str, Any]:
    """Mean absolute errors in points, the share within the interval, and how often bins called full with a chance were found
    so."""
    told = told[told.ours.notna()]
    figures: dict[str, Any] = {"mae": rounded((told.found - told.ours).abs().mean(), 2)}
    for name in ("constant", "site_mean", "site_rate", "plain_trees"):
        figures[f"{name}_mae"] = rounded((told.found - told[name]).abs().mean(), 2)
    ours, plain = ((told.found - told[name]).abs().mean() for name in ("ours", "plain_trees"))
    figures["day_before_mae"] = rounded((told.found - told.day_before).abs().mean(), 2)
    within = told[told.low.notna()]
    inside = (within.low <= within.found) & (within.found <= within.high)
    figures["of_plain_trees"] = rounded(ours / plain)
    figures["coverage_80"] = rounded(inside.mean()) if len(within) else None
    figures["full"] = reliability(within.full.to_numpy(), np.where(within.found >= FULL_PCT, 1.0, 0.0))
    return {**figures, "n": len(told)}


def main() -> None:
    """Score one file of collections."""
    parser = arguments(__doc__)
    parser.add_argument("collections", type=Path)
    parser.add_argument("--from", dest="from_day", type=midnight, required=True, help="the first day that is forecast")
    asked = parser.parse_args()
    try:
        recorded = read(asked.collections)
    except ValueError as wrong:
        parser.error(str(wrong))
    past = recorded.past
    from_s = pd.Timestamp(asked.from_day).tz_localize(LOCAL).timestamp()
    say(f"{len(past.at_s)} collections of {len(past.bin_ids)} containers")
    if not len(past.at_s) or from_s > past.at_s[-1]:
        parser.error(f"no collection on or after {asked.from_day:%Y-%m-%d}")
    answer(score(forecasts(recorded, from_s)))


if __name__ == "__main__":
    main()
