"""How far off the counts of the next hours are, and how often the level of the next hour is right, walking forward.

Each counter is a place of its own. Health, usual and error bands are worked out anew each Monday from the twelve weeks before, as
the hourly job does; then each hour t, from the counts up to t, forecasts the hours 1, 3 and 24 ahead. A counter that sees nobody
where somebody surely is says nothing of how unusual the hour is. Masked hours are taken for not counted, by every method.

Scored are the hours in [--from, --to) for which the product and every baseline have an answer; `answered` is their share of the
hours that a forecast could have been issued for. WAPE is the sum of errors over the sum of counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan
from pathlib import Path
from statistics import median

import pandas as pd

from bench import recorded_hours
from bench.command import answer, arguments, midnight, rounded, say
from streets.footfall.busyness import SURELY_SOMEBODY, level_of
from streets.footfall.counts import HOUR, LONDON, CountedHour, hour_of_week
from streets.footfall.forecast import ErrorBand, error_bands, expected_people, is_by_day, past_hours, unusualness
from streets.footfall.health import fit_hours, unfit_stretches
from streets.footfall.usual import usual_week
from streets.jobs.footfall import LOOKS_BACK

AHEAD_H = (1, 3, 24)
BAND_HOURS = 3
PLAIN_WEEKS, RECENT_H = 4, 3
QUIET_BELOW, BUSY_ABOVE = 0.75, 1.25
OURS = ("ours", "level_right", "carried_level_right", "inside")
BASELINES = ("last_week", "median_4_weeks", "median_x_ratio")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a counter on a Monday: usual people by hour of the week, and how far forecasts were off."""

    usual: Mapping[int, float]
    bands: Mapping[tuple[int, bool], ErrorBand]


class Clock:
    """The street's wall clock for hours in UTC, worked out once: hour of the week, and the same hour some weeks before."""

    def __init__(self) -> None:
        self._of_week: dict[datetime, int] = {}
        self._before: dict[datetime, list[datetime]] = {}

    def hour_of_week(self, at: datetime) -> int:
        """The hour of the week of `at`."""
        if at not in self._of_week:
            self._of_week[at] = hour_of_week(at)
        return self._of_week[at]

    def weeks_before(self, at: datetime) -> list[datetime]:
        """The same hour one to PLAIN_WEEKS weeks earlier."""
        if at not in self._before:
            local = at.astimezone(LONDON)
            self._before[at] = [(local - timedelta(weeks=w)).astimezone(at.tzinfo) for w in range(1, PLAIN_WEEKS + 1)]
        return self._before[at]


def learned(hours: list[CountedHour], monday: datetime) -> Known:
    """What the product's job knows at `monday`, from the hours of one counter before it."""
    seen = [hour for hour in hours if monday - LOOKS_BACK <= hour.hour_start < monday]
    fit = fit_hours(seen, unfit_stretches(seen))
    bands = error_bands(past_hours([fit]), BAND_HOURS)
    usual = {key: usual.people for key, usual in usual_week(fit, monday).items()}
    return Known(usual, {(band.hours_ahead, band.by_day): band for band in bands})


def forecasts(hours: list[CountedHour], since: datetime, until: datetime, clock: Clock) -> Iterator[dict[str, float]]:
    """A row for each target hour in [since, until) of one counter and each of AHEAD_H: what came, and what each method said.

    What a method cannot say is NaN. Only what is known on the Monday before the hour of issue is used.
    """
    counts = {hour.hour_start: float(hour.people) for hour in hours}
    monday, known = since, Known({}, {})
    for issued in sorted(counts):
        if not since - AHEAD_H[-1] * HOUR <= issued < until:
            continue
        this_monday = issued - clock.hour_of_week(issued) * HOUR
        if this_monday != monday or not known.usual:
            monday, known = this_monday, learned(hours, this_monday)
        for ahead in AHEAD_H:
            target = issued + ahead * HOUR
            if target in counts and since <= target < until:
                yield {"ahead_h": ahead, "people": counts[target], **_told(counts, known, issued, target, clock)}


