"""Why a bin is on no round, and what the least detour to it would cost."""

from collections.abc import Callable

from streets.rounds.draft import Draft, detour, options
from streets.rounds.figures import MILLIPENCE, Figures
from streets.rounds.problem import LeftOut


def left_out(figures: Figures, draft: Draft, look_up: Callable[[], None]) -> tuple[LeftOut, ...]:
    """Every bin on no round: those that must be visited first, otherwise as the problem lists them. It looks up at each."""
    out = sorted(draft.out, key=lambda bin_: (not figures.problem.candidates[bin_].must, bin_))
    found = []
    for bin_ in out:
        look_up()
        found.append(_left_out(figures, draft, bin_))
    return tuple(found)


def _left_out(figures: Figures, draft: Draft, bin_: int) -> LeftOut:
    """Every detour to it costs more than it saves, or one would pay and time or space is short."""
    candidate, cost = figures.problem.candidates[bin_], _least_detour(figures, draft, bin_)
    pays = cost is None or candidate.must or cost < candidate.worth_pence * MILLIPENCE
    return LeftOut(
        candidate.bin_id,
        "no_time" if pays else "not_worth_it",
        None if cost is None else round(cost / MILLIPENCE, 1),
        candidate.worth_pence,
        candidate.must,
    )


def _least_detour(figures: Figures, draft: Draft, bin_: int) -> int | None:
    """What the bin would add to a round where its load fits, were there time enough; None where it fits nowhere."""
    least: int | None = None
    work = figures.service_s[bin_] * figures.cost_per_s
    for number, course in enumerate(draft.courses):
        own, points = figures.of_van(number), course.table.points
        for place in range(len(points) - 1):
            if least is not None and detour(own, points[place], (bin_,), points[place + 1]) + work >= least:
                continue
            for visits in options(figures, number, course, place, bin_):
                cost = detour(own, points[place], visits, points[place + 1]) + work
                least = cost if least is None else min(least, cost)
    return least
