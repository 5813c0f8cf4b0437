"""The simulated town of a demonstration, brought in as a council would: asset files imported, its past by the journey."""

from datetime import datetime
from pathlib import Path

from ingest.history import load
from simulators.history import TownLife
from simulators.town import Town
from streets.assets.kinds import Kind
from streets.store import tokens
from streets.store.assets import add_council
from streets.store.changes import Told
from streets.store.database import Database
from streets.store.imports import import_file

SIGN_IN_DAYS = 365
# In the order in which they build on each other: a bin is put into its ward, a device stands at a bin.
FILES = {
    Kind.WARDS: "wards.geojson",
    Kind.STREETS: "streets.osm.pbf",
    Kind.GAZETTEER: "gazetteer.csv",
    Kind.BINS: "bins.csv",
    Kind.COUNTERS: "counters.csv",
    Kind.DEVICES: "devices.csv",
    Kind.INSTALLATIONS: "installations.csv",
    Kind.IRONWORK: "ironwork.csv",
    Kind.BASES: "bases.csv",
    Kind.VEHICLES: "vehicles.csv",
}


def bring_in(db: Database, folder: Path, town: Town, at: datetime) -> str:
    """Import the asset files that the town's council would; return one line about them."""
    with db.transaction() as conn:
        add_council(conn, town.council, town.name, town.name_cy)
        counts = {}
        told = Told("streets demo", at)
        for kind, name in FILES.items():
            report = import_file(conn, town.council, kind, (folder / name).read_bytes(), told)
            counts[kind] = len(report.compared)
    # The streets are one network, not a number of things, and a gazetteer names them.
    named = (kind for kind in counts if kind not in (Kind.STREETS, Kind.GAZETTEER))
    return ", ".join(["streets", *(f"{counts[kind]} {kind}" for kind in named)])


def fill(db: Database, life: TownLife, end: datetime) -> str:
    """Load what is heard of the town until `end`; return one line about it. Raises DatabaseAway."""
    kept = load(db, life.until(end), lambda _received: None)
    return f"{kept.received:,} messages: {kept.stored:,} stored, {kept.duplicate:,} duplicate, {kept.rejected:,} rejected"


def sign_in_secret(db: Database, folder: Path, council: str, role: str, who: str, at: datetime) -> str:
    """The secret of somebody's token of that role, kept in the folder so that the link stays the same between runs."""
    path = folder / f"sign-in of {who}"
    with db.transaction() as conn:
        if path.exists() and tokens.of_secret(conn, path.read_text(), at):
            return path.read_text()
        secret, _ = tokens.create(conn, council, role, who, at, SIGN_IN_DAYS)
    path.touch(mode=0o600)
    path.write_text(secret)
    return secret
