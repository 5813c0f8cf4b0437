"""Collections in the database: what they found, what was learned from them, and what one would find in each bin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from streets.bins.collection_trees import CollectionTrees
from streets.bins.collections import LONGER_THAN_LIKE, Past
from streets.bins.findings import Finding
from streets.bins.kept_trees import collection_trees_from_bytes, collection_trees_to_bytes
from streets.store.database import Connection, column, execute, execute_many, row, rows, value


@dataclass(frozen=True, slots=True)
class _Collected:
    bin_id: str
    at_s: float
    found_pct: float | None


@dataclass(frozen=True, slots=True)
class _Holds:
    bin_id: str
    capacity_l: float


@dataclass(frozen=True, slots=True)
class _Kept:
    trees: bytes
    full_share: float
    widened_pct: float
    error_pct: float
    usual_error_pct: float
    tells_until: float


def councils(conn: Connection) -> list[str]:
    """The councils with bins in use."""
    return column(conn, "collecting_councils")


def past(conn: Connection, council: str, since: datetime, until: datetime) -> Past:
    """What a council's collections found from `since` until `until`, however it is known."""
    holds = rows(conn, "collected_bins", _Holds, council=council)
    row_of = {one.bin_id: number for number, one in enumerate(holds)}
    told = rows(conn, "collections", _Collected, council=council, since=since, until=until)
    found = np.array([np.nan if one.found_pct is None else one.found_pct for one in told], dtype=float)
    return Past(
        bin_ids=tuple(row_of),
        capacity_l=np.array([one.capacity_l for one in holds], dtype=float),
        bin_row=np.array([row_of[one.bin_id] for one in told], dtype=int),
        at_s=np.array([one.at_s for one in told], dtype=float),
        found_pct=np.clip(found, 0.0, 100.0),
    )


def trees_due(conn: Connection, before: datetime) -> str | None:
    """The council whose collections were learned from longest before then, or never; None: all were later."""
    council: str | None = value(conn, "collection_trees_due", before=before)
    return council


def keep_trees(conn: Connection, council: str, grown: CollectionTrees | None, at: datetime) -> None:
    """Keep a council's trees; None: there are none."""
    execute(
        conn,
        "collection_trees_keep",
        council=council,
        grown_at=at,
        trees=collection_trees_to_bytes(grown) if grown else None,
        full_share=grown.full_share if grown else None,
        widened_pct=grown.widened_pct if grown else None,
        error_pct=grown.error_pct if grown else None,
        usual_error_pct=grown.usual_error_pct if grown else None,
        tells_until=grown.tells_until if grown else LONGER_THAN_LIKE,
    )


def trees(conn: Connection, council: str) -> CollectionTrees | None:
    """A council's trees, or None where it has none."""
    kept = row(conn, "collection_trees_of", _Kept, council=council)
    if kept is None:
        return None
    return collection_trees_from_bytes(
        kept.trees, kept.full_share, kept.widened_pct, kept.error_pct, kept.usual_error_pct, kept.tells_until
    )


def replace_findings(conn: Connection, council: str, told: Sequence[tuple[str, Finding]], at: datetime) -> None:
    """Keep what was said of a council's bins, in place of all said before."""
    execute(conn, "findings_forget", council=council)
    execute_many(
        conn,
        "finding_keep",
        [
            {
                "bin_id": bin_id,
                "told_at": at,
                "low_pct": one.low_pct,
                "middle_pct": one.middle_pct,
                "high_pct": one.high_pct,
                "ahead_h": one.ahead_h.tolist(),
                "full_by": one.full_by.tolist(),
            }
            for bin_id, one in told
        ],
    )
