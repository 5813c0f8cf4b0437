"""How often a device would be called silent and then speak again: the rule of silence on recorded sensors.

At each pause the rule is learned from the fourteen days before, as the product's job does. A pause that outlasts it rings once.
One that is over within a day is a false alarm for whoever would have been sent. Beside it: three missed reports alone.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.command import answer, arguments, rounded, say
from streets.health.rhythm import MARGIN_S, REPORTS_MISSED, Floats, rhythm_of

WEEK_S, DAY_S = 604_800.0, 86_400.0
LEARNED_OF_S = 14 * DAY_S
Rule = Callable[[Floats], float]


def heard(path: Path) -> list[Floats]:
    """When each sensor was heard, Unix seconds that ascend, of a Parquet file with the columns deveui and unix_ms."""
    table = pd.read_parquet(path, columns=["deveui", "unix_ms"]).astype({"deveui": str}).drop_duplicates()
    return [np.sort(rows.unix_ms.to_numpy(float)) / 1000 for _, rows in table.groupby("deveui")]


def silences(heard_at_s: Floats, rule: Rule, at_least_s: float) -> list[float]:
    """The lengths in seconds of the pauses of a sensor that the rule calls silences; it never rings before `at_least_s`."""
    pauses = np.diff(heard_at_s)
    rung = []
    for place in np.flatnonzero(pauses > at_least_s):
        first = np.searchsorted(heard_at_s, heard_at_s[place] - LEARNED_OF_S)
        if pauses[place] > rule(heard_at_s[first : place + 1]):
            rung.append(float(pauses[place]))
    return rung


def scored(sensors: Iterable[Floats], rule: Rule, report_every_s: float) -> dict[str, Any]:
    """Alarms a sensor week, and of them those that were over within a day and within three."""
    rung, weeks = [], 0.0
    for heard_at_s in sensors:
        rung += silences(heard_at_s, rule, report_every_s)
        weeks += (heard_at_s[-1] - heard_at_s[0]) / WEEK_S
    within = {days: sum(length <= days * DAY_S for length in rung) for days in (1, 3)}
    return {
        "alarms": len(rung),
        "per_sensor_week": rounded(len(rung) / weeks),
        "false_per_sensor_week": rounded(within[1] / weeks),
        "over_within_1_day": within[1],
        "over_within_3_days": within[3],
        "sensor_weeks": rounded(weeks, 0),
    }


def main() -> None:
    """Score one file of recorded sensors."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    parser.add_argument("--report-every", type=int, default=3600, help="seconds between reports, by the record")
    asked = parser.parse_args()
    sensors = heard(asked.readings)

    def three_missed(heard_at_s: Floats) -> float:
        own_s = float(np.median(np.diff(heard_at_s))) if len(heard_at_s) > 1 else 0.0
        patience_s: float = REPORTS_MISSED * max(asked.report_every, own_s) + MARGIN_S
        return patience_s

    told = {
        "rule": scored(sensors, lambda at_s: rhythm_of(at_s, asked.report_every).silent_after_s, asked.report_every),
        "three_missed": scored(sensors, three_missed, asked.report_every),
    }
    for name, figures in told.items():
        say(f"{name}: {figures}")
    answer(told)


if __name__ == "__main__":
    main()
