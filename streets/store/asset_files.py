"""Files that officers sent to have looked at before they are applied."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from streets.store.database import Connection, execute, row, rows

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as sent; `applied_at` None: it was only looked at."""

    asset_file_id: UUID
    kind: str
    name: str
    content: bytes
    sent_at: datetime
    sent_by: str
    applied_at: datetime | None


def keep(conn: Connection, council: str, sent: SentFile) -> None:
    """Keep a file to be looked at; those of yesterday that were not applied go."""
    execute(conn, "forget_asset_files", before=sent.sent_at - KEPT_FOR)
    execute(conn, "keep_asset_file", council=council, **asdict(sent))


def file(conn: Connection, council: str, file_id: UUID) -> SentFile | None:
    """A file of the council's; None where there is none."""
    return row(conn, "asset_file", SentFile, council=council, asset_file_id=file_id)


def lock(conn: Connection, council: str, file_id: UUID) -> SentFile | None:
    """The same, and nobody else applies it meanwhile."""
    execute(conn, "lock_asset_file", asset_file_id=file_id)
    return file(conn, council, file_id)


def sent(conn: Connection, council: str) -> list[SentFile]:
    """The files that were applied last, without their content, the latest first."""
    return rows(conn, "applied_asset_files", SentFile, council=council)


def note_applied(conn: Connection, file_id: UUID, at: datetime) -> None:
    """Note that a file was imported."""
    execute(conn, "apply_asset_file", asset_file_id=file_id, at=at)
