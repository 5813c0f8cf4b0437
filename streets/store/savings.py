"""The savings ledger: days as they were closed, the assumptions that officers told, and complaints."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from streets.rounds.assumptions import Assumptions, Side
from streets.rounds.savings import BinDay, Work
from streets.store.database import Connection, execute, execute_many, rows, stream, value


@dataclass(frozen=True, slots=True, kw_only=True)
class BinSeen:
    """A bin on a day. The schedule as the ledger last counted it is None for a bin that is new to it."""

    bin_id: str
    ward_code: str | None
    visit_every_days: float
    counted_every_days: float | None
    counted_from: date | None
    overflowed: bool | None
    emptied_off_round_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed:
    """A day to keep. `scheduled` is the work at each bin on the schedule's rounds, `…_home` that at tips and on the way home.

    They count only where the state is counted.
    """

    council: str
    service_date: date
    state: str
    why: str | None
    closed_at: datetime
    sensors: int
    bins: Sequence[BinDay]
    scheduled: Mapping[str, Work]
    planned_home: Work | None
    schedule_home: Work | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month's closed days in sums. `complaints` is None where nobody recorded any number."""

    council: str
    council_name: str
    month: date
    days: int
    days_counted: int
    days_not_driven: int
    days_nothing_planned: int
    days_no_plan: int
    days_not_routed: int
    sensor_days: int
    planned_visits: int
    planned_m: int
    planned_s: int
    schedule_visits: int
    schedule_m: int
    schedule_s: int
    visits_told: int
    visits_emptied: int
    emptied_off_round: int
    schedule_due: int
    bin_days: int
    bin_days_measured: int
    bin_days_overflowed: int
    told_overflowing: int
    complaints: int | None

    @property
    def planned(self) -> Side:
        """What the rounds did."""
        return Side(self.planned_visits, self.planned_m, self.planned_s)

    @property
    def schedule(self) -> Side:
        """What the schedule would have done."""
        return Side(self.schedule_visits, self.schedule_m, self.schedule_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class WardMonth:
    """A ward's part in a month; without a code, bins in no ward."""

    ward_code: str | None
    name: str | None
    name_cy: str | None
    planned_visits: int
    schedule_visits: int
    bin_days_measured: int
    bin_days_overflowed: int
    told_overflowing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the ledger, as columns of savings_bin_day: of a bin and day, or (home) of a day's way to tips and home."""

    service_date: date
    state: str
    line: str
    bin_id: str | None
    ward_code: str | None
    visit_every_days: float | None
    counted_from: date | None
    due: bool | None
    planned: bool | None
    why: str | None
    told: str | None
    told_overflowing: bool | None
    emptied_off_round_on: date | None
    overflowed: bool | None
    planned_visits: int | None
    planned_m: int | None
    planned_s: int | None
    schedule_visits: int | None
    schedule_m: int | None
    schedule_s: int | None
    sensors: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Assumptions):
    """Assumptions as somebody told them, for months from `applies_from` on."""

    assumption_id: int
    council: str
    applies_from: date
    told_by: str
    told_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Complaints:
    """Complaints about overflowing bins in a month, as an officer told."""

    month: date
    complaints: int
    source: str
    told_by: str
    told_at: datetime


def open_day(conn: Connection, council: str) -> date | None:
    """The first day that is not closed; None where the council never planned a round."""
    found: date | None = value(conn, "savings_open_day", council=council)
    return found


def bins(conn: Connection, council: str, service_date: date, starts_at: datetime, ends_at: datetime) -> list[BinSeen]:
    """The council's bins on a day, which lies between two midnights; emptyings are looked for one interval back."""
    return rows(conn, "savings_bins", BinSeen, council=council, service_date=service_date, starts_at=starts_at, ends_at=ends_at)


def sensors(conn: Connection, council: str, starts_at: datetime, ends_at: datetime) -> int:
    """How many sensors hung in the council's bins in a span of time."""
    return int(value(conn, "savings_sensors", council=council, starts_at=starts_at, ends_at=ends_at))


def close(conn: Connection, day: DayClosed) -> None:
    """Keep a day for good."""
    home = {"planned_home": day.planned_home, "schedule_home": day.schedule_home}
    columns = {f"{name}_m": work and work.metres for name, work in home.items()}
    columns |= {f"{name}_s": work and work.seconds for name, work in home.items()}
    told = {name: getattr(day, name) for name in ("council", "service_date", "state", "why", "closed_at", "sensors")}
    execute(conn, "savings_day_add", **told, **columns)
    execute_many(conn, "savings_bin_day_add", [_bin_values(day, one) for one in day.bins])


def _bin_values(day: DayClosed, one: BinDay) -> dict[str, object]:
    counted, scheduled = day.state == "counted", day.scheduled.get(one.bin_id)
    return {
        "bin_id": one.bin_id,
        "service_date": day.service_date,
        "council": day.council,
        "ward_code": one.ward_code,
        "visit_every_days": one.schedule.visit_every_days,
        "counted_from": one.schedule.counted_from,
        "due": one.schedule.due(day.service_date),
        "planned": one.work is not None,
        "why": one.why,
        "told": one.told,
        "told_overflowing": one.told_overflowing,
        "emptied_off_round_on": one.emptied_off_round_on,
        "overflowed": one.overflowed,
        **_side("planned", one.work, counted),
        **_side("schedule", scheduled, counted),
    }


def _side(name: str, work: Work | None, counted: bool) -> dict[str, int | None]:
    """A side's three columns: nulls on a day that is not counted, zeros where there was no visit."""
    visits, metres, seconds = (1, work.metres, work.seconds) if work else (0, 0, 0)
    columns = {f"{name}_visits": visits, f"{name}_m": metres, f"{name}_s": seconds}
    return {column: number if counted else None for column, number in columns.items()}


def months(conn: Connection, council: str | None = None, month: date | None = None) -> list[Month]:
    """Months with closed days, the newest first; `month` is its first day."""
    return rows(conn, "savings_months", Month, council=council, month=month)


def wards(conn: Connection, council: str, month: date) -> list[WardMonth]:
    """A month by ward."""
    return rows(conn, "savings_wards", WardMonth, council=council, month=month)


def lines(conn: Connection, council: str, month: date) -> Iterator[Line]:
    """Every line of a month, by day and bin, the day's way home last."""
    return stream(conn, "savings_lines", Line, council=council, month=month)


def assumptions(conn: Connection, council: str | None = None) -> list[Version]:
    """Every version of a council's assumptions, or of all councils', as they were told."""
    return rows(conn, "savings_assumptions", Version, council=council)


def assume(
    conn: Connection, council: str, applies_from: date, assumed: Assumptions, told_by: str, told_at: datetime, note: str
) -> None:
    """Keep a new version of the assumptions."""
    figures = {each.name: getattr(assumed, each.name) for each in fields(Assumptions)}
    head = {"council": council, "applies_from": applies_from, "told_by": told_by, "told_at": told_at, "note": note}
    execute(conn, "savings_assumption_add", **head, **figures)


def complaints(conn: Connection, council: str) -> list[Complaints]:
    """What officers told of complaints, the newest word first."""
    return rows(conn, "savings_complaints", Complaints, council=council)


def tell_complaints(conn: Connection, council: str, told: Complaints) -> None:
    """Keep a month's complaints; what was told of it before stays readable."""
    execute(conn, "savings_complaints_add", council=council, **asdict(told))
