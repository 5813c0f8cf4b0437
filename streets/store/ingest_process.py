"""What each ingest process last said of itself."""

from dataclasses import asdict, dataclass
from datetime import datetime

from streets.store.database import Connection, execute, rows


@dataclass(frozen=True, slots=True)
class IngestProcess:
    """One process as it was at `noted_at`: the columns of `ingest_process`, whose comments say what each means.

    `exposition` holds all its figures in the text format of Prometheus.
    """

    process: str
    began_at: datetime
    noted_at: datetime
    ended: bool
    connected: bool
    in_hand: int
    oldest_in_hand_s: float
    turn_age_s: float | None
    lag_s: float | None
    caught_up_at: datetime | None
    exposition: str


def note(conn: Connection, process: IngestProcess) -> None:
    """Keep what a process says, in place of what it said before."""
    execute(conn, "ingest_process_noted", **asdict(process))


def listed(conn: Connection) -> list[IngestProcess]:
    """Every process that has said anything in the last days."""
    return rows(conn, "ingest_processes", IngestProcess)


def delete_silent(conn: Connection, before: datetime) -> int:
    """Forget processes that have said nothing since `before`; return how many."""
    return execute(conn, "delete_ingest_processes_before", noted_before=before)
