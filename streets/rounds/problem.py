"""What a day's planning is asked and what it answers, as values.

Points are indices into the matrices; times are seconds after one origin, which the caller chooses.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What things cost, in pence. They are the council's to set; these are assumptions, and `pence_per_overflow` is the one dial.

    A scheduled visit is worth a large but finite sum, so that one bin out of reach in time never makes a whole day impossible.
    """

    pence_per_overflow: float = 2_000.0
    pence_per_scheduled_visit: float = 20_000.0
    pence_per_km: float = 60.0
    pence_per_hour: float = 4_500.0

    def driving_pence(self, seconds: float, metres: float) -> float:
        """What a stretch of work costs: vehicle by distance, crew by time."""
        return metres * self.pence_per_km / 1000 + seconds * self.pence_per_hour / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A bin that may be visited. `worth_pence` is what a visit saves; `window_s` bounds the begin of the work there."""

    bin_id: str
    point: int
    worth_pence: float
    load_l: float
    service_s: int
    window_s: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """Where a vehicle empties itself; open all day."""

    base_id: str
    point: int
    service_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """A vehicle and its shift. It stands at `point` with `load_l` aboard and works within [from_s, until_s]."""

    vehicle_id: str
    point: int
    capacity_l: float
    from_s: int
    until_s: int
    load_l: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A day: int matrices (points, points) of seconds and metres, and the point of the depot where every van ends."""

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]
    candidates: tuple[Candidate, ...]
    tips: tuple[Tip, ...]
    vans: tuple[Van, ...]
    depot: int
    prices: Prices = field(default_factory=Prices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop: kind start, bin, tip or end; `ref` is the bin's or base's id. The leg is the drive to it from the stop before."""

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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that no round visits: not_worth_it or no_time, with what the visit would save and the least detour's cost.

    `detour_pence` is None where no vehicle has space for it anywhere.
    """

    bin_id: str
    why: str
    detour_pence: float | None
    worth_pence: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The rounds of a day, and every candidate that is on none of them."""

    rounds: tuple[Round, ...]
    left_out: tuple[LeftOut, ...]
