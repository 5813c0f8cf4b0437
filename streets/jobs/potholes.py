"""Bumps to sites: cluster, weigh against known ironwork, and keep each site's name, ward and street."""

from datetime import datetime

from streets.potholes.cluster import clusters
from streets.potholes.evidence import TOLD_WITHIN, TOO_FEW_REPORTERS, week_start, weigh
from streets.potholes.identity import keep_names
from streets.store import potholes
from streets.store.database import Connection
from streets.wards.locate import WardBoundary, locate


def find_sites(conn: Connection, at: datetime) -> str:
    """Work out every council's sites from the bumps that are kept, and delete the salts of weeks that are over."""
    boundaries = potholes.ward_boundaries(conn)
    told = [_council_sites(conn, council, boundaries.get(council, []), at) for council in potholes.councils_with_bumps(conn)]
    potholes.forget_salts(conn, week_start(at - TOLD_WITHIN))
    return f"{sum(found for found, _ in told)} sites, {sum(shown for _, shown in told)} of them published"


def _council_sites(conn: Connection, council: str, wards: list[WardBoundary], at: datetime) -> tuple[int, int]:
    """Keep one council's sites; return how many there are and how many are published."""
    bumps = potholes.bumps(conn, council)
    ironwork = potholes.ironwork(conn, council)
    known = {site.site_id: site for site in potholes.known_sites(conn, council)}
    found = [
        weigh([bumps[index] for index in members], ironwork) for members in clusters([(bump.lat, bump.lon) for bump in bumps])
    ]
    places = {name: (site.lat, site.lon) for name, site in known.items()}
    names = keep_names(council, [(site.lat, site.lon) for site in found], places)
    kept = [
        potholes.KeptSite(name, council, locate(site.lat, site.lon, wards), known[name].street if name in known else None, site)
        for name, site in zip(names, found, strict=True)
        # What was published stays as it was when its bumps are deleted with age: fewer reporters are then no new finding.
        if not (name in known and known[name].published and site.withheld_because == TOO_FEW_REPORTERS)
    ]
    potholes.keep_sites(conn, council, kept, at)
    return len(found), sum(site.evidence.published for site in kept)
