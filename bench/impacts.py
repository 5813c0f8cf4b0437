"""How well single impacts of one pass agree with the button that a passenger pressed at each pothole, within 2 seconds.

An impact counts for one press and a press for one impact. F1 is the harmonic mean of precision and recall.
"""

from collections.abc import Sequence
from pathlib import Path

from bench.command import answer, arguments, rounded
from bench.recorded_drives import read
from cli.drives import felt

WITHIN_S = 2.0


def matched(impact_s: Sequence[float], press_s: Sequence[float]) -> int:
    """The most pairs of an impact and a press within WITHIN_S; both ascend, so that the earliest free press is the best."""
    pairs = press = 0
    for impact in impact_s:
        while press < len(press_s) and press_s[press] < impact - WITHIN_S:
            press += 1
        if press < len(press_s) and press_s[press] <= impact + WITHIN_S:
            pairs, press = pairs + 1, press + 1
    return pairs


def score(pairs: int, impacts: int, presses: int) -> dict[str, float]:
    """Precision, recall and F1, and what they rest on; without any pair all are 0."""
    figures = {
        "precision": rounded(pairs / impacts if impacts else 0.0),
        "recall": rounded(pairs / presses if presses else 0.0),
        "f1": rounded(2 * pairs / (impacts + presses) if pairs else 0.0),
    }
    return {**figures, "impacts": impacts, "presses": presses}


def main() -> None:
    """Score a folder of drives."""
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path)
    counts = {}
    for drive in read(parser.parse_args().folder):
        impact_s = [impact.at_s for impact in felt(drive.trace)]
        counts[drive.name] = (matched(impact_s, drive.pressed_at_s), len(impact_s), len(drive.pressed_at_s))
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    answer({**score(*total), "per_drive": {name: score(*of_one) for name, of_one in counts.items()}})


if __name__ == "__main__":
    main()
