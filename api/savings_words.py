"""The savings ledger in words: what is assumed, and why a day is not counted; for the public pages and the officer's form."""

from typing import NamedTuple

from api.pages.words import said


class Assumed(NamedTuple):
    """A figure of Assumptions: its field, its name with the unit, and how many of the stored unit one shown holds."""

    field: str
    name: str
    per_unit: int


ASSUMED = (
    Assumed("pence_per_crew_hour", said("Crew of a vehicle, pounds per hour"), 100),
    Assumed("pence_per_km", said("Vehicle with its fuel, pounds per kilometre"), 100),
    Assumed("litres_per_100_km", said("Diesel, litres per 100 kilometres"), 1),
    Assumed("kg_co2e_per_litre", said("CO2e, kilograms per litre of diesel"), 1),
    Assumed("pence_per_sensor_month", said("Sensor: software and service, pounds per month"), 100),
    Assumed("connectivity_pence_per_sensor_month", said("Sensor: radio network, pounds per month"), 100),
    Assumed("hardware_pence_per_sensor", said("Sensor: price, mounted, in pounds"), 100),
    Assumed("hardware_lasts_months", said("Sensor: months over which the price is spread"), 1),
)

NOT_COUNTED = {
    "not_driven": said("Crews told of fewer than half of the bins of a round: whether it was driven is not known"),
    "nothing_planned": said("No bin was on a round: nothing was driven that could be checked"),
    "no_plan": said("No round was planned"),
    "not_routed": said("The schedule's rounds could not be worked out"),
}
