"""Whether sensors suit their bins, in the database: what is judged, and the reports."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from streets.bins.fill import Mount
from streets.bins.visits import Tap
from streets.store import stop_events
from streets.store.database import Connection, execute, row, rows
from streets.suitability.fortnight import Said
from streets.suitability.verdict import Figures, Verdict


@dataclass(frozen=True, slots=True)
class Due:
    """An installation in a bin with a fortnight to be judged. `reported_until` is None before its first report."""

    installation_id: int
    device_id: int
    device: str
    bin_id: str
    valid_from: datetime
    valid_to: datetime | None
    empty_mm: int
    full_mm: int
    blind_zone_mm: int
    max_range_mm: int | None
    report_every_s: int
    reported_until: datetime | None
    vote: bool

    @property
    def mount(self) -> Mount:
        """The installation record's measures."""
        return Mount(self.empty_mm, self.full_mm, self.blind_zone_mm, self.max_range_mm)


@dataclass(frozen=True, slots=True)
class FrameDay:
    """A device's frames of one UTC day by its own counter."""

    day: date
    heard: int
    missing: int


@dataclass(frozen=True, slots=True)
class Sensor:
    """An installation in a bin as officers see it: its last report's verdict, whether it has the vote, and offers waiting.

    `reported_until` is None before the first report; `override_id` is that of an officer's word in force.
    """

    installation_id: int
    device_id: int
    device: str
    model: str
    bin_id: str
    council: str
    name: str
    valid_from: datetime
    valid_to: datetime | None
    empty_mm: int
    full_mm: int
    blind_zone_mm: int
    max_range_mm: int | None
    report_every_s: int
    verdict: str
    failed: list[str]
    cares: list[str]
    reported_until: datetime | None
    vote: bool
    override_id: int | None
    offers: int


@dataclass(frozen=True, slots=True)
class VersionJudged:
    """An installation of a bin and the last verdict on it; `valid_to` is None where it lasts."""

    installation_id: int
    device: str
    valid_from: datetime
    valid_to: datetime | None
    empty_mm: int
    full_mm: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Report:
    """A row of suitability_report; its columns are commented in the migration."""

    installation_id: int
    ends_at: datetime
    written_at: datetime
    verdict: str
    failed: list[str]
    cares: list[str]
    trusted: bool
    vote: bool
    readings: int
    measured: int
    invalid_share: float | None
    near_share: float | None
    tilted_share: float | None
    outside_share: float | None
    jitter_mm: float | None
    jitter_pct: float | None
    stray_share: float | None
    stray_up_share: float | None
    jumps_up: int
    steps: int
    wander_pct_a_day: float | None
    same_share: float | None
    days: int
    days_heard: int
    days_between: int
    days_thin: int
    frames_sent: int | None
    loss_share: float | None
    longest_silence_s: float
    battery_pct: float | None
    battery_lost_pct: float | None
    battery_mv: float | None
    fills_checked: int
    fills_wrong: int
    emptyings_checked: int
    emptyings_wrong: int
    left_checked: int
    left_wrong: int


@dataclass(frozen=True, slots=True)
class _SaidRow:
    at_s: float
    distance_mm: int | None
    cannot_measure: str | None
    tilted: bool | None
    alarms: list[str]
    battery_pct: float | None
    battery_mv: int | None


def due(conn: Connection, at: datetime, oldest: datetime, most: int) -> list[Due]:
    """At most `most` installations with a fortnight that ended by `at`, and after `oldest`, and has no report."""
    return rows(conn, "suitability_due", Due, at=at, oldest=oldest, most=most)


def said(conn: Connection, device_id: int, since: datetime, until: datetime) -> list[Said]:
    """What a device said from `since` until `until` (exclusive), one a moment, in time order."""
    found = rows(conn, "suitability_said", _SaidRow, device_id=device_id, since=since, until=until)
    return [
        Said(one.at_s, one.distance_mm, one.cannot_measure, one.tilted, tuple(one.alarms), one.battery_pct, one.battery_mv)
        for one in found
    ]


def taps(conn: Connection, bin_id: str, since: datetime, until: datetime) -> list[Tap]:
    """What crews told at a bin and did not take back, in time order; that they could not reach it says nothing of its sensor."""
    return [tap for tap in stop_events.of_bin(conn, bin_id, since, until) if tap.event != "cannot_reach"]


def frame_days(conn: Connection, device: str, since: date, until: date) -> list[FrameDay]:
    """A device's frames by day from `since` until `until` (exclusive); none where no counter tells."""
    return rows(conn, "suitability_frame_days", FrameDay, device=device, since=since, until=until)


def keep_report(
    conn: Connection,
    installation_id: int,
    ends_at: datetime,
    at: datetime,
    figures: Figures,
    verdict: Verdict,
    trusted: bool,
    vote: bool,
) -> None:
    """Keep the report on a fortnight; one that is there stands."""
    agreement = figures.agreement
    execute(
        conn,
        "suitability_report_keep",
        installation_id=installation_id,
        ends_at=ends_at,
        written_at=at,
        verdict=verdict.verdict,
        failed=list(verdict.failed),
        cares=list(verdict.cares),
        trusted=trusted,
        vote=vote,
        **asdict(figures.echoes),
        **asdict(figures.hearing),
        fills_checked=agreement.fills.n,
        fills_wrong=agreement.fills.wrong,
        emptyings_checked=agreement.emptyings.n,
        emptyings_wrong=agreement.emptyings.wrong,
        left_checked=agreement.left.n,
        left_wrong=agreement.left.wrong,
    )


def sensors(conn: Connection, council: str | None, at: datetime) -> list[Sensor]:
    """The sensors that hang in the bins of a council, or of all, now, by bin."""
    return rows(conn, "suitability_sensors", Sensor, council=council, installation_id=None, at=at)


def sensor(conn: Connection, council: str, installation_id: int, at: datetime) -> Sensor | None:
    """One installation in a bin, also one that has ended; None where the council has no such."""
    return row(conn, "suitability_sensors", Sensor, council=council, installation_id=installation_id, at=at)


def versions(conn: Connection, bin_id: str) -> list[VersionJudged]:
    """Every installation that a bin had, newest first."""
    return rows(conn, "suitability_versions", VersionJudged, bin_id=bin_id)


def reports(conn: Connection, installation_id: int) -> list[Report]:
    """Every report of an installation, newest first."""
    return rows(conn, "suitability_reports", Report, installation_id=installation_id)
