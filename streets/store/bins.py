"""Bins in the database: their readings with installation records, derived fills, emptyings, habits and states."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from streets.bins.fill import Fill, Mount
from streets.bins.findings import Finding
from streets.bins.forecast import Rises
from streets.bins.habits import FillSeries, Habit
from streets.store.box import Box, edges
from streets.store.database import Connection, execute, execute_many, row, rows


@dataclass(frozen=True, slots=True)
class LookIn:
    """What a sensor said at a moment, and how it was mounted then; distances in mm from its face."""

    observed_at: datetime
    distance_mm: int | None
    cannot_measure: str | None
    tilted: bool | None
    alarms: list[str]
    empty_mm: int
    full_mm: int
    blind_zone_mm: int
    max_range_mm: int | None

    @property
    def mount(self) -> Mount:
        """The installation record's measures."""
        return Mount(self.empty_mm, self.full_mm, self.blind_zone_mm, self.max_range_mm)


@dataclass(frozen=True, slots=True)
class Measured:
    """A bin's measured fills as columns: Unix seconds that ascend, and per cent, unclamped."""

    at_s: list[float]
    fill_pct: list[float]


@dataclass(frozen=True, slots=True)
class History:
    """A bin's measured fills and the emptyings its sensor showed, as columns."""

    council: str
    bin_id: str
    at_s: list[float]
    fill_pct: list[float]
    emptied_at_s: list[float]

    @property
    def series(self) -> FillSeries:
        """The same, to learn a habit from."""
        return FillSeries(self.bin_id, np.array(self.at_s), np.array(self.fill_pct), np.array(self.emptied_at_s))


@dataclass(frozen=True, slots=True)
class BinToJudge:
    """What a bin's state and forecast rest on.

    `report_every_s` is None without a sensor, `silent_after_s` until it is learned, the habit's and rises' columns without them.
    `votes` says whether the sensor's word counts; where it does not, no habit is known and `last_emptied_at` is what crews told.
    """

    bin_id: str
    visit_every_days: float
    report_every_s: int | None
    silent_after_s: float | None
    at_s: list[float]
    fill_pct: list[float | None]
    not_measurable: list[str | None]
    last_emptied_at: datetime | None
    crew_emptied_at: datetime | None
    rise_pct_per_h: list[float] | None
    spread_pct: float | None
    emptied_every_h: float | None
    battery_pct: float | None
    votes: bool
    rise_told_at: datetime | None
    rise_ahead_h: list[float] | None
    rise_low_pct: list[float] | None
    rise_middle_pct: list[float] | None
    rise_high_pct: list[float] | None
    left_pct: float | None = None
    finding_told_at: datetime | None = None
    finding_low_pct: float | None = None
    finding_middle_pct: float | None = None
    finding_high_pct: float | None = None
    finding_ahead_h: list[float] | None = None
    finding_full_by: list[float] | None = None

    @property
    def rises(self) -> Rises | None:
        """What trees said of it lately, or None where they said nothing, or before it was emptied last."""
        if self.rise_told_at is None or (self.last_emptied_at is not None and self.last_emptied_at > self.rise_told_at):
            return None
        told = (self.rise_ahead_h, self.rise_low_pct, self.rise_middle_pct, self.rise_high_pct)
        return Rises(self.rise_told_at.timestamp(), *(np.array(each) for each in told))

    @property
    def habit(self) -> Habit | None:
        """How the bin usually fills, or None where that has not been learned yet."""
        if self.rise_pct_per_h is None or self.spread_pct is None:
            return None
        rise_pct_per_h = np.array(self.rise_pct_per_h)
        return Habit(self.bin_id, rise_pct_per_h, self.spread_pct, self.emptied_every_h, self.left_pct or 0.0)

    @property
    def finding(self) -> Finding | None:
        """What a collection would find, or None where nothing was said of that lately, or before it was emptied last."""
        if self.finding_told_at is None or (self.last_emptied_at is not None and self.last_emptied_at > self.finding_told_at):
            return None
        fills = (self.finding_low_pct, self.finding_middle_pct, self.finding_high_pct)
        low_pct, middle_pct, high_pct = (0.0 if each is None else each for each in fills)
        ahead_h, full_by = np.array(self.finding_ahead_h), np.array(self.finding_full_by)
        return Finding(self.finding_told_at.timestamp(), low_pct, middle_pct, high_pct, ahead_h, full_by)


