"""One policy through one season: plan, drive, empty, listen, day after day; and what each day came to."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache

from bench.contest.books import Books, is_report_day
from bench.contest.policies import Fixed, Policy, day_of, planned
from bench.contest.town import LEARNING_DAYS, ContestTown, midnight
from bench.contest.truth import Truth
from streets.rounds.problem import Plan


@dataclass(frozen=True, slots=True)
class DayCame:
    """A day of the contest. `overflowing` counts bins, `hours` are those of crews from leaving the depot to coming back."""

    empties: int
    visits: int
    km: float
    hours: float
    overflowing: int
    came_in_l: float


class Council:
    """A council at the end of the learning weeks: the truth, and its books."""

    def __init__(self, truth: Truth, books: Books) -> None:
        self.truth, self.books = truth, books

    def listen(self, sent_to: dict[str, float] | None) -> "Passed":
        passed = self.truth.pass_day(sent_to)
        self.books.write(passed, midnight(self.truth.number))
        if is_report_day(self.truth.number):
            self.books.judge(midnight(self.truth.number))
        return passed
