"""Writes the emptyings that are clear in recorded glass banks as a truth for bench/emptyings.py: deveui, emptied_at (UTC).

Nobody recorded when the banks were emptied. As the data's README says, a jump of the median of eight readings by 40 cm or more
with quiet sides is a clear one. Quiet: the middle half of either eight lies within QUIET_CM. The eight readings on either side
span at most a day; of neighbouring jumps the one with the quietest sides is taken, and it is timed midway between its readings.
This is a rule of its own, with nothing of the product's in it.

Nobody puts glass back, so that the same rule upside down tells how far it can be trusted: `upside_down` counts the equally clear
jumps that no emptying makes. `--steady` keeps the sensors with at most one of these for ten clear emptyings.
"""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bench.command import answer, arguments
from bench.glass_banks import Heights, sensors

SIDE = 8
JUMP_CM = 40.0
QUIET_CM = 10.0
SIDE_S = 86_400.0
WRONG_SHARE = 0.1


def clear(heights: Heights) -> list[float]:
    """Unix seconds of the clear emptyings of one sensor."""
    if len(heights.at_s) < 2 * SIDE:
        return []
    sides, spans = sliding_window_view(heights.height_cm, SIDE), np.ptp(sliding_window_view(heights.at_s, SIDE), axis=1)
    quarters = np.percentile(sides, [25, 50, 75], axis=1)
    restless = quarters[2] - quarters[0]
    before, after = slice(None, -SIDE), slice(SIDE, None)
    jumps = quarters[1][after] - quarters[1][before] >= JUMP_CM
    jumps &= (restless[before] <= QUIET_CM) & (restless[after] <= QUIET_CM)
    jumps &= (spans[before] <= SIDE_S) & (spans[after] <= SIDE_S)
    # A jump a reading too early or late leaves a stray reading on one side: the mean stray tells the right one of neighbours.
    stray = np.abs(sides - quarters[1][:, None]).mean(axis=1)
    unrest = stray[before] + stray[after]
    chosen: list[int] = []
    for step in map(int, sorted(np.flatnonzero(jumps), key=lambda step: (unrest[step], step))):
        if all(abs(step - other) >= SIDE for other in chosen):
            chosen.append(step)
    return [float(heights.at_s[step + SIDE - 1] + heights.at_s[step + SIDE]) / 2 for step in sorted(chosen)]


def upside_down(heights: Heights) -> list[float]:
    """Unix seconds of equally clear jumps the other way."""
    return clear(replace(heights, height_cm=-heights.height_cm))


def main() -> None:
    """Write the truth of one file of readings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--steady", action="store_true", help="only sensors for which the rule can be trusted")
    asked = parser.parse_args()
    rows: list[tuple[str, str]] = []
    backwards = 0
    for heights in sensors(asked.readings):
        found, wrong = clear(heights), len(upside_down(heights))
        if not asked.steady or wrong <= WRONG_SHARE * len(found):
            rows += [(heights.sensor, datetime.fromtimestamp(at_s, UTC).isoformat(timespec="seconds")) for at_s in found]
            backwards += wrong
    with asked.truth.open("w", newline="") as file:
        csv.writer(file).writerows([("deveui", "emptied_at"), *rows])
    answer({"clear": len(rows), "upside_down": backwards})


if __name__ == "__main__":
    main()
