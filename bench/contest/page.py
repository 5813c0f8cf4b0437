"""One bin's page in the council's books: what its sensor said, what crews told, and what the product's functions make of both."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from simulators.bin_reports import Heard
from simulators.bins import Bin
from simulators.devices import Device
from streets.bins.emptyings import CONTEXT_S, DAY_S, Emptying, emptyings_of_day, first_day_changed
from streets.bins.fill import Fill, Mount, fill_of
from streets.bins.findings import Finding
from streets.bins.habits import Habit
from streets.bins.visits import REACH_S, Levels, Tap, Visit, account_of
from streets.health.rhythm import rhythm_of
from streets.jobs.bins import LOOKED_BACK, MOST_LOOKS
from streets.jobs.health import RHYTHM_OF
from streets.jobs.suitability import FORTNIGHT
from streets.store.bins import BinToJudge
from streets.suitability.fortnight import Fortnight, Said


@dataclass
class Page:
    """One bin's page: what its sensor said, in the order of looking, what crews told, and what was made of both."""

    bin: Bin
    mount: Mount
    told: list[tuple[float, Fill | None, Said]] = field(default_factory=list)
    waiting: list[Heard] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)
    falls: dict[float, list[Emptying]] = field(default_factory=dict)
    emptyings: list[Visit] = field(default_factory=list)
    denied: list[Tap] = field(default_factory=list)
    votes: bool = True
    changed_since_s: float | None = None

    def copy(self) -> "Page":
        """A page that goes on by itself."""
        same = replace(self, told=self.told[:], waiting=self.waiting[:], taps=self.taps[:])
        same.falls = dict(self.falls)
        return same

    def hear(self, heard: Sequence[Heard], at_s: float) -> None:
        """Write down what was received before `at_s`."""
        come = [one for one in (*self.waiting, *heard) if one.received_at <= at_s]
        self.waiting = [one for one in (*self.waiting, *heard) if one.received_at > at_s]
        for one in come:
            said = one.said
            fill = fill_of(self.mount, said.distance_mm, said.cannot_measure, said.tilted, said.alarms)
            words = Said(one.looked_at, said.distance_mm, said.cannot_measure, said.tilted, said.alarms, said.battery_pct)
            insort(self.told, (one.looked_at, fill, words), key=lambda each: each[0])
            self._change(one.looked_at)

    def tap(self, tap: Tap) -> None:
        """Write down what a crew told."""
        self.taps.append(tap)
        self._change(tap.at_s)

    def _change(self, at_s: float) -> None:
        self.changed_since_s = at_s if self.changed_since_s is None else min(self.changed_since_s, at_s)

    def settle(self, until_s: float) -> None:
        """Find the falls, and put the emptyings together, anew that what was written down lately may have changed."""
        if self.changed_since_s is None:
            return
        first_day_s = first_day_changed(self.changed_since_s)
        begins_s, seen_s = first_day_s - REACH_S, first_day_s - CONTEXT_S
        times, fills = self.measured(seen_s)
        for day_s in np.arange(first_day_s, until_s, DAY_S).tolist():
            self.falls[day_s] = emptyings_of_day(times, fills, day_s)
        falls = [fall for day_s, day in self.falls.items() if day_s >= seen_s for fall in day]
        told = account_of(falls, [tap for tap in self.taps if tap.at_s >= seen_s], Levels(times, fills))
        self.emptyings = [one for one in self.emptyings if one.emptied_at_s < begins_s]
        self.emptyings += [one for one in told.emptyings if one.emptied_at_s >= begins_s]
        self.denied = [tap for tap in self.denied if tap.at_s < begins_s]
        denied = (one for one in told.disagreements if one.what == "no_fall" and one.at_s >= begins_s)
        self.denied += [Tap(one.at_s, one.told, one.told_fill_pct) for one in denied]
        self.changed_since_s = None

    def measured(self, since_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Times and fills of what was measured since then."""
        known = [(at_s, fill.fill_pct) for at_s, fill, _ in self.told if fill and fill.fill_pct is not None and at_s >= since_s]
        times, fills = zip(*known, strict=True) if known else ((), ())
        return np.array(times, dtype=float), np.array(fills, dtype=float)

    @property
    def collections(self) -> list[tuple[float, float | None]]:
        """When it was emptied, and how full it was: the crew's word, or else the sensor's where it counts."""
        if self.votes:
            told = ((one.emptied_at_s, one.told_fill_pct, one.fill_before_pct) for one in self.emptyings)
            return [(at_s, measured_pct if told_pct is None else told_pct) for at_s, told_pct, measured_pct in told]
        # A sensor whose word does not count cannot deny the crew's.
        seen = [(one.emptied_at_s, one.told_fill_pct) for one in self.emptyings if one.seen_by != "sensor"]
        return [*seen, *((tap.at_s, tap.observed_fill) for tap in self.denied)]

    def fortnight(self, device: Device, at: datetime) -> Fortnight:
        """What is judged at that time; frames are not counted here, so that none is known to be missing."""
        ends_s = at.timestamp()
        starts_s = ends_s - FORTNIGHT.total_seconds()
        return Fortnight(
            ends_s=ends_s,
            mount=self.mount,
            report_every_s=device.report_every_s,
            said=tuple(said for at_s, _, said in self.told if at_s >= starts_s),
            taps=tuple(tap for tap in self.taps if tap.at_s >= starts_s),
            heard=None,
            missing=None,
            spoke_before=bool(self.told) and self.told[0][0] < starts_s,
        )

    def to_judge(self, habit: Habit | None, finding: Finding | None, at: datetime) -> BinToJudge:
        """What the store would tell of a bin to the job that judges it."""
        at_s, device = at.timestamp(), self.bin.device
        looks = [(when_s, fill) for when_s, fill, _ in self.told if fill and when_s >= at_s - LOOKED_BACK.total_seconds()]
        looks = looks[-MOST_LOOKS:]
        heard = [when_s for when_s, _, _ in self.told if when_s >= at_s - RHYTHM_OF.total_seconds()]
        # A sensor whose word does not count cannot deny the crew's.
        crew_s = [one.emptied_at_s for one in self.emptyings if one.seen_by != "sensor"]
        crew_s += [] if self.votes else [tap.at_s for tap in self.denied]
        seen_s = crew_s + ([one.emptied_at_s for one in self.emptyings] if self.votes else [])
        known = habit if self.votes else None
        return BinToJudge(
            bin_id=self.bin.bin_id,
            visit_every_days=self.bin.visit_every_days,
            report_every_s=device.report_every_s if device else None,
            silent_after_s=rhythm_of(heard, device.report_every_s).silent_after_s if device else None,
            at_s=[when_s for when_s, _ in looks],
            fill_pct=[fill.fill_pct for _, fill in looks],
            not_measurable=[fill.not_measurable for _, fill in looks],
            last_emptied_at=_time(max(seen_s)) if seen_s else None,
            crew_emptied_at=_time(max(crew_s)) if crew_s else None,
            rise_pct_per_h=known.rise_pct_per_h.tolist() if known else None,
            spread_pct=known.spread_pct if known else None,
            emptied_every_h=known.emptied_every_h if known else None,
            left_pct=known.left_pct if known else None,
            battery_pct=None,
            votes=self.votes,
            rise_told_at=None,
            rise_ahead_h=None,
            rise_low_pct=None,
            rise_middle_pct=None,
            rise_high_pct=None,
            finding_told_at=_time(finding.told_at_s) if finding else None,
            finding_low_pct=finding.low_pct if finding else None,
            finding_middle_pct=finding.middle_pct if finding else None,
            finding_high_pct=finding.high_pct if finding else None,
            finding_ahead_h=finding.ahead_h.tolist() if finding else None,
            finding_full_by=finding.full_by.tolist() if finding else None,
        )


def _time(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
