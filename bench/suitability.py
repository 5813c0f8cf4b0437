"""Whether sensors that a fortnight fails, or finds to want care, do worse in the fortnight after it: recorded glass banks.

Each sensor is judged by its first fourteen days and, a week apart, by every fourteen days from then on, as the job does, with the
vote that it has by then. Of the next fourteen days, which no verdict has seen, three things are measured: how many readings
stray, how many points the product's forecast for 24 hours is off (as `fill_forecast.py` has it), and how many steps up are as
clear as an emptying, which only false echoes make. Nothing is fitted. Banks have no crews, no known depth and no battery in
per cent: the marks for these are not tried here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.command import answer, arguments, rounded, say
from bench.fill_forecast import forecasts, table
from bench.glass_banks import CM_PER_POINT, EMPTY_CM, FULL_CM, sensors
from simulators.recorded.glass_banks import BAD_ECHO_CM, NO_ECHO_FROM_CM
from streets.bins.emptyings import emptyings_of
from streets.bins.fill import Mount
from streets.suitability.fortnight import DAY_S, DAYS, Fortnight, Said, levels_of
from streets.suitability.verdict import VERDICTS, Figures, Verdict, figures_of, verdict_of, vote_after

MOUNT = Mount(empty_mm=EMPTY_CM * 10, full_mm=FULL_CM * 10, blind_zone_mm=1, max_range_mm=None)
EVERY_S = 7 * DAY_S
STRAY_MARKS = (0.0, 0.01, 0.05, 1.01)


@dataclass(frozen=True, slots=True)
class Judged:
    """One fortnight of a sensor, its verdict, and what the readings of the next fortnight are like; None: too few to say."""

    sensor: str
    number: int
    ends_s: float
    verdict: Verdict
    stray_share: float | None
    next_stray_share: float | None
    next_steps_up: int


def said_by(rows: pd.DataFrame) -> list[Said]:
    """One sensor's readings, as a device would say them."""
    return [
        Said(unix_ms / 1000, None if _is_bad(cm) else int(cm) * 10, "no_echo" if _is_bad(cm) else None, None, (), None)
        for unix_ms, cm in zip(rows.unix_ms, rows.height_cm, strict=True)
    ]


def _is_bad(height_cm: float) -> bool:
    return height_cm <= 0 or height_cm == BAD_ECHO_CM or height_cm >= NO_ECHO_FROM_CM


def walk(sensor: str, said: list[Said]) -> Iterator[Judged]:
    """Every fortnight of one sensor that has another after it."""
    at_s, trusted = np.array([one.at_s for one in said]), True
    for number, ends_s in enumerate(np.arange(at_s[0] + DAYS * DAY_S, at_s[-1] - DAYS * DAY_S, EVERY_S)):
        now, then = (_fortnight(said, at_s, float(ends)) for ends in (ends_s, ends_s + DAYS * DAY_S))
        figures, after = figures_of(now), figures_of(then)
        verdict = verdict_of(figures, trusted)
        trusted = vote_after(verdict.verdict, trusted)
        yield Judged(
            sensor, number, float(ends_s), verdict, figures.echoes.stray_share, after.echoes.stray_share, _steps_up(then, after)
        )


def _fortnight(said: list[Said], at_s: np.ndarray, ends_s: float) -> Fortnight:
    first, last = np.searchsorted(at_s, (ends_s - DAYS * DAY_S, ends_s))
    return Fortnight(ends_s, MOUNT, 3600, tuple(said[first:last]), (), None, None, bool(first))


def _steps_up(fortnight: Fortnight, figures: Figures) -> int:
    """How many steps up are as clear as an emptying is."""
    shown = levels_of(fortnight.said, MOUNT).measured
    return len(emptyings_of(shown.at_s, -shown.fill_pct)) if figures.echoes.measured > 1 else 0


def errors_of(path: Path) -> pd.DataFrame:
    """How far the product's forecast for 24 hours is off, in points, by sensor and hour since 1970."""
    told = pd.concat(list(forecasts(table(list(sensors(path))), 24)), ignore_index=True)
    error = (told.risen_cm - told.ours_cm).abs() / CM_PER_POINT
    return pd.DataFrame({"sensor": told.sensor, "at_s": told.hour * 3600.0, "error": error})


def group(judged: list[Judged], errors: dict[str, pd.DataFrame]) -> dict[str, float | int | None]:
    """How many fortnights there are, and what the next ones are like: means over fortnights."""
    strays = [one.next_stray_share for one in judged if one.next_stray_share is not None]
    off = [error for one in judged if (error := _error_after(one, errors[one.sensor])) is not None]
    return {
        "fortnights": len(judged),
        "sensors": len({one.sensor for one in judged}),
        "next_stray_share": rounded(float(np.mean(strays)), 4) if strays else None,
        "next_forecast_error_points": rounded(float(np.mean(off)), 2) if off else None,
        "next_steps_up": rounded(float(np.mean([one.next_steps_up for one in judged])), 2) if judged else None,
    }


def _error_after(one: Judged, errors: pd.DataFrame) -> float | None:
    then = errors.error[(errors.at_s >= one.ends_s) & (errors.at_s < one.ends_s + (DAYS - 1) * DAY_S)]
    return float(then.mean()) if len(then) else None


def main() -> None:
    """Judge one file of readings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    asked = parser.parse_args()
    table = pd.read_parquet(asked.readings, columns=["deveui", "unix_ms", "height_cm"]).astype({"deveui": str})
    table = table.drop_duplicates(["deveui", "unix_ms"]).sort_values(["deveui", "unix_ms"])
    judged = [one for sensor, rows in table.groupby("deveui") for one in walk(str(sensor), said_by(rows))]
    told = errors_of(asked.readings)
    errors = {sensor: told[told.sensor == sensor] for sensor in {one.sensor for one in judged}}
    groups = {
        **{f"first: {name}": [one for one in judged if not one.number and one.verdict.verdict == name] for name in VERDICTS},
        **{f"every: {name}": [one for one in judged if one.verdict.verdict == name] for name in VERDICTS},
        **{
            f"strays {low:.0%} to {high:.0%}": [
                one for one in judged if one.stray_share is not None and low <= one.stray_share < high
            ]
            for low, high in zip(STRAY_MARKS[:-1], STRAY_MARKS[1:], strict=True)
        },
    }
    reasons = sorted({reason for one in judged for reason in (*one.verdict.failed, *one.verdict.cares)})
    for reason in reasons:
        groups[f"for {reason}"] = [one for one in judged if reason in (*one.verdict.failed, *one.verdict.cares)]
    result = {name: group(those, errors) for name, those in groups.items()}
    for name, figures in result.items():
        say(f"| {name} | " + " | ".join("–" if value is None else f"{value:,}" for value in figures.values()) + " |")
    answer(result)


if __name__ == "__main__":
    main()
