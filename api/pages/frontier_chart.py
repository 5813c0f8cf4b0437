"""A frontier drawn: what the rounds cost against the overflows that they leave, a point for each price of an overflow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 24, 60
TICKS = 5
LABELS_APART = 90
"""Less than a label of three prices takes on a phone; marks that are closer together share the label of one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the drawing; several prices may share one plan, and so one mark. `in_force`: today's price is one of them.

    `labelled`: there is room for its prices beside it.
    """

    x: float
    y: float
    prices_pence: tuple[float, ...]
    in_force: bool
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing in a box of WIDTH x HEIGHT: an SVG path through the marks, and the axes' ticks (place, value)."""

    path: str
    marks: tuple[Mark, ...]
    across: tuple[tuple[float, float], ...]
    up: tuple[tuple[float, float], ...]


def chart(points: Sequence[Mapping[str, Any]], in_force_pence: float) -> Chart:
    """The drawing of a frontier's points. Across: pounds of driving and work; up: overflows expected."""
    across, up = (
        _ticks([point["driving_pence"] / 100 for point in points]),
        _ticks([point["expected_overflows"] for point in points]),
    )

    def x(pounds: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * pounds / across[-1], 1)

    def y(overflows: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * overflows / up[-1], 1)

    places: dict[tuple[float, float], list[float]] = {}
    for point in points:
        at = x(point["driving_pence"] / 100), y(point["expected_overflows"])
        places.setdefault(at, []).append(point["pence_per_overflow"])
    marks = _labelled([Mark(*at, tuple(prices), in_force_pence in prices) for at, prices in places.items()])
    path = "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks)
    return Chart(path, marks, tuple((x(tick), tick) for tick in across), tuple((y(tick), tick) for tick in up))


def _labelled(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks, of which those that are near each other have one label: the one in force first, then from the left."""
    with_label: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: not mark.in_force):
        if all(abs(mark.x - other.x) >= LABELS_APART or abs(mark.y - other.y) >= LABELS_APART for other in with_label):
            with_label.append(mark)
    return tuple(replace(mark, labelled=mark in with_label) for mark in marks)


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers from 0 to the first that no value is above."""
    most = max([*values, 0.1])
    rough = most / (TICKS - 1)
    unit = 10 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [round(k * step, 6) for k in range(ceil(most / step) + 1)]
