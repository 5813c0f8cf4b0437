"""Looking on while a plan is searched: how far it is, and whether it shall go on."""

from collections.abc import Callable
from dataclasses import dataclass


class PlanCancelledError(Exception):
    """Whoever looked on wanted no plan any more; nothing came of the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is: seconds spent of those it may take at most, and the best plan so far.

    `visits` counts the bins on its rounds; `pence` is what planning makes small (see Plan.pence).
    """

    elapsed_s: float
    budget_s: float
    visits: int
    pence: float


Watch = Callable[[Progress], bool]
"""Asked a few times a second; False ends the search."""
