"""The name of the street that a point lies on, from the council's street extract."""

from collections.abc import Sequence

import shapely

from streets.network.streets import read_streets

ON_STREET_M = 25.0


def street_names(extract: bytes, points: Sequence[tuple[float, float]]) -> list[str | None]:
    """For each point (lat, lon) the name of the nearest named street within ON_STREET_M, or None.

    `extract` is an .osm.pbf. Raises streets.network.streets.StreetsError where it holds no streets.
    """
    streets = read_streets(extract)
    named = [link for link in streets.links if link.name]
    lines = shapely.STRtree([link.line for link in named])
    names = []
    for lat, lon in points:
        nearest = lines.query_nearest(shapely.Point(streets.xy(lat, lon)), max_distance=ON_STREET_M, all_matches=False)
        names.append(named[int(nearest[0])].name if len(nearest) else None)
    return names
