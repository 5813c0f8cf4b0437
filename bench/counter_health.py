"""Which hours of recorded counters the product would not believe: dead, stuck, or filled in by the supplier.

The answer is a list of {counter, from, to (exclusive), kind} on the recorded data's clock. The whole file is looked at at once,
with hindsight; the hourly job looks back twelve weeks.
"""

import csv
from collections import Counter
from pathlib import Path

from bench import recorded_hours
from bench.command import answer, arguments, say
from streets.footfall.counts import CountedHour
from streets.footfall.health import unfit_stretches

COLUMNS = ("counter", "from", "to", "kind")


def found(counters: dict[str, list[CountedHour]]) -> list[dict[str, str]]:
    """Every stretch not to be believed, by counter and time; days that follow each other are one stretch."""
    stretches: list[dict[str, str]] = []
    for name, hours in counters.items():
        unfit = unfit_stretches(hours)
        for kind in ("dead", "imputed", "stuck"):
            for one in (one for one in unfit if one.kind == kind):
                row = dict(
                    zip(COLUMNS, (name, recorded_hours.wall(one.since), recorded_hours.wall(one.until), kind), strict=True)
                )
                joins = stretches and stretches[-1]["counter"] == name and stretches[-1]["kind"] == kind
                if joins and stretches[-1]["to"] == row["from"]:
                    stretches[-1]["to"] = row["to"]
                else:
                    stretches.append(row)
    return stretches


def main() -> None:
    """Score one file of counts."""
    parser = arguments(__doc__)
    parser.add_argument("counts", type=Path)
    parser.add_argument("--shape", choices=sorted(recorded_hours.SHAPES), required=True)
    parser.add_argument("--csv", type=Path, help="write the stretches as a mask for bench/busyness.py")
    asked = parser.parse_args()
    counters = recorded_hours.counters(asked.counts, asked.shape)
    stretches = found(counters)
    if asked.csv:
        with asked.csv.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(stretches)
    say(f"stretches: {dict(Counter(one['kind'] for one in stretches))}")
    answer(stretches)


if __name__ == "__main__":
    main()
