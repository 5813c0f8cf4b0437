"""A council's day read from the store, with its points set on the streets of each size of vehicle."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from streets.network.extract import LatLon
from streets.network.placed import Placed
from streets.planning.day import CannotPlanError, Day, Done
from streets.planning.orders import ordered_of_day
from streets.rounds.dial import SERVICE_S
from streets.routing.ways import placed_on_streets
from streets.settings import osrm_url_of
from streets.store import rounds, stop_events
from streets.store.database import Connection
from streets.store.rounds import Base, PlannedStop, ReachableBin

SEEN_WITHIN = timedelta(days=3)
"""So long a crew's word that a bin overflows holds for planning, where nobody is known to have emptied it since."""


def read_day(
    conn: Connection, council: str, service_date: date, at: datetime, done: Mapping[str, Done], bin_s: int = SERVICE_S
) -> Day:
    """Read a day from the store. Raises CannotPlanError where planning lacks something, StreetsError on bad streets."""
    bases, vehicles, bins = (
        rounds.bases(conn, council),
        rounds.vehicles(conn, council),
        rounds.bins(conn, council, service_date, at),
    )
    depots, tips = [base for base in bases if base.kind == "depot"], [base for base in bases if base.kind == "tip"]
    extract = rounds.street_extract(conn, council)
    if not depots or not tips or not vehicles or extract is None:
        lacks = {"depot": depots, "tip": tips, "vehicle": vehicles, "streets": extract}
        missing = [name for name, found in lacks.items() if not found]
        named = ", ".join(name if name == "streets" else f"a {name}" for name in missing)
        what = f"{council} lacks {named}: import bases, vehicles and streets first"
        raise CannotPlanError("lacks", what, missing=missing)
    for vehicle in vehicles:
        if vehicle.shift_until <= vehicle.shift_from:
            begins, ends = f"{vehicle.shift_from:%H:%M}", f"{vehicle.shift_until:%H:%M}"
            what = f"the shift of {vehicle.name} ends at {ends}, before it begins at {begins}"
            what += ": a shift that passes midnight cannot be planned"
            raise CannotPlanError("shift_past_midnight", what, vehicle=vehicle.name, begins=begins, ends=ends)
    places: list[Base | PlannedStop] = [
        done[each.vehicle_id].stops[-1] if each.vehicle_id in done else depots[0] for each in vehicles
    ]
    staying, points = _spots(depots[0], *tips, *bins), _spots(depots[0], *tips, *places, *bins)
    by_size = {
        size: placed_on_streets(conn, council, extract, osrm_url_of(), points, staying, at, size)
        for size in dict.fromkeys(each.size for each in vehicles)
    }
    placed = tuple(by_size[each.size] for each in vehicles)
    _reached(placed, depots[0], tips, places)
    return Day(
        council=council,
        service_date=service_date,
        at=at,
        depot=depots[0],
        tips=tuple(tips),
        vehicles=tuple(vehicles),
        bins=tuple(bins),
        done=done,
        ordered=ordered_of_day(conn, council, service_date, at, bins),
        overflowing=stop_events.seen_overflowing(conn, council, service_date - SEEN_WITHIN),
        bin_s=bin_s,
        placed=placed,
    )


def _reached(placed: Sequence[Placed], depot: Base, tips: Sequence[Base], places: Sequence[Base | PlannedStop]) -> None:
    """Raise CannotPlanError where a vehicle cannot come home, leave where it stands or tip, or a tip is out of reach of all."""
    first = 1 + len(tips)
    shut: list[Base | PlannedStop] = [depot for one in placed if not one.reachable(0)]
    shut += [each for point, each in enumerate(tips, 1) if not any(one.reachable(point) for one in placed)]
    shut += [each for k, each in enumerate(places) if not placed[k].reachable(first + k)]
    shut += [tips[0] for one in placed if not any(one.reachable(point) for point in range(1, first))]
    if shut:
        what = f"no street that a vehicle can reach and leave is near {shut[0].name}"
        raise CannotPlanError("no_street_near", what, place=shut[0].name)


def _spots(*places: Base | PlannedStop | ReachableBin) -> list[LatLon]:
    return [(each.lat, each.lon) for each in places]
