"""What a month of rounds is worth: assumptions that a council adjusts, and the arithmetic, which anybody can do by hand."""

from dataclasses import dataclass

PROVENANCE = (
    "The software's own. CO2e: UK Government GHG Conversion Factors for Company Reporting 2025 (DESNZ), diesel, average biofuel"
    " blend, litres. All others are assumptions, not measurements: put your own contracts, wages and fuel cards in their place."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Prices in pence, as columns of savings_assumption. The defaults are assumptions, but for `kg_co2e_per_litre` (PROVENANCE).

    20 litres per 100 km is a tipper of 3.5 to 7.5 tonnes from stop to stop. Fuel is in `pence_per_km`, and so never paid twice.
    """

    pence_per_crew_hour: float = 4_500.0
    pence_per_km: float = 60.0
    litres_per_100_km: float = 20.0
    kg_co2e_per_litre: float = 2.57082
    pence_per_sensor_month: float = 200.0
    connectivity_pence_per_sensor_month: float = 50.0
    hardware_pence_per_sensor: float = 12_000.0
    hardware_lasts_months: float = 60.0

    @property
    def sensor_month_pence(self) -> float:
        """What a sensor costs in a month: service, radio network, and its share of the price."""
        hardware = self.hardware_pence_per_sensor / self.hardware_lasts_months
        return self.pence_per_sensor_month + self.connectivity_pence_per_sensor_month + hardware


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of the ledger did in a month, or the difference of two."""

    visits: int
    metres: int
    seconds: int

    def __sub__(self, other: "Side") -> "Side":
        return Side(self.visits - other.visits, self.metres - other.metres, self.seconds - other.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A side in the units of the page."""

    visits: int
    km: float
    hours: float
    litres: float
    kg_co2e: float
    pence: float


def worth(side: Side, assumed: Assumptions) -> Worth:
    """A side, by these assumptions: litres from kilometres, CO2e from litres, money from kilometres and hours."""
    km, hours = side.metres / 1000, side.seconds / 3600
    litres = km * assumed.litres_per_100_km / 100
    return Worth(
        visits=side.visits,
        km=km,
        hours=hours,
        litres=litres,
        kg_co2e=litres * assumed.kg_co2e_per_litre,
        pence=km * assumed.pence_per_km + hours * assumed.pence_per_crew_hour,
    )


def sensors_pence(sensor_days: int, days_of_month: int, assumed: Assumptions) -> float:
    """What the sensors cost for the days that they hung in bins, whether those days are counted or not."""
    return sensor_days / days_of_month * assumed.sensor_month_pence
