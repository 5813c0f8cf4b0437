"""A frontier drawn: what the rounds cost against the overflows that they leave, a point for each price of an overflow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 24, 60
TICKS = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the drawing; several prices may share one plan, and so one mark. `in_force`: today's price is one of them."""

    x: float
    y: float
    prices_pence: tuple[float, ...]
    in_force: bool


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
    marks = tuple(Mark(*at, tuple(prices), in_force_pence in prices) for at, prices in places.items())
    path = "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks)
    return Chart(path, marks, tuple((x(tick), tick) for tick in across), tuple((y(tick), tick) for tick in up))


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers from 0 to the first that no value is above."""
    most = max([*values, 0.1])
    rough = most / (TICKS - 1)
    unit = 10 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [round(k * step, 6) for k in range(ceil(most / step) + 1)]
