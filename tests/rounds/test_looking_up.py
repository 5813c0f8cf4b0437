"""A search looks up between small pieces of work, so that whoever cancels it does not wait, however large the day is."""

import sys
from types import FrameType
from typing import Any

from test_plan import street

from streets.rounds.check import verified
from streets.rounds.overseer import Overseer
from streets.rounds.plan import plan

BINS, VANS = 300, 4
# A bin put back is compared with every gap between stops, of which there are fewer than twice as many as bins: that asks some
# fifteen functions of ours in each. A descent of PyVRP's is one piece: half a second of the processor's for 2,000 bins.
CALLS_AT_MOST, DESCENTS_AT_MOST = 15 * 2 * BINS, 1


class Counter:
    """Counts calls of functions of ours, and descents of PyVRP's, from one look to the next."""

    def __init__(self) -> None:
        self.calls = self.descents = self.looks = self.most_calls = self.most_descents = 0

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and frame.f_code is Overseer.spent.__code__:
            self.most_calls, self.most_descents = max(self.most_calls, self.calls), max(self.most_descents, self.descents)
            self.looks, self.calls, self.descents = self.looks + 1, 0, 0
        elif event == "call" and "streets/rounds" in frame.f_code.co_filename:
            self.calls += 1
        elif event == "call" and frame.f_code.co_qualname == "LocalSearch.__call__":
            self.descents += 1


def test_between_two_looks_lies_at_most_one_descent_or_one_bin_put_back() -> None:
    bins = [{"at_m": 17 * k % 9_000, "worth_pence": 100 + 37 * k % 900, "service_s": 90, "load_l": 60} for k in range(BINS)]
    problem = street(bins, vans=VANS, capacity_l=2_000)
    counter = Counter()
    sys.setprofile(counter)
    try:
        made = plan(problem, seed=1, budget_s=4)
    finally:
        sys.setprofile(None)
    verified(problem, made)
    assert counter.looks > BINS
    assert counter.most_descents == DESCENTS_AT_MOST
    assert counter.most_calls < CALLS_AT_MOST
