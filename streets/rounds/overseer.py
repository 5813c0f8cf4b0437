"""Whoever watches over a search: knows when its time is over, and asks whoever looks on."""

import time

from streets.rounds.draft import Draft
from streets.rounds.figures import MILLIPENCE, Figures
from streets.rounds.watch import PlanCancelledError, Progress, Watch

ASK_EVERY_S = 0.2


class Overseer:
    """Knows when the time is over, and asks whoever looks on."""

    def __init__(self, figures: Figures, begin: Draft, budget_s: float, watch: Watch | None) -> None:
        self._figures, self._budget_s, self._watch = figures, budget_s, watch
        self._since_s = self._asked_s = time.perf_counter()
        self.best = begin
        self._seen = self.visits_of(begin), begin.cost

    def goes_on(self, share: float = 1.0) -> bool:
        """Whether less than this share of the time is spent. Raises as `spent` does."""
        return self.spent() < share

    def spent(self) -> float:
        """The share of the time that is spent. Raises PlanCancelledError where whoever looks on wants no plan."""
        now_s = time.perf_counter()
        elapsed_s = now_s - self._since_s
        if self._watch is not None and now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s = now_s
            visits, cost = self._seen
            progress = Progress(elapsed_s=elapsed_s, budget_s=self._budget_s, visits=visits, pence=cost / MILLIPENCE)
            if not self._watch(progress):
                raise PlanCancelledError
        return elapsed_s / self._budget_s

    def look_up(self) -> None:
        """Ask whoever looks on, where it is time to. Raises as `spent` does."""
        self.spent()

    def keep(self, draft: Draft) -> None:
        """Remember the draft if it is the best."""
        if draft.cost < self.best.cost:
            self.best = draft
            self.see(self.visits_of(draft), draft.cost)

    def see(self, visits: int, cost: int) -> None:
        """Take note of something better, of which there is no draft yet."""
        if cost < self._seen[1]:
            self._seen = visits, cost

    def visits_of(self, draft: Draft) -> int:
        """How many bins the draft visits."""
        return self._figures.bins - len(draft.out)
