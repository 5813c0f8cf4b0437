"""Trees in the database, the hours of bins that they learn from, and what they say of each bin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from streets.bins.habits import Array
from streets.bins.hours import HourlyFills
from streets.bins.kept_trees import from_bytes, to_bytes
from streets.bins.trees import Grown
from streets.store.database import Connection, execute, rows


@dataclass(frozen=True, slots=True)
class _Measured:
    bin_id: str
    hours: list[int]
    fill_pct: list[float]


@dataclass(frozen=True, slots=True)
class _Kept:
    council: str
    ahead_h: int
    trees: bytes
    widened_pct: float
    error_pct: float
    slope_error_pct: float


def hours(conn: Connection, council: str, since: datetime, until: datetime, at: datetime) -> list[HourlyFills]:
    """The measured hours of a council's active bins; none of a bin whose sensor's word does not count at `at`."""
    told = rows(conn, "bin_hours", _Measured, council=council, since=since, until=until, at=at)
    return [HourlyFills(one.bin_id, np.array(one.hours, dtype=int), np.array(one.fill_pct, dtype=float)) for one in told]


@dataclass(frozen=True, slots=True)
class Due:
    """Trees that are to be grown: whose, and for how many hours ahead."""

    council: str
    ahead_h: int


def trees_due(conn: Connection, ahead_h: Sequence[int], before: datetime) -> Due | None:
    """The trees for any of `ahead_h` hours that were grown longest before then, or never; None: all are younger."""
    found = rows(conn, "bin_trees_due", Due, ahead_h=list(ahead_h), before=before)
    return found[0] if found else None


def keep_trees(conn: Connection, council: str, ahead_h: int, grown: Grown | None, at: datetime) -> None:
    """Keep a council's trees for so many hours ahead; None: there are none."""
    execute(
        conn,
        "bin_trees_keep",
        council=council,
        ahead_h=ahead_h,
        grown_at=at,
        trees=to_bytes(grown) if grown else None,
        widened_pct=grown.widened_pct if grown else None,
        error_pct=grown.error_pct if grown else None,
        slope_error_pct=grown.slope_error_pct if grown else None,
    )


def trees(conn: Connection) -> dict[str, list[Grown]]:
    """Each council's trees, by hours ahead; councils without any are left out."""
    found: dict[str, list[Grown]] = {}
    for kept in rows(conn, "bin_trees", _Kept):
        grown = from_bytes(kept.trees, kept.ahead_h, kept.widened_pct, kept.error_pct, kept.slope_error_pct)
        found.setdefault(kept.council, []).append(grown)
    return found


def replace_rises(conn: Connection, council: str, told: Sequence[tuple[str, int, Array]], at: datetime) -> None:
    """Keep what was said of a council's bins, in place of all said before: bin, hours ahead, and low, middle and high."""
    execute(conn, "bin_rises_forget", council=council)
    if told:
        bin_ids, ahead_h, rises = zip(*told, strict=True)
        low, middle, high = np.array(rises).T.tolist()
        execute(
            conn,
            "bin_rises_keep",
            bin_ids=list(bin_ids),
            ahead_h=list(ahead_h),
            told_at=at,
            low_pct=low,
            middle_pct=middle,
            high_pct=high,
        )
