"""What planning weighs: the officer's one dial (pence per overflow) and the prices beside it, in versions."""

from dataclasses import dataclass
from datetime import date, datetime

from streets.rounds.problem import Prices

SOFTWARE = "software"
ASSUMED = "An assumption of the software, not measured: put your own figures in its place."
SERVICE_S = 90
"""An assumption: a crew's minute and a half at a bin."""

TOWN_KM_PER_H = 20.0
"""For examples only: what a vehicle makes in a town."""

OWN = Prices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A version of what a council plans with; the columns of `planning_setting`. One that nobody set has no id."""

    setting_id: int | None = None
    applies_from: date | None = None
    set_by: str = SOFTWARE
    set_at: datetime | None = None
    why: str = ASSUMED
    pence_per_overflow: float = OWN.pence_per_overflow
    pence_per_km: float = OWN.pence_per_km
    pence_per_hour: float = OWN.pence_per_hour
    service_s: int = SERVICE_S

    @property
    def prices(self) -> Prices:
        """The prices, as a problem has them."""
        return Prices(
            pence_per_overflow=self.pence_per_overflow, pence_per_km=self.pence_per_km, pence_per_hour=self.pence_per_hour
        )

    @property
    def visit_pence(self) -> float:
        """What the crew's work at one bin costs, without the way to it."""
        return self.service_s * self.pence_per_hour / 3600

    def detour_min(self, overflow: float) -> float:
        """How many minutes of detour, at TOWN_KM_PER_H, a visit pays for if the bin overflows with this probability."""
        minute_pence = self.prices.driving_pence(60, TOWN_KM_PER_H * 1000 / 60)
        spare_pence = self.pence_per_overflow * overflow - self.visit_pence
        return max(0.0, spare_pence / minute_pence) if minute_pence > 0 else 0.0
