"""Plans of days so small that every way of driving them can be tried: none is far from the best, or leaves out what must be."""

from itertools import permutations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streets.rounds.check import verified
from streets.rounds.plan import plan
from streets.rounds.problem import Break, Candidate, Prices, Problem, Tip, Van

PRICES = Prices(pence_per_overflow=2000, pence_per_km=60, pence_per_hour=3600)
AT_MOST_DEARER = 1.02
ALL_DAY = ((0, 10**9),)


def visited_and_pence(problem: Problem, stops: tuple[Candidate | Tip, ...]) -> float | None:
    """What driving these stops costs the one van, or None where it cannot; a break where that brings it home first."""
    (van,) = problem.vans
    ends = [_paid_s(problem, van, stops, rests) for rests in _rests(van, len(stops))]
    paid_s = min((paid for paid in ends if paid is not None), default=None)
    points = [van.point, *(stop.point for stop in stops), problem.depot]
    metres = sum(int(problem.metres[a, b]) for a, b in zip(points, points[1:], strict=False))
    return None if paid_s is None else problem.prices.driving_pence(paid_s, metres)


def _rests(van: Van, stops: int) -> list[int | None]:
    return [None, *range(stops + 1)] if van.breaks else [None]


def _paid_s(problem: Problem, van: Van, stops: tuple[Candidate | Tip, ...], rests_after: int | None) -> int | None:
    """From the latest start that brings it home as early as the first one does, which halving finds; without the break."""
    home = _home_s(problem, van, stops, rests_after, van.from_s)
    if home is None:
        return None
    fits, fails = van.from_s, home + 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if _home_s(problem, van, stops, rests_after, middle) == home else (fits, middle)
    return home - fits - (van.breaks[0].duration_s if rests_after is not None else 0)


def _home_s(problem: Problem, van: Van, stops: tuple[Candidate | Tip, ...], rests_after: int | None, start_s: int) -> int | None:
    litres, kilograms, now, at = van.load_l, van.load_kg, start_s, van.point
    for number, stop in enumerate([None, *stops]):
        if stop is not None:
            arrived = now + int(problem.seconds[at, stop.point])
            opens = [max(arrived, early) for early, late in stop.windows_s or ALL_DAY if arrived <= late]
            if not opens:
                return None
            now, at = min(opens) + stop.service_s, stop.point
            if isinstance(stop, Tip):
                litres = kilograms = 0.0
            else:
                litres, kilograms = litres + stop.load_l, kilograms + stop.load_kg
            if litres > van.capacity_l or (van.capacity_kg is not None and kilograms > van.capacity_kg):
                return None
        if rests_after == number:
            (rest,) = van.breaks
            if now > rest.until_s:
                return None
            now = max(now, rest.from_s) + rest.duration_s
    home = now + int(problem.seconds[at, problem.depot])
    if litres or kilograms or home > van.until_s:
        return None
    if rests_after is None and van.breaks and home > van.breaks[0].until_s:
        return None
    return home


def best(problem: Problem) -> tuple[int, float]:
    """The fewest musts left out of any day, and the least that such a day costs with what it does not save."""
    found = []
    for count in range(len(problem.candidates) + 1):
        for order in permutations(problem.candidates, count):
            left = [bin_ for bin_ in problem.candidates if bin_ not in order]
            musts, unsaved = sum(bin_.must for bin_ in left), sum(bin_.worth_pence for bin_ in left)
            if found and (musts, unsaved) >= min(found):
                continue
            # After each bin no tip or one of them, and one before all.
            for tips in product((None, *problem.tips), repeat=count + 1):
                stops = [tips[0], *(stop for pair in zip(order, tips[1:], strict=True) for stop in pair)]
                pence = visited_and_pence(problem, tuple(stop for stop in stops if stop is not None))
                if pence is not None:
                    found.append((musts, pence + unsaved))
    return min(found)


windows = st.just(()) | st.tuples(st.integers(0, 900), st.integers(200, 1_500)).map(lambda w: ((w[0], w[0] + w[1]),))
bins = st.fixed_dictionaries(
    {
        "x": st.integers(-40, 40),
        "y": st.integers(-40, 40),
        "worth_pence": st.integers(0, 400),
        "load_l": st.integers(20, 120),
        "load_kg": st.integers(2, 12),
        "service_s": st.integers(0, 60),
        "windows_s": windows,
        "must": st.sampled_from([False, False, False, True]),
    }
)


@settings(max_examples=25, derandomize=True)
@given(
    bins=st.lists(bins, min_size=1, max_size=4),
    tips=st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40), windows), min_size=1, max_size=2),
    load_l=st.sampled_from([0, 0, 0, 60, 140]),
    rest=st.sampled_from([(), (), (Break(200, 500, 120),)]),
)
def test_a_plan_of_a_small_day_is_within_two_percent_of_the_best_there_is(
    bins: list[dict], tips: list[tuple], load_l: int, rest: tuple[Break, ...]
) -> None:
    places = [(0, 0), *((x, y) for x, y, _ in tips), *((bin_["x"], bin_["y"]) for bin_ in bins)]
    metres = np.array([[40 * (abs(a - c) + abs(b - d)) for c, d in places] for a, b in places], dtype=np.int64)
    problem = Problem(
        seconds=metres // 20,
        metres=metres,
        candidates=tuple(
            Candidate(bin_id=f"B{k}", point=1 + len(tips) + k, **{name: bin_[name] for name in bin_ if name not in "xy"})
            for k, bin_ in enumerate(bins)
        ),
        tips=(
            # The first is open all day, so that there is a plan at all.
            *(
                Tip(base_id=f"T{k}", point=1 + k, service_s=30, windows_s=() if k == 0 else open_)
                for k, (*_, open_) in enumerate(tips)
            ),
        ),
        vans=(Van(vehicle_id="V", point=0, capacity_l=150, capacity_kg=15, from_s=0, until_s=1_200, load_l=load_l, breaks=rest),),
        depot=0,
        prices=PRICES,
    )
    made = verified(problem, plan(problem, seed=1, budget_s=5))
    musts_left, pence = best(problem)
    assert sum(left.must for left in made.left_out) == musts_left
    assert made.pence <= pence * AT_MOST_DEARER + 0.01
