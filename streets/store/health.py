"""How the devices are: what was learned of each, what is wrong, and what that rests on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from streets.bins.fill import INVALID_ECHOES
from streets.health.troubles import TROUBLES, Condition, share
from streets.store.database import Connection, execute, execute_many, rows, value

WEEK = timedelta(days=7)


class DeviceToLearn(NamedTuple):
    """A device at its post, its last word there, and its frames and echoes of seven days."""

    device_id: int
    report_every_s: int
    heard_at: datetime | None
    frames_heard: int
    frames_missing: int
    echoes: int
    invalid_echoes: int


class BatteryTold(NamedTuple):
    """What a device told of its battery on a UTC day, in the middle; `low`: it called it low."""

    device_id: int
    day: date
    battery_pct: float | None
    battery_mv: float | None
    temperature_c: float | None
    low: bool


class Heard(NamedTuple):
    """When something came from a device, Unix seconds that ascend, and how many seconds it usually was on its way."""

    device_id: int
    at_s: list[float]
    delay_s: float


@dataclass(frozen=True, slots=True)
class Health:
    """A row of device_health; its columns are commented in the migration."""

    device_id: int
    learned_at: datetime
    heard_at: datetime | None
    rhythm_s: float
    silent_after_s: float
    battery_pct: float | None
    battery_mv: float | None
    battery_low: bool
    battery_fall_per_week: float | None
    battery_flat_at: datetime | None
    battery_flat_early: datetime | None
    battery_flat_late: datetime | None
    battery_changed_at: datetime | None
    frames_heard: int
    frames_missing: int
    echoes: int
    invalid_echoes: int


@dataclass(frozen=True, slots=True)
class DeviceCondition(Condition):
    """A device's condition, and whose it is."""

    device_id: int


class Trouble(NamedTuple):
    """What is wrong with a device, and since when; None: since it was first seen."""

    device_id: int
    trouble: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """A device at its post as officers see it. All that is learned is None until it was; `troubles` and `sinces` go together."""

    device: str
    model: str
    bin_id: str | None
    counter_id: str | None
    stands_at: str
    lat: float
    lon: float
    posted_at: datetime
    learned_at: datetime | None
    heard_at: datetime | None
    rhythm_s: float | None
    silent_after_s: float | None
    battery_pct: float | None
    battery_mv: float | None
    battery_low: bool | None
    battery_fall_per_week: float | None
    battery_flat_at: datetime | None
    battery_flat_early: datetime | None
    battery_flat_late: datetime | None
    battery_changed_at: datetime | None
    frames_heard: int | None
    frames_missing: int | None
    echoes: int | None
    invalid_echoes: int | None
    troubles: list[str]
    sinces: list[datetime]

    @property
    def since(self) -> dict[str, datetime]:
        """Each of its troubles with since when, in the order of TROUBLES."""
        known = dict(zip(self.troubles, self.sinces, strict=True))
        return {name: known[name] for name in TROUBLES if name in known}

    @property
    def loss(self) -> float | None:
        """The share of its frames of seven days that never came; None: nothing tells."""
        if self.frames_heard is None or self.frames_missing is None:
            return None
        return share(self.frames_missing, self.frames_heard + self.frames_missing, 1)

    @property
    def invalid_share(self) -> float | None:
        """The share of its echoes of seven days that cannot be; None: there were none."""
        return None if self.echoes is None or self.invalid_echoes is None else share(self.invalid_echoes, self.echoes, 1)


class TroubleCount(NamedTuple):
    """How many of a council's devices have a trouble; `well`: none."""

    council: str
    trouble: str
    devices: int


def to_learn(conn: Connection, at: datetime, learned_before: datetime, most: int) -> list[DeviceToLearn]:
    """At most so many devices that were not learned since then."""
    return rows(
        conn,
        "devices_to_learn",
        DeviceToLearn,
        at=at,
        learned_before=learned_before,
        since=at - WEEK,
        invalid=list(INVALID_ECHOES),
        most=most,
    )


def words_heard(conn: Connection, device_ids: Sequence[int], since: datetime, until: datetime) -> dict[int, Heard]:
    """When words of each device came; one never heard is absent."""
    heard = rows(conn, "words_heard", Heard, device_ids=list(device_ids), since=since, until=until)
    return {one.device_id: one for one in heard}


def batteries(conn: Connection, device_ids: Sequence[int], since: datetime, until: datetime) -> Mapping[int, list[BatteryTold]]:
    """What each device told of its battery, day by day."""
    told: dict[int, list[BatteryTold]] = defaultdict(list)
    for one in rows(conn, "battery_days", BatteryTold, device_ids=list(device_ids), since=since, until=until):
        told[one.device_id].append(one)
    return told


def keep(conn: Connection, learned: Sequence[Health]) -> None:
    """Keep what was learned of devices."""
    execute_many(conn, "keep_health", [asdict(one) for one in learned])


def forget_removed(conn: Connection, at: datetime) -> None:
    """Forget devices that stand nowhere any more."""
    execute(conn, "forget_removed", at=at)


def heard_until(conn: Connection) -> datetime | None:
    """Until when received frames have been listened to; None: not yet."""
    until: datetime | None = value(conn, "heard_until")
    return until


def hear(conn: Connection, since: datetime, at: datetime) -> int:
    """Note the last word of devices that anything was received from since then; return how many had a new one."""
    heard = execute(conn, "hear", since=since, at=at)
    execute(conn, "note_heard", until=at)
    return heard


def conditions(conn: Connection, at: datetime, lately: datetime) -> list[DeviceCondition]:
    """What is known of each learned device; a counter's unfit stretch counts that reaches to `lately`."""
    return rows(conn, "conditions", DeviceCondition, at=at, lately=lately)


def keep_troubles(conn: Connection, troubles: Sequence[Trouble], at: datetime) -> None:
    """Make these what is wrong; what was known already keeps its time."""
    device_ids, names, sinces = map(list, zip(*troubles, strict=True)) if troubles else ([], [], [])
    execute(conn, "forget_troubles", device_ids=device_ids, troubles=names)
    execute(conn, "keep_troubles", device_ids=device_ids, troubles=names, sinces=sinces, at=at)


def devices(conn: Connection, council: str, at: datetime, device: str | None = None) -> list[DeviceHealth]:
    """A council's devices at their posts, or one of them, with what is known of each."""
    return rows(conn, "health_of_devices", DeviceHealth, council=council, at=at, device=device)


def counted(conn: Connection) -> list[TroubleCount]:
    """How many devices of each council have each trouble."""
    return rows(conn, "troubles_counted", TroubleCount)


def troubled(conn: Connection, council: str) -> int:
    """How many of a council's devices have any trouble."""
    return int(value(conn, "devices_troubled", council=council))
