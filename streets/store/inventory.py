"""What officers look up: assets and devices by any word of theirs, what a device said last, and what is known of its security."""

from dataclasses import dataclass
from datetime import date, datetime

from streets.store.database import Connection, rows


@dataclass(frozen=True, slots=True)
class FoundAsset:
    """A bin or counter, with the devices that stand there; `state` as in bin_status, None for counters."""

    kind: str
    asset_id: str
    name: str
    lat: float
    lon: float
    usrn: str | None
    street: str | None
    ward_code: str | None
    ward: str | None
    ward_cy: str | None
    active: bool
    place_id: str | None
    state: str | None
    devices: list[str]


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device, the bins or counters where it stands, and when the last of its readings was of."""

    device: str
    model: str
    default_password_changed: bool | None
    default_password_checked_on: date | None
    vulnerability_contact: str | None
    supported_until: date | None
    posts: list[str]
    last_heard: datetime | None

    def support(self, today: date) -> str:
        """`not_known`, `ended` or `supported`, on that day."""
        if self.supported_until is None:
            return "not_known"
        return "ended" if self.supported_until < today else "supported"


@dataclass(frozen=True, slots=True)
class SaidLevel:
    """A reading of a distance sensor; units are in the names."""

    observed_at: datetime
    distance_mm: int | None
    cannot_measure: str | None
    tilted: bool | None
    tilt_deg: float | None
    temperature_c: float | None
    battery_pct: float | None
    battery_mv: int | None
    alarms: list[str]


@dataclass(frozen=True, slots=True)
class SaidCount:
    """A reading of a people counter; counts are of the period that ended at `observed_at`."""

    observed_at: datetime
    line: int
    period_s: int | None
    people_in: int | None
    people_out: int | None
    total_in: int | None
    total_out: int | None
    fault: str | None
    battery_pct: float | None


@dataclass(frozen=True, slots=True)
class ModelSupport:
    """How many devices there are of a model, of how many what is known; the contact and the earliest end of support of those."""

    model: str
    devices: int
    password_changed: int
    password_unchanged: int
    with_contact: int
    vulnerability_contact: str | None
    with_end: int
    supported_until: date | None


def find_assets(conn: Connection, council: str, words: str, at: datetime, most: int) -> list[FoundAsset]:
    """Bins and counters whose number, name, street, USRN or device holds the words; all for none."""
    return rows(conn, "assets_found", FoundAsset, council=council, words=words, at=at, most=most)


def find_devices(conn: Connection, council: str, words: str, at: datetime, most: int | None) -> list[FoundDevice]:
    """Devices whose name, model or post holds the words, all for none; at most so many, where given."""
    return rows(conn, "devices_found", FoundDevice, council=council, words=words, at=at, most=most)


def last_levels(conn: Connection, council: str, device: str, most: int) -> list[SaidLevel]:
    """What a distance sensor said last, the latest first."""
    return rows(conn, "device_levels", SaidLevel, council=council, device=device, most=most)


def last_counts(conn: Connection, council: str, device: str, most: int) -> list[SaidCount]:
    """What a people counter said last, the latest first."""
    return rows(conn, "device_counts", SaidCount, council=council, device=device, most=most)


def support_by_model(conn: Connection, council: str) -> list[ModelSupport]:
    """What is known of the security of a council's devices, model by model."""
    return rows(conn, "support_by_model", ModelSupport, council=council)
