"""Make rounds better by taking strings of stops out of neighbouring trips and putting each bin back where it costs least.

Slack induction by string removals (Christiaens & Vanden Berghe 2020, Transportation Science 54(2), sections 5.1 to 5.3), with
trips between tips for tours, bins that may stay out, and tips that move, merge and open as loads ask. It finds what the
solver's moves do not: another way of dividing a day into trips.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from random import Random

from streets.rounds.draft import Course, Draft, cheapest_gaps, course_of, draft_of, inserted
from streets.rounds.figures import Figures

LONGEST_STRING = 10
BINS_REMOVED = 10
BLINKS = 0.01
GENEROUS, GENEROUS_SHARE = 3.0, 0.1
"""Now and then bins go in for more than they are worth: several may pay for a trip that none of them pays for alone."""

BEGIN_AT, END_AT = 0.3, 0.003
"""Temperatures, in parts of what a visited bin costs on average."""


def rebuilt(figures: Figures, draft: Draft, rng: Random, rebuilds: int, spent: Callable[[], float]) -> Draft:
    """The best draft found in so many rebuilds, by simulated annealing that begins at `draft`.

    `spent` tells the share of all time that is over: it ends, cooled down all the same, where that is not enough.
    """
    best = now = draft
    visited = max(1, figures.bins - len(draft.out))
    warmth = sum(course.table.cost for course in draft.courses) / visited
    since = spent()
    for turn in range(rebuilds):
        over = spent()
        if over >= 1:
            break
        cooled = max(turn / rebuilds, (over - since) / (1 - since))
        temperature = warmth * BEGIN_AT * (END_AT / BEGIN_AT) ** cooled
        made = _rebuild(figures, now, rng, spent)
        if made is not None and made.cost < now.cost - temperature * math.log(1 - rng.random()):
            now = made
            if now.cost < best.cost:
                best = now
    return best


def _rebuild(figures: Figures, draft: Draft, rng: Random, spent: Callable[[], float]) -> Draft | None:
    courses = list(draft.courses)
    seed = rng.randrange(figures.bins)
    taken = _strings(figures, courses, seed, rng)
    for number in {number for number, _ in taken.values()}:
        visits = [visit for visit in courses[number].visits if visit not in taken]
        course = course_of(figures, number, tidied(figures, number, visits)) or course_of(figures, number, visits)
        if course is None:
            return None
        courses[number] = course
    back = [*taken, *(bin_ for bin_ in figures.near[seed] if bin_ in draft.out)]
    worths = GENEROUS if rng.random() < GENEROUS_SHARE else 1.0
    put_back(figures, courses, _looked_up(_ordered(figures, back, rng), spent), lambda: rng.random() < BLINKS, worths)
    return draft_of(figures, courses)


def _looked_up(bins: Iterable[int], spent: Callable[[], float]) -> Iterator[int]:
    """The bins, one by one; before each, whoever looks on may end it all."""
    for bin_ in bins:
        spent()
        yield bin_


def put_back(figures: Figures, courses: list[Course], bins: Iterable[int], skip: Callable[[], bool], worths: float = 1.0) -> None:
    """Put each bin in turn where it costs least, as long as that costs less than so many times its worth."""
    for bin_ in bins:
        for gap in cheapest_gaps(figures, courses, bin_, skip, worths):
            course = inserted(figures, courses[gap.van], gap)
            if course is not None:
                courses[gap.van] = course
                break


def _strings(figures: Figures, courses: list[Course], seed: int, rng: Random) -> dict[int, tuple[int, int]]:
    """Bins to take out, each with its vehicle and trip: strings of neighbours of the seed, one from a trip."""
    trips = _trips(figures, courses)
    where = {bin_: key for key, bins in trips.items() for bin_ in bins}
    mean = sum(map(len, trips.values())) / max(1, len(trips))
    longest = min(LONGEST_STRING, mean)
    strings = int(rng.uniform(1, 4 * BINS_REMOVED / (1 + longest)))
    taken: dict[int, tuple[int, int]] = {}
    ruined: set[tuple[int, int]] = set()
    for near in figures.near[seed]:
        key = where.get(near)
        if len(ruined) >= strings:
            break
        if key is None or key in ruined:
            continue
        ruined.add(key)
        bins = trips[key]
        length = int(rng.uniform(1, min(longest, len(bins)) + 1))
        first = rng.randint(max(0, bins.index(near) - length + 1), min(bins.index(near), len(bins) - length))
        taken.update((bin_, key) for bin_ in bins[first : first + length])
    return taken


def _trips(figures: Figures, courses: list[Course]) -> dict[tuple[int, int], list[int]]:
    """The bins of each trip, by vehicle and number of tips before it."""
    trips: dict[tuple[int, int], list[int]] = {}
    for number, course in enumerate(courses):
        tips = 0
        for visit in course.visits:
            if visit >= figures.bins:
                tips += 1
            else:
                trips.setdefault((number, tips), []).append(visit)
    return trips


def _ordered(figures: Figures, bins: list[int], rng: Random) -> list[int]:
    """The bins in the order in which they are put back: at random, or the fullest, dearest or farthest first."""
    rng.shuffle(bins)
    depot = figures.problem.depot
    kind = rng.randrange(11)
    if kind < 4:
        return bins
    if kind < 8:
        return sorted(bins, key=lambda bin_: -figures.loads_l[bin_])
    if kind < 9:
        return sorted(bins, key=lambda bin_: -figures.prizes[bin_])
    return sorted(bins, key=lambda bin_: figures.costs[depot][figures.points[bin_]], reverse=kind < 10)


def tidied(figures: Figures, number: int, visits: list[int]) -> list[int]:
    """The visits without tips that are not needed, and with the cheapest tip at each place where one is."""
    van, figures = figures.problem.vans[number], figures.of_van(number)
    capacity_kg = math.inf if van.capacity_kg is None else van.capacity_kg
    trips: list[tuple[list[int], float, float]] = [([], van.load_l, van.load_kg)]
    for visit in visits:
        bins, litres, kilograms = trips[-1]
        if visit >= figures.bins:
            trips.append(([], 0.0, 0.0))
        else:
            trips[-1] = ([*bins, visit], litres + figures.loads_l[visit], kilograms + figures.loads_kg[visit])
    merged = [trips[0]]
    for bins, litres, kilograms in trips[1:]:
        before, litres_before, kilograms_before = merged[-1]
        if litres_before + litres <= van.capacity_l and kilograms_before + kilograms <= capacity_kg:
            merged[-1] = ([*before, *bins], litres_before + litres, kilograms_before + kilograms)
        else:
            merged.append((bins, litres, kilograms))
    chosen: list[int] = []
    at = van.point
    for place, (bins, litres, kilograms) in enumerate(merged):
        chosen += bins
        if not bins and not litres and not kilograms:
            continue
        at = figures.points[bins[-1]] if bins else at
        onward = figures.points[merged[place + 1][0][0]] if place + 1 < len(merged) else figures.problem.depot
        tip = min(
            figures.of_van(number).tips,
            key=lambda tip: (
                figures.costs[at][figures.points[tip]]
                + figures.service_s[tip] * figures.cost_per_s
                + figures.costs[figures.points[tip]][onward]
            ),
        )
        chosen.append(tip)
        at = figures.points[tip]
    return chosen


def with_best_tips(figures: Figures, number: int, course: Course) -> Course:
    """The course with each tip exchanged for another where that is cheaper by the exact times, which know of tips' hours."""
    for place, visit in enumerate(course.visits):
        if visit < figures.bins:
            continue
        for tip in figures.of_van(number).tips:
            other = course_of(figures, number, [*course.visits[:place], tip, *course.visits[place + 1 :]])
            if other is not None and other.table.cost < course.table.cost:
                course = other
    return course
