"""Bumps, the sites they make, how streets were driven, and the weekly secret behind reporter tokens."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from streets.potholes.coverage import Driven
from streets.potholes.evidence import Bump, Evidence, Ironwork
from streets.store.box import Box, edges
from streets.store.database import Connection, column, execute, execute_many, row, rows, value


@dataclass(frozen=True, slots=True)
class KeptSite:
    """A site with the identity it keeps, where it lies, and what it rests on."""

    site_id: str
    council: str
    ward_code: str | None
    street: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class KnownSite:
    """Where a site was last found, so that it keeps its identity, and its street."""

    site_id: str
    lat: float
    lon: float
    street: str | None
    published: bool


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """A site that the public is shown; `reporters` is the most distinct reporters of any one week."""

    site_id: str
    council: str
    lat: float
    lon: float
    ward_code: str | None
    ward_name: str | None
    ward_name_cy: str | None
    street: str | None
    reporters: int
    bumps: int
    days: int
    severity_g: float
    first_hour: datetime
    last_hour: datetime
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class WithheldCount:
    """How many sites are withheld for one reason: too_few_reporters, likely_ironwork or likely_speed_bump."""

    withheld_because: str
    sites: int


def councils_with_bumps(conn: Connection) -> list[str]:
    """Every council of which bumps are kept."""
    return column(conn, "councils_with_bumps")


def bumps(conn: Connection, council: str) -> list[Bump]:
    """Every bump of a council that is still kept."""
    return rows(conn, "bumps_of_council", Bump, council=council)


def ironwork(conn: Connection, council: str) -> list[Ironwork]:
    """A council's known ironwork and speed bumps."""
    return rows(conn, "ironwork_of_council", Ironwork, council=council)


def known_sites(conn: Connection, council: str) -> list[KnownSite]:
    """Every site of a council, shown or withheld, where it was last found."""
    return rows(conn, "known_sites", KnownSite, council=council)


def keep_sites(conn: Connection, council: str, sites: Iterable[KeptSite], at: datetime) -> None:
    """Keep the sites of a council as now understood, and drop withheld ones that no bump supports any more."""
    values = [
        {
            **asdict(site.evidence),
            "site_id": site.site_id,
            "council": council,
            "ward_code": site.ward_code,
            "street": site.street,
            "published": site.evidence.published,
            "at": at,
        }
        for site in sites
    ]
    execute_many(conn, "keep_site", values)
    execute(conn, "forget_unseen_sites", council=council, at=at)


def published_sites(conn: Connection, ward: str | None = None, box: Box | None = None) -> list[PublishedSite]:
    """The sites shown to the public, most reporters first, in a ward or a box where asked for."""
    return rows(conn, "published_sites", PublishedSite, ward=ward, **edges(box))


def published_site(conn: Connection, site_id: str) -> PublishedSite | None:
    """One site, if it is shown to the public."""
    return row(conn, "published_site", PublishedSite, site_id=site_id)


def withheld_counts(conn: Connection) -> list[WithheldCount]:
    """How many sites are withheld, by reason."""
    return rows(conn, "withheld_counts", WithheldCount)


def streets_driven(conn: Connection, since: datetime) -> list[Driven]:
    """How often each reporter drove each street, by week, from the week of `since` on."""
    return rows(conn, "streets_driven", Driven, since=since)


def weekly_salt(conn: Connection, week_start: date, fresh: bytes) -> bytes:
    """The week's secret; `fresh` becomes it where there is none yet. Every process gets the same."""
    execute(conn, "keep_salt", week_start=week_start, salt=fresh)
    return bytes(value(conn, "salt", week_start=week_start))


def forget_salts(conn: Connection, before: date) -> int:
    """Delete the secrets of the weeks before that of `before`; return how many."""
    return execute(conn, "forget_salts", week_start=before)
