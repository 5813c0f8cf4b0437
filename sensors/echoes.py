"""Several looks into one bin at the same moment, and what they say together."""

from collections.abc import Sequence
from statistics import median


def middle_mm(distances_mm: Sequence[int]) -> int | None:
    """The median of the distances, of two in the middle their mean rounded down; None where there are none.

    A liner's fold, a bridge of waste or an echo off the wall spoils one look or two; the median is not moved by them.
    """
    return int(median(distances_mm)) if distances_mm else None
