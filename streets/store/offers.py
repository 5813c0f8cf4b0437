"""What was learned of an installation record, and is offered to officers to accept or refuse."""

from dataclasses import asdict, dataclass
from datetime import datetime

from streets.store.database import Connection, execute, rows
from streets.suitability.learning import Learned


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of suitability_offer: open, accepted, refused or withdrawn."""

    offer_id: int
    what: str
    present_mm: int
    learned_mm: int
    n: int
    used: int
    spread_mm: float
    seen_at: list[datetime]
    seen_mm: list[float]
    learned_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str | None
    applies_from: datetime | None


def offers(conn: Connection, installation_id: int) -> list[Offer]:
    """Every offer of an installation, newest first."""
    return rows(conn, "offers", Offer, installation_id=installation_id)


def make(conn: Connection, installation_id: int, learned: Learned, at: datetime) -> None:
    """Offer what was learned, in the place of what was offered before."""
    values = asdict(learned) | {"seen_s": list(learned.seen_s), "seen_mm": list(learned.seen_mm)}
    execute(conn, "offer_add", installation_id=installation_id, at=at, **values)


def withdraw(conn: Connection, installation_id: int, what: str, at: datetime) -> None:
    """Withdraw the open offer of `what`, if there is one."""
    execute(conn, "offer_withdraw", installation_id=installation_id, what=what, at=at)


def withdraw_outdated(conn: Connection, at: datetime) -> None:
    """Withdraw the open offers of installations that have ended, or whose record was put right meanwhile."""
    execute(conn, "offer_withdraw_outdated", at=at)


def decide(
    conn: Connection,
    installation_id: int,
    decided: Offer,
    state: str,
    by: str,
    at: datetime,
    applies_from: datetime | None = None,
) -> bool:
    """Mark an offer accepted (from `applies_from`) or refused; False where it is no longer open or says something else now."""
    return (
        execute(
            conn,
            "offer_decide",
            offer_id=decided.offer_id,
            installation_id=installation_id,
            learned_mm=decided.learned_mm,
            state=state,
            by=by,
            at=at,
            applies_from=applies_from,
        )
        == 1
    )