@dataclass(frozen=True, slots=True)
class BinStatus:
    """A row of bin_status; its columns are commented in the migration."""

    bin_id: str
    state: str
    reason: str | None
    fill_pct: float | None
    observed_at: datetime | None
    expected_fill_pct: float | None
    expected_low_pct: float | None
    expected_high_pct: float | None
    full_by: list[float] | None
    low_by_pct: list[float] | None
    middle_by_pct: list[float] | None
    high_by_pct: list[float] | None
    rests_on: str | None
    last_emptied_at: datetime | None
    rise_pct_per_h: float | None
    full_at: datetime | None
    full_at_early: datetime | None
    full_at_late: datetime | None
    overflow_24h: float | None
    battery_pct: float | None
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class BinNow:
    """A bin and what is known of it, as anyone may see it. `fill_pct` is None unless `state` is measured."""

    bin_id: str
    name: str
    council: str
    ward_code: str | None
    ward: str | None
    ward_cy: str | None
    lat: float
    lon: float
    capacity_l: float
    state: str
    reason: str | None
    fill_pct: float | None
    observed_at: datetime | None
    last_emptied_at: datetime | None
    rise_pct_per_h: float | None
    full_at: datetime | None
    full_at_early: datetime | None
    full_at_late: datetime | None
    overflow_24h: float | None
    computed_at: datetime | None
    expected_low_pct: float | None
    expected_high_pct: float | None
    rests_on: str | None


@dataclass(frozen=True, slots=True)
class FillRow:
    """A derived fill: exactly one of `fill_pct` (unclamped) and `not_measurable` (the reason) is known."""

    observed_at: datetime
    fill_pct: float | None
    not_measurable: str | None


def lock(conn: Connection, bin_id: str) -> None:
    """Keep others from deriving anything of the bin until the transaction ends."""
    execute(conn, "lock_bin", bin_id=bin_id)


def looks(conn: Connection, bin_id: str, since: datetime) -> list[LookIn]:
    """What a bin's sensors said since then, one a moment, in time order."""
    return rows(conn, "bin_looks", LookIn, bin_id=bin_id, since=since)


def replace_fills(conn: Connection, bin_id: str, since: datetime, fills: Sequence[tuple[datetime, Fill]]) -> None:
    """Make these, in time order, the bin's derived fills since then."""
    execute(conn, "bin_fills_forget", bin_id=bin_id, since=since)
    execute(
        conn,
        "bin_fills_keep",
        bin_id=bin_id,
        observed_at=[at for at, _ in fills],
        fill_pct=[fill.fill_pct for _, fill in fills],
        not_measurable=[fill.not_measurable for _, fill in fills],
    )


def measured(conn: Connection, bin_id: str, since: datetime, until: datetime | None = None) -> Measured:
    """A bin's measured fills since then, and before `until` where it is given."""
    return row(conn, "bin_measured", Measured, bin_id=bin_id, since=since, until=until) or Measured([], [])


def histories(conn: Connection, since: datetime, at: datetime) -> list[History]:
    """Every active bin's history since then, by council; without fills where the sensor's word does not count at `at`."""
    return rows(conn, "bin_histories", History, since=since, at=at)


def keep_habits(conn: Connection, habits: Sequence[Habit], at: datetime) -> None:
    """Keep how bins usually fill, as learned at `at`."""
    execute_many(
        conn,
        "bin_habit_keep",
        [
            {
                "bin_id": habit.bin_id,
                "learned_at": at,
                "rise_pct_per_h": habit.rise_pct_per_h.tolist(),
                "spread_pct": habit.spread_pct,
                "emptied_every_h": habit.emptied_every_h,
                "left_pct": habit.left_pct,
            }
            for habit in habits
        ],
    )


def to_judge(conn: Connection, at: datetime, since: datetime, most_looks: int, rises_since: datetime) -> list[BinToJudge]:
    """Every active bin with its latest looks (at most `most_looks`, none before `since`) and rises told since then."""
    return rows(conn, "bins_to_judge", BinToJudge, at=at, since=since, looks=most_looks, rises_since=rises_since)


def keep_statuses(conn: Connection, statuses: Sequence[BinStatus]) -> None:
    """Keep what is now known of each bin."""
    execute_many(conn, "bin_status_keep", [asdict(status) for status in statuses])


def now(
    conn: Connection,
    bin_id: str | None = None,
    council: str | None = None,
    ward: str | None = None,
    min_fill: float | None = None,
    box: Box | None = None,
) -> list[BinNow]:
    """Bins as last understood, by identity; each condition given narrows them."""
    return rows(
        conn,
        "bins_now",
        BinNow,
        bin_id=bin_id,
        council=council,
        ward=ward,
        min_fill=min_fill,
        **edges(box),
    )


def fills(conn: Connection, bin_id: str, since: datetime, until: datetime, most: int) -> list[FillRow]:
    """A bin's derived fills of a time, oldest first, at most `most` of them."""
    return rows(conn, "bin_fills", FillRow, bin_id=bin_id, since=since, until=until, most=most)