def _told(counts: Mapping[datetime, float], known: Known, issued: datetime, target: datetime, clock: Clock) -> dict[str, float]:
    """What the product and the baselines say at `issued` of `target`."""
    ahead = round((target - issued) / HOUR)
    now, usual_now = counts[issued], known.usual.get(clock.hour_of_week(issued))
    told = {"last_week": counts.get(clock.weeks_before(target)[0], nan), "median_4_weeks": _plain_median(counts, target, clock)}
    told["median_x_ratio"] = told["median_4_weeks"] * _recent_ratio(counts, issued, clock)
    usual = known.usual.get(clock.hour_of_week(target))
    if usual is None or usual_now is None:
        return {**told, **dict.fromkeys(OURS, nan)}
    silent = now == 0 and usual_now >= SURELY_SOMEBODY
    ours = expected_people(usual, 1.0 if silent else unusualness(now, usual_now), ahead)
    came = _plain_level(counts[target], usual)
    told["level_right"] = float(_folded(level_of(ours, usual)) == came)
    told["carried_level_right"] = float(_plain_level(now, usual_now) == came)
    band = known.bands.get((ahead, is_by_day(target)))
    told["inside"] = float(ours * band.low_ratio <= counts[target] <= ours * band.high_ratio) if band else nan
    return {**told, "ours": ours}


def _plain_median(counts: Mapping[datetime, float], at: datetime, clock: Clock) -> float:
    before = [counts[week] for week in clock.weeks_before(at) if week in counts]
    return median(before) if before else nan


def _recent_ratio(counts: Mapping[datetime, float], issued: datetime, clock: Clock) -> float:
    """The last RECENT_H hours counted, over their four-week medians; 1 where those are nothing."""
    recent = [issued - back * HOUR for back in range(RECENT_H) if issued - back * HOUR in counts]
    due = sum(_plain_median(counts, at, clock) for at in recent)
    return sum(counts[at] for at in recent) / due if due != 0 else 1.0


def _plain_level(people: float, usual: float) -> str:
    """The level as the data's README scores it: a quarter off the eight-week median."""
    if people < QUIET_BELOW * usual:
        return "quiet"
    return "busy" if people > BUSY_ABOVE * usual else "usual"


def _folded(level: str) -> str:
    return level.removeprefix("very_")


def score(told: pd.DataFrame) -> dict[str, object]:
    """WAPE by hours ahead of the product and of the baselines on the same hours, accuracy of the next hour's level, coverage."""
    complete = told.dropna(subset=["ours", *BASELINES])
    if complete.empty:
        raise SystemExit("there is no hour for which every method has an answer")
    baselines: dict[str, dict[str, float]] = {name: {} for name in BASELINES}
    figures: dict[str, object] = {}
    for ahead, rows in complete.groupby("ahead_h"):
        for name in ("ours", *BASELINES):
            wape = rounded((rows[name] - rows.people).abs().sum() / rows.people.sum(), 4)
            if name == "ours":
                figures[f"wape_{ahead}h"] = wape
            else:
                baselines[name][f"wape_{ahead}h"] = wape
    next_hour = complete[complete.ahead_h == 1]
    return {
        **figures,
        "baselines": {**baselines, "level_carried": rounded(next_hour.carried_level_right.mean())},
        "level_accuracy": rounded(next_hour.level_right.mean()),
        "coverage_80": rounded(next_hour.inside.mean()),
        "coverage_80_3h": rounded(complete[complete.ahead_h == 3].inside.mean()),
        "answered": rounded(len(complete) / len(told)),
        "n": len(next_hour),
    }


def main() -> None:
    """Score one file of counts."""
    parser = arguments(__doc__)
    parser.add_argument("counts", type=Path)
    parser.add_argument("--shape", choices=sorted(recorded_hours.SHAPES), required=True)
    parser.add_argument("--from", dest="since", type=midnight, required=True)
    parser.add_argument("--to", dest="until", type=midnight, required=True)
    parser.add_argument("--mask", type=Path, help="CSV of hours that are no counts: counter, from, to (exclusive)")
    asked = parser.parse_args()
    counters = recorded_hours.counters(asked.counts, asked.shape)
    if asked.mask:
        counters = recorded_hours.masked_out(counters, recorded_hours.read_mask(asked.mask))
    since, until, clock = recorded_hours.utc(asked.since), recorded_hours.utc(asked.until), Clock()
    frames = []
    for name, hours in counters.items():
        frames.append(pd.DataFrame(forecasts(hours, since, until, clock)))
        say(f"{name}: {len(frames[-1])} forecasts")
    answer(score(pd.concat(frames, ignore_index=True)))


if __name__ == "__main__":
    main()
