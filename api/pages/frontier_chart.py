"""A frontier drawn: what the rounds cost against the overflows that they leave, a point for each price of an overflow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 24, 60
TICKS = 5
LETTER, LINE, LABELS_APART = 13.5, 24, 10
"""What a letter and a line take on a phone, where the drawing is small and its letters are not (pages.scss), and the space
between labels."""
LABEL_OFF_X, LABEL_OFF_Y, ENDS_AT_MARK_FROM = 12, 12, 0.7
"""A label begins beside its mark and above it; on the right of the drawing it ends there."""


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

    @property
    def label_ends(self) -> bool:
        """Whether its label ends at it, and does not begin there."""
        return self.x > WIDTH * ENDS_AT_MARK_FROM


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
    """The marks, of which those whose labels would touch another's have none: the one in force first, then from the left."""
    with_label: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: not mark.in_force):
        if not any(_touch(_label(mark), _label(other)) for other in with_label):
            with_label.append(mark)
    return tuple(replace(mark, labelled=mark in with_label) for mark in marks)


def _label(mark: Mark) -> tuple[float, float, float]:
    """Where a mark's label begins and ends across, and its lower edge."""
    wide = LETTER * len(", ".join(f"£{pence / 100:,.{0 if pence % 100 == 0 else 2}f}" for pence in mark.prices_pence))
    left = mark.x + LABEL_OFF_X / 2 - wide if mark.label_ends else mark.x + LABEL_OFF_X
    return left, left + wide, mark.y - LABEL_OFF_Y


def _touch(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    across = one[0] < other[1] + LABELS_APART and other[0] < one[1] + LABELS_APART
    return across and abs(one[2] - other[2]) < LINE


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers from 0 to the first that no value is above."""
    most = max([*values, 0.1])
    rough = most / (TICKS - 1)
    unit = 10 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [round(k * step, 6) for k in range(ceil(most / step) + 1)]
