"""What a day's planning is asked and what it answers, as values.

Points are indices into the matrices; times are seconds after one origin, which the caller chooses. A window is a pair of times,
both included, that bounds the begin of the work; of several windows any one will do, and no window at all means all day.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Window = tuple[int, int]

OUT_OF_REACH_S = 2 * 86_400
"""The seconds of a way that a vehicle cannot go: longer than any shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What things cost, in pence. They are the council's to set; these are assumptions. `pence_per_overflow` is the one dial."""

    pence_per_overflow: float = 2_000.0
    pence_per_km: float = 60.0
    pence_per_hour: float = 4_500.0

    def driving_pence(self, seconds: float, metres: float) -> float:
        """What a stretch of work costs: vehicle by distance, crew by time."""
        return metres * self.pence_per_km / 1000 + seconds * self.pence_per_hour / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A bin that may be visited. `worth_pence` is what a visit saves: the price of an overflow times its probability.

    One that `must` be visited goes before any that need not, whatever either is worth; where no round can, it is left out.
    """

    bin_id: str
    point: int
    worth_pence: float
    load_l: float
    load_kg: float = 0.0
    service_s: int
    windows_s: tuple[Window, ...] = ()
    must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """Where a vehicle empties itself; unloading begins in one of its windows."""

    base_id: str
    point: int
    service_s: int
    windows_s: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of the crew, wherever it is by then: it begins within [from_s, until_s] and lasts `duration_s`.

    It falls away where the vehicle is home by `until_s`.
    """

    from_s: int
    until_s: int
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """A vehicle and its shift. It stands at `point` with a load aboard and works within [from_s, until_s].

    `capacity_kg` is None where weight does not limit it. Breaks are in the order in which they are taken and do not overlap.
    Its ways are those of `network`. One that is `under_way` is paid from `from_s` on; any other from when it sets out, which is
    as late as its round allows.
    """

    vehicle_id: str
    point: int
    capacity_l: float
    capacity_kg: float | None = None
    from_s: int
    until_s: int
    load_l: float = 0.0
    load_kg: float = 0.0
    breaks: tuple[Break, ...] = ()
    under_way: bool = False
    network: int = 0


@dataclass(frozen=True, slots=True)
class Ways:
    """Int matrices (points, points) of seconds and metres."""

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A day: int matrices (points, points) of seconds and metres, and the point of the depot where every van ends.

    These are the ways of network 0; `others` are those of the networks 1, 2, …, which vehicles of other sizes go. A way that a
    vehicle cannot go takes OUT_OF_REACH_S seconds.
    """

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]
    candidates: tuple[Candidate, ...]
    tips: tuple[Tip, ...]
    vans: tuple[Van, ...]
    depot: int
    prices: Prices = field(default_factory=Prices)
    others: tuple[Ways, ...] = ()

    @property
    def networks(self) -> tuple[Ways, ...]:
        """The ways of each network."""
        return (Ways(self.seconds, self.metres), *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop: kind start, bin, tip, break or end; `ref` is the bin's, base's or vehicle's id.

    The leg is the drive to it from the stop before; a break is taken where the vehicle stands.
    """

    kind: str
    ref: str
    point: int
    leg_s: int
    leg_m: int
    arrive_s: int
    begin_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class Round:
    """One vehicle's stops in order, from start to end."""

    vehicle_id: str
    stops: tuple[Stop, ...]

    @property
    def drive_s(self) -> int:
        """Seconds at the wheel."""
        return sum(stop.leg_s for stop in self.stops)

    @property
    def distance_m(self) -> int:
        """Metres driven."""
        return sum(stop.leg_m for stop in self.stops)

    @property
    def paid_s(self) -> int:
        """Seconds from leaving to being back, with work and waiting, without breaks."""
        rest_s = sum(stop.leave_s - stop.begin_s for stop in self.stops if stop.kind == "break")
        return self.stops[-1].arrive_s - self.stops[0].leave_s - rest_s


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that no round visits: not_worth_it or no_time, with what the visit would save and the least detour's cost.

    `detour_pence` is None where no vehicle has space for it anywhere. Those that `must` be visited come first.
    """

    bin_id: str
    why: str
    detour_pence: float | None
    worth_pence: float
    must: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The rounds of a day, every candidate that is on none of them, and the prices they were weighed by."""

    rounds: tuple[Round, ...]
    left_out: tuple[LeftOut, ...]
    prices: Prices

    @property
    def driving_pence(self) -> float:
        """What the rounds cost: metres, and the crews' time from leaving to being back."""
        return sum(self.prices.driving_pence(one.paid_s, one.distance_m) for one in self.rounds)

    @property
    def left_pence(self) -> float:
        """What visits to those left out would have saved."""
        return sum(left.worth_pence for left in self.left_out)

    @property
    def pence(self) -> float:
        """What planning makes as small as it can: the rounds' cost, and what is not saved."""
        return self.driving_pence + self.left_pence

    @property
    def expected_overflows(self) -> float:
        """Bins left out that are expected to overflow before the next visit: the sum of their probabilities.

        Raises ZeroDivisionError where an overflow costs nothing, since worths then tell no probability.
        """
        return self.left_pence / self.prices.pence_per_overflow
