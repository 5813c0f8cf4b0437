"""In what batteries are told, and at which level they count as flat.

When a battery is flat is an assumption where the maker does not say (no maker of our devices publishes it): 10 %, or 2,500 mV for
the 3.6 V lithium cells that report in millivolts. Such a cell holds its voltage for most of its life and then falls fast, so
that no fall seen means "not known", never "full".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """In what a battery is told. `flat`: where it ends; `new_by`: a rise by so much is a new battery; `seen_from`: least fall."""

    name: str
    flat: float
    new_by: float
    seen_from: float


PERCENT = Scale("pct", flat=10.0, new_by=15.0, seen_from=2.0)
MILLIVOLTS = Scale("mv", flat=2_500.0, new_by=150.0, seen_from=40.0)


def is_flat(pct: float | None, mv: float | None) -> bool:
    """Whether a battery counts as flat by its level, which is in millivolts where the device tells no per cent."""
    if pct is not None:
        return pct <= PERCENT.flat
    return mv is not None and mv <= MILLIVOLTS.flat
