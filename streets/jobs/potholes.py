"""Bumps to sites: cluster, weigh against known ironwork, and keep each site's name, ward and street."""

from collections.abc import Mapping
from datetime import datetime

from streets.network.names import street_names
from streets.potholes.cluster import clusters
from streets.potholes.evidence import TOLD_WITHIN, TOO_FEW_REPORTERS, Evidence, week_start, weigh
from streets.potholes.identity import keep_names
from streets.store import potholes, rounds, wards
from streets.store.database import Connection
from streets.wards.locate import WardBoundary, locate


def find_sites(conn: Connection, at: datetime) -> str:
    """Work out every council's sites from the bumps that are kept, and delete the salts of weeks that are over."""
    boundaries = wards.boundaries(conn)
    told = [_council_sites(conn, council, boundaries.get(council, []), at) for council in potholes.councils_with_bumps(conn)]
    potholes.forget_salts(conn, week_start(at - TOLD_WITHIN))
    return f"{sum(found for found, _ in told)} sites, {sum(shown for _, shown in told)} of them published"


def _council_sites(conn: Connection, council: str, areas: list[WardBoundary], at: datetime) -> tuple[int, int]:
    """Keep one council's sites; return how many there are and how many are published."""
    bumps = potholes.bumps(conn, council)
    ironwork = potholes.ironwork(conn, council)
    known = {site.site_id: site for site in potholes.known_sites(conn, council)}
    found = [
        weigh([bumps[index] for index in members], ironwork) for members in clusters([(bump.lat, bump.lon) for bump in bumps])
    ]
    places = {name: (site.lat, site.lon) for name, site in known.items()}
    names = keep_names(council, [(site.lat, site.lon) for site in found], places)
    streets = _streets(conn, council, dict(zip(names, found, strict=True)), known)
    kept = [
        potholes.KeptSite(name, council, locate(site.lat, site.lon, areas), streets.get(name), site)
        for name, site in zip(names, found, strict=True)
        # What was published stays as it was when its bumps are deleted with age: fewer reporters are then no new finding.
        if not (name in known and known[name].published and site.withheld_because == TOO_FEW_REPORTERS)
    ]
    potholes.keep_sites(conn, council, kept, at)
    return len(found), sum(site.evidence.published for site in kept)


def _streets(
    conn: Connection, council: str, found: Mapping[str, Evidence], known: Mapping[str, potholes.KnownSite]
) -> dict[str, str | None]:
    """The street of each site: as known, or looked up when it is to be shown and has none; the extract takes seconds to read."""
    streets = {name: site.street for name, site in known.items()}
    unnamed = [name for name, site in found.items() if site.published and streets.get(name) is None]
    extract = rounds.street_extract(conn, council) if unnamed else None
    if extract is not None:
        points = [(found[name].lat, found[name].lon) for name in unnamed]
        streets.update(zip(unnamed, street_names(extract, points), strict=True))
    return streets
