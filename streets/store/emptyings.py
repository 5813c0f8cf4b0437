"""Emptyings in the database: the falls that sensors showed, what falls and crews' words were put together to, and disputes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from streets.bins.emptyings import Emptying
from streets.bins.visits import Account
from streets.store.database import Connection, execute, execute_many, rows


@dataclass(frozen=True, slots=True)
class EmptyingRow:
    """An emptying seen by the bin's `sensor`, a `crew` or `both`, and when it was last changed after it was published.

    `emptied_at` may be `within_s` seconds off either way; of the crew alone `fill_before_pct` is what it told.
    `was_emptied_at` is the time that was published until then; None beside a `revised_at`: it was not published at all.
    """

    emptied_at: datetime
    seen_by: str
    within_s: float | None
    fill_before_pct: float | None
    fill_after_pct: float | None
    told_fill_pct: int | None
    revised_at: datetime | None
    was_emptied_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """Where a sensor and a crew differ at a bin; `what` as in the table disagreement, or untold: no crew told of the emptying."""

    bin_id: str
    name: str
    at: datetime
    what: str
    told: str | None
    told_fill_pct: int | None
    fill_before_pct: float | None
    fill_after_pct: float | None


@dataclass(frozen=True, slots=True)
class _Change:
    at_s: float


def replace_falls(conn: Connection, bin_id: str, since: datetime, found: Sequence[Emptying]) -> None:
    """Make these the falls that the bin's sensor has shown since then."""
    execute(conn, "falls_forget", bin_id=bin_id, since=since)
    execute(
        conn,
        "falls_keep",
        bin_id=bin_id,
        fell_at=[_time(one.emptied_at_s) for one in found],
        within_s=[one.within_s for one in found],
        fill_before_pct=[one.fill_before_pct for one in found],
        fill_after_pct=[one.fill_after_pct for one in found],
    )


def falls(conn: Connection, bin_id: str, since: datetime, until: datetime | None = None) -> list[Emptying]:
    """The falls that a bin's sensor has shown since then, in time order; before `until` where it is given."""
    return rows(conn, "falls", Emptying, bin_id=bin_id, since=since, until=until)


def fitting_changes(conn: Connection, bin_id: str, since: datetime) -> list[float]:
    """When, since then, another sensor or record began to tell of the bin, or one ended: Unix seconds, ascending."""
    return [one.at_s for one in rows(conn, "fitting_changes", _Change, bin_id=bin_id, since=since)]


def replace(conn: Connection, bin_id: str, since: datetime, account: Account) -> None:
    """Make this what is known of the bin's emptyings, and of disputes about them, since then."""
    execute(conn, "emptyings_forget", bin_id=bin_id, since=since)
    execute(conn, "disagreements_forget", bin_id=bin_id, since=since)
    emptied = [asdict(one) for one in account.emptyings]
    disputed = [asdict(one) for one in account.disagreements]
    execute_many(conn, "emptying_keep", [{**one, "bin_id": bin_id, "emptied_at": _time(one["emptied_at_s"])} for one in emptied])
    execute_many(conn, "disagreement_keep", [{**one, "bin_id": bin_id, "at": _time(one["at_s"])} for one in disputed])


def of_bin(conn: Connection, bin_id: str, at: datetime, days: int) -> list[EmptyingRow]:
    """A bin's emptyings of the last days, newest first."""
    return rows(conn, "bin_emptyings", EmptyingRow, bin_id=bin_id, since=at - timedelta(days=days))


def disagreements(conn: Connection, council: str, since: datetime) -> list[DisputeRow]:
    """Where a council's sensors and crews differed since then, newest first."""
    return rows(conn, "disagreements", DisputeRow, council=council, since=since)


def _time(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
