"""What the council knows of its bins, from frames and taps alone, by the functions that the product's jobs call."""

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

import numpy as np

from bench.contest.truth import Passed
from simulators.bin_reports import Heard
from simulators.bins import Bin
from simulators.devices import Device
from simulators.ground import lat_lon
from streets.bins.emptyings import CONTEXT_S, DAY_S, Emptying, emptyings_of_day, first_day_changed
from streets.bins.fill import Fill, Mount, fill_of
from streets.bins.habits import FillSeries, Habit, learn
from streets.bins.visits import Tap
from streets.health.rhythm import rhythm_of
from streets.jobs.bins import LOOKED_BACK, MOST_LOOKS, status_of
from streets.jobs.health import RHYTHM_OF
from streets.jobs.suitability import EVERY, FORTNIGHT
from streets.rounds.demand import BinToday
from streets.store.bins import BinStatus, BinToJudge
from streets.store.rounds import ReachableBin
from streets.suitability.fortnight import Fortnight, Said
from streets.suitability.verdict import figures_of, verdict_of, vote_after


@dataclass
class Page:
    """One bin's page: what its sensor said, in the order of looking, what crews told, and what was made of both."""

    bin: Bin
    mount: Mount
    told: list[tuple[float, Fill | None, Said]] = field(default_factory=list)
    waiting: list[Heard] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)
    emptyings: dict[float, list[Emptying]] = field(default_factory=dict)
    votes: bool = True

    def copy(self) -> "Page":
        """A page that goes on by itself."""
        return Page(self.bin, self.mount, self.told[:], self.waiting[:], self.taps[:], dict(self.emptyings), self.votes)

    def hear(self, heard: Sequence[Heard], at_s: float) -> None:
        """Write down what was received before `at_s`, and find the emptyings anew that it may have changed."""
        come = [one for one in (*self.waiting, *heard) if one.received_at <= at_s]
        self.waiting = [one for one in (*self.waiting, *heard) if one.received_at > at_s]
        for one in come:
            said = one.said
            fill = fill_of(self.mount, said.distance_mm, said.cannot_measure, said.tilted, said.alarms)
            words = Said(one.looked_at, said.distance_mm, said.cannot_measure, said.tilted, said.alarms, said.battery_pct)
            insort(self.told, (one.looked_at, fill, words), key=lambda each: each[0])
        if come:
            self._find_emptyings(first_day_changed(min(one.looked_at for one in come)), at_s)

    def _find_emptyings(self, first_day_s: float, until_s: float) -> None:
        times, fills = self.measured(first_day_s - CONTEXT_S)
        for day_s in np.arange(first_day_s, until_s, DAY_S).tolist():
            self.emptyings[day_s] = emptyings_of_day(times, fills, day_s)

    def measured(self, since_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Times and fills of what was measured since then."""
        known = [(at_s, fill.fill_pct) for at_s, fill, _ in self.told if fill and fill.fill_pct is not None and at_s >= since_s]
        times, fills = zip(*known, strict=True) if known else ((), ())
        return np.array(times, dtype=float), np.array(fills, dtype=float)

    @property
    def emptied_at_s(self) -> list[float]:
        """When the sensor saw it emptied."""
        return sorted(one.emptied_at_s for day in self.emptyings.values() for one in day)


class Books:
    """The pages of all bins of a council."""

    def __init__(self, bins: Sequence[Bin]) -> None:
        self.pages = {one.bin_id: Page(one, Mount(*(getattr(one.mounting, each.name) for each in fields(Mount)))) for one in bins}
        self.habits: Mapping[str, Habit] = {}

    def copy(self) -> "Books":
        """Books that go on by themselves."""
        same = Books([])
        same.pages, same.habits = {bin_id: page.copy() for bin_id, page in self.pages.items()}, self.habits
        return same

    def write(self, day: Passed, at: datetime) -> None:
        """Write down what is known of a day at its end, `at`."""
        for bin_id, page in self.pages.items():
            page.hear(day.heard.get(bin_id, []), at.timestamp())
            if bin_id in day.taps:
                page.taps.append(day.taps[bin_id])

    def judge(self, at: datetime) -> None:
        """Judge every sensor by its last fortnight, as the product does each week."""
        for page in self.pages.values():
            if page.bin.device is not None:
                verdict = verdict_of(figures_of(_fortnight(page, page.bin.device, at)), page.votes)
                page.votes = vote_after(verdict.verdict, page.votes)

    def learn(self, at: datetime) -> None:
        """Learn how each bin fills."""
        series = [
            FillSeries(bin_id, *(page.measured(0.0) if page.votes else (np.array([]), np.array([]))), np.array(page.emptied_at_s))
            for bin_id, page in self.pages.items()
        ]
        self.habits = {habit.bin_id: habit for habit in learn(series, at.timestamp())}

    def bins(self, at: datetime) -> tuple[ReachableBin, ...]:
        """Every bin as it is understood at that time."""
        return tuple(
            _today(page.bin, status_of(_to_judge(page, self.habits.get(bin_id), at), at)) for bin_id, page in self.pages.items()
        )


def is_report_day(number: int) -> bool:
    """Whether sensors are judged at the end of the days before the `number`-th: a fortnight after they hang, and each week."""
    return number >= FORTNIGHT.days and (number - FORTNIGHT.days) % EVERY.days == 0


def _fortnight(page: Page, device: Device, at: datetime) -> Fortnight:
    """What is judged at that time; frames are not counted here, so that none is known to be missing."""
    ends_s = at.timestamp()
    starts_s = ends_s - FORTNIGHT.total_seconds()
    return Fortnight(
        ends_s=ends_s,
        mount=page.mount,
        report_every_s=device.report_every_s,
        said=tuple(said for at_s, _, said in page.told if at_s >= starts_s),
        taps=tuple(tap for tap in page.taps if tap.at_s >= starts_s),
        heard=None,
        missing=None,
        spoke_before=bool(page.told) and page.told[0][0] < starts_s,
    )


def _to_judge(page: Page, habit: Habit | None, at: datetime) -> BinToJudge:
    """What the store would tell of a bin to the job that judges it."""
    at_s, device = at.timestamp(), page.bin.device
    looks = [(when_s, fill) for when_s, fill, _ in page.told if fill and when_s >= at_s - LOOKED_BACK.total_seconds()]
    looks = looks[-MOST_LOOKS:]
    heard = [when_s for when_s, _, _ in page.told if when_s >= at_s - RHYTHM_OF.total_seconds()]
    crew_s = page.taps[-1].at_s if page.taps else None
    seen_s = [crew_s] if crew_s is not None else []
    seen_s += page.emptied_at_s[-1:] if page.votes else []
    known = habit if page.votes else None
    return BinToJudge(
        bin_id=page.bin.bin_id,
        visit_every_days=page.bin.visit_every_days,
        report_every_s=device.report_every_s if device else None,
        silent_after_s=rhythm_of(heard, device.report_every_s).silent_after_s if device else None,
        at_s=[when_s for when_s, _ in looks],
        fill_pct=[fill.fill_pct for _, fill in looks],
        not_measurable=[fill.not_measurable for _, fill in looks],
        last_emptied_at=_time(max(seen_s)) if seen_s else None,
        crew_emptied_at=None if crew_s is None else _time(crew_s),
        rise_pct_per_h=known.rise_pct_per_h.tolist() if known else None,
        spread_pct=known.spread_pct if known else None,
        emptied_every_h=known.emptied_every_h if known else None,
        battery_pct=None,
        votes=page.votes,
        rise_told_at=None,
        rise_ahead_h=None,
        rise_low_pct=None,
        rise_middle_pct=None,
        rise_high_pct=None,
    )


def _today(a_bin: Bin, status: BinStatus) -> ReachableBin:
    """The bin as planning reads it."""
    known = {each.name: getattr(status, each.name) for each in fields(BinToday) if hasattr(status, each.name)}
    lat, lon = lat_lon(a_bin.point)
    return ReachableBin(
        **{**known, "bin_id": a_bin.bin_id},
        name=a_bin.name,
        lat=lat,
        lon=lon,
        capacity_l=a_bin.capacity_l,
        visit_every_days=a_bin.visit_every_days,
        reach_from=None,
        reach_until=a_bin.reach_until,
    )


def _time(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
