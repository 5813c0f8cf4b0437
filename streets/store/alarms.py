"""Fire, heat, tilt and vandal alarms: raised by ingest, ended by jobs, acknowledged by officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from streets.health.alarms import Word, kinds_of
from streets.store.database import Connection, execute, row, rows

EVER = datetime(2000, 1, 1, tzinfo=UTC)
WORDS_AT_MOST = 20
"""What a device said since it last told an alarm; far fewer decide whether it goes on."""


class ToldAlarm(NamedTuple):
    """An alarm as one batch told it, `tellings` times from `raised_at` to `told_at`; `late`: as news of the past."""

    device_id: int
    kind: str
    raised_at: datetime
    told_at: datetime
    received_at: datetime
    late: bool
    tellings: int


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that goes on, and what its device said since it last told it, as columns in order.

    `removed_at` is when the device was taken from its post, None while it stands.
    """

    alarm_id: int
    kind: str
    late: bool
    ats: list[datetime]
    alarms: list[str]
    tilted: list[bool | None]
    removed_at: datetime | None

    @property
    def words(self) -> list[Word]:
        """The same, a word each."""
        told = zip(self.ats, self.alarms, self.tilted, strict=True)
        return [Word(at, kinds_of(alarms.split(), tilted), tilted is False) for at, alarms, tilted in told]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm as officers see it; the columns of `device_alarm`, and where the device stood when it was raised."""

    alarm_id: int
    device: str
    model: str
    bin_id: str | None
    counter_id: str | None
    stands_at: str | None
    lat: float | None
    lon: float | None
    kind: str
    raised_at: datetime
    told_at: datetime
    received_at: datetime
    late: bool
    tellings: int
    ended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None

    @property
    def rings(self) -> bool:
        """Whether it goes on, is news, and nobody has seen it."""
        return self.ended_at is None and not self.late and self.acknowledged_at is None


class AlarmCount(NamedTuple):
    """How many of a council's alarms of a kind go on that its officers have, or have not, acknowledged."""

    council: str
    kind: str
    acknowledged: bool
    alarms: int


def raise_alarms(conn: Connection, told: Sequence[ToldAlarm]) -> None:
    """Raise alarms, each device and kind once; what is open already is told again."""
    names = ("device_ids", "kinds", "raised_ats", "told_ats", "received_ats", "lates", "tellings")
    execute(conn, "raise_alarms", **dict(zip(names, map(list, zip(*told, strict=True)), strict=True)))


def open_alarms(conn: Connection, at: datetime) -> list[OpenAlarm]:
    """Every alarm that goes on, of every council."""
    return rows(conn, "open_alarms_with_words", OpenAlarm, at=at, most=WORDS_AT_MOST)


def end(conn: Connection, alarm_id: int, ended_at: datetime) -> None:
    """End an alarm."""
    execute(conn, "end_alarm", alarm_id=alarm_id, ended_at=ended_at)


def acknowledge(conn: Connection, council: str, alarm_id: int, at: datetime, by: str) -> None:
    """Note which officer of the council has seen an alarm, unless one has before."""
    execute(conn, "acknowledge_alarm", council=council, alarm_id=alarm_id, at=at, by=by)


def alarms(conn: Connection, council: str, since: datetime, device: str | None = None) -> list[Alarm]:
    """A council's alarms, or one device's of it, that go on or ended since then, the newest first."""
    return rows(conn, "alarms", Alarm, council=council, since=since, device=device, alarm_id=None)


def alarm(conn: Connection, council: str, alarm_id: int) -> Alarm | None:
    """An alarm; None where the council has none such."""
    return row(conn, "alarms", Alarm, council=council, since=EVER, device=None, alarm_id=alarm_id)


def counted(conn: Connection) -> list[AlarmCount]:
    """How many alarms go on."""
    return rows(conn, "alarms_open", AlarmCount)
