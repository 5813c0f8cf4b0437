"""Crews: they read their rounds on their phones, go from stop to stop, empty what they can reach, and tap it as people do."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from simulators.crew_phone import CrewPhone, NoSignal, Tap, tap
from simulators.dice import dice
from simulators.history import TownLife
from simulators.litter import FIRST_STOP_HOUR, MISSED_VISITS, visits
from simulators.rhythms import LOCAL

READS_AT = time(4, 30)
READS_AGAIN = timedelta(minutes=10)
"""On the morning of a round, and so long after a phone found none or had no signal."""
GOES_BY_SCHEDULE_FROM = timedelta(hours=FIRST_STOP_HOUR)
"""After local midnight: without a round until then a crew does what it always did."""
OBSTACLES = ("vehicle in the way", "road closed", "locked")
MISJUDGED, TAKEN_BACK, OUT_OF_SIGNAL = 0.1, 0.02, 0.3
"""Shares of fills told a quarter off, of taps that hit the wrong button first, and of days with a stretch offline."""
OFFLINE_FROM_H, OFFLINE_LASTS_H = (6.5, 11.5), (0.5, 1.5)
QUARTER_PCT, FULL_PCT, NEXT_TO_NOTHING_PCT = 25, 100, 8.0
"""A bin that holds less than the last is left, and told as not full."""
LOOKS_EVERY = timedelta(minutes=15)
"""How often a crew that has a signal sees on its phone whether there is a newer plan."""
A_TAP = timedelta(seconds=7)
CLOSED = ("emptied", "not_full", "cannot_reach")


class Crew:
    """A vehicle's crew on its round of one day."""

    def __init__(self, life: TownLife, phone: CrewPhone, day: date, read: dict[str, Any], at: datetime) -> None:
        """It goes on from `at` with what is still to do; `read` is the round as the phone has it."""
        self._life, self._phone = life, phone
        self._luck = dice(life.town.seed, "crew's day", read["vehicle_id"], day.toordinal())
        self._offline = _offline(self._luck, day)
        self._round_id, self._looked_at = "", at
        self._stops: list[dict[str, Any]] = []
        self._ready_at = max(at, _moment(read["starts_at"]))
        self._take(read)

    @property
    def next_at(self) -> datetime | None:
        """When it is at its next stop; None: it is home."""
        if not self._stops:
            return None
        stop = self._stops[0]
        at = self._ready_at + timedelta(seconds=stop["leg_s"])
        return at if stop["window_from"] is None else max(at, _moment(stop["window_from"]))

    def act(self) -> None:
        """Do what there is to do at the next stop, and tap it; before it the phone looks whether there is a newer plan."""
        at = self.next_at
        if at is None or self._has_news(at):
            return
        stop = self._stops.pop(0)
        taps = self._at_bin(stop, at) if stop["kind"] == "bin" else self._at_tip(stop, at) if stop["kind"] == "tip" else []
        self._phone.keep(taps)
        if self._has_signal(at) or not self._stops:
            self._phone.send()
        self._ready_at = at + timedelta(seconds=stop["service_s"] * float(self._luck.uniform(0.85, 1.2)))

    def _has_news(self, at: datetime) -> bool:
        """Whether another round took the place of this one, which is then taken."""
        if not self._has_signal(at) or at < self._looked_at + LOOKS_EVERY:
            return False
        self._looked_at = at
        try:
            if self._phone.round_in_force(self._round_id) == self._round_id:
                return False
            self._phone.send()
            self._take(self._phone.round(self._round_id))
        except NoSignal:
            return False
        return True

    def _has_signal(self, at: datetime) -> bool:
        return not self._offline[0] <= at < self._offline[1]

    def _take(self, read: dict[str, Any]) -> None:
        """The stops still to do: those after the last that is closed, breaks included, and open ones before it."""
        stops: Sequence[dict[str, Any]] = read["stops"]
        last = max((stop["position"] for stop in stops if stop["state"] in CLOSED), default=-1)
        work = ("bin", "tip")
        self._round_id = read["round_id"]
        self._stops = [
            stop
            for stop in stops
            if stop["kind"] != "start" and (stop["state"] not in CLOSED if stop["kind"] in work else stop["position"] > last)
        ]

    def _at_bin(self, stop: dict[str, Any], at: datetime) -> list[Tap]:
        """Empty the bin where it can be reached and holds something; what is tapped."""
        stop_id, found_pct = stop["stop_id"], self._life.found_pct(stop["bin_id"], at)
        if self._luck.random() < MISSED_VISITS:
            return [tap(stop_id, at, "cannot_reach", note=str(self._luck.choice(OBSTACLES)))]
        if found_pct is None or found_pct < NEXT_TO_NOTHING_PCT:
            return [tap(stop_id, at, "not_full", 0)]
        self._life.empty(stop["bin_id"], at)
        taps = []
        if found_pct >= FULL_PCT:
            taps.append(tap(stop_id, at, "overflowing"))
        if self._luck.random() < TAKEN_BACK:
            taps += [tap(stop_id, at + A_TAP, "not_full", QUARTER_PCT), tap(stop_id, at + 2 * A_TAP, "undo")]
        return [*taps, tap(stop_id, at + 3 * A_TAP, "emptied", self._observed(found_pct))]

    def _at_tip(self, stop: dict[str, Any], at: datetime) -> list[Tap]:
        return [tap(stop["stop_id"], at, "emptied")]

    def _observed(self, found_pct: float) -> int:
        """The fill as the crew sees it, in quarters; now and then it is one off."""
        off = int(self._luck.choice((-1, 1))) if self._luck.random() < MISJUDGED else 0
        return int(np.clip(QUARTER_PCT * (round(found_pct / QUARTER_PCT) + off), 0, FULL_PCT))


class Crews:
    """All crews of a town, day after day."""

    def __init__(self, life: TownLife, phone: Callable[[], CrewPhone], at: datetime) -> None:
        """They begin tomorrow, or go on with the day of `at` where the diary has it."""
        self._life, self._phone = life, phone
        self._phones: dict[str, CrewPhone] = {}
        self._day = at.astimezone(LOCAL).date()
        self._out: list[Crew] = []
        self._by_schedule: list[tuple[datetime, str]] = []
        self._reads_at: datetime | None = None
        if life.diary.of(self._day) is None:
            self._await(self._day + timedelta(days=1))
        else:
            self._reads_at = max(at, self._local(READS_AT))

    @property
    def day(self) -> date:
        """The local day that they are at, or wait for."""
        return self._day

    @property
    def next_at(self) -> datetime:
        """When one of them next does something."""
        ahead = [crew.next_at for crew in self._out] + [at for at, _ in self._by_schedule[:1]] + [self._reads_at]
        return min(at for at in ahead if at is not None)

    def act(self) -> None:
        """Do what is due at `next_at`; at the end of a day the next is awaited."""
        at = self.next_at
        if at == self._reads_at:
            self._read(at)
        elif self._by_schedule:
            self._life.empty(self._by_schedule.pop(0)[1], at)
        else:
            next(crew for crew in self._out if crew.next_at == at).act()
        self._out = [crew for crew in self._out if crew.next_at is not None]
        if not self._out and not self._by_schedule and self._reads_at is None:
            self._await(self._day + timedelta(days=1))

    def close(self) -> None:
        """Send what the phones still keep, and put them away."""
        for phone in self._phones.values():
            phone.send()
            phone.close()

    def _await(self, day: date) -> None:
        self._day = day
        self._life.diary.open(day)
        self._reads_at = self._local(READS_AT)

    def _read(self, at: datetime) -> None:
        """Read the day's rounds; none until it is time to set out: the fixed schedule, for what of it is still to come."""
        try:
            rounds = self._phone_of("").rounds(self._day)
        except NoSignal:
            rounds = []
        if rounds:
            self._out = [Crew(self._life, self._phone_of(read["vehicle_id"]), self._day, read, at) for read in rounds]
            self._reads_at = None
        elif at < (sets_out := self._local(time()) + GOES_BY_SCHEDULE_FROM):
            self._reads_at = min(at + READS_AGAIN, sets_out)
        else:
            self._by_schedule = self._scheduled(at)
            self._reads_at = None

    def _phone_of(self, vehicle_id: str) -> CrewPhone:
        """The phone of a vehicle's crew; "": of whoever looks first who drives."""
        if vehicle_id not in self._phones:
            self._phones[vehicle_id] = self._phone()
        return self._phones[vehicle_id]

    def _scheduled(self, at: datetime) -> list[tuple[datetime, str]]:
        town, midnight = self._life.town, datetime.combine(self._day, time(), UTC)
        hours = visits(town.seed, town.bins, (midnight - town.first_day).days, midnight)
        due = sorted((midnight + timedelta(hours=hour), bin_id) for bin_id, hour in hours.items())
        return [visit for visit in due if visit[0] >= at]

    def _local(self, clock: time) -> datetime:
        return datetime.combine(self._day, clock, LOCAL).astimezone(UTC)


def _offline(luck: np.random.Generator, day: date) -> tuple[datetime, datetime]:
    """From when until when the phone has no signal; on most days the stretch is of no length."""
    begins = datetime.combine(day, time(), LOCAL) + timedelta(hours=float(luck.uniform(*OFFLINE_FROM_H)))
    lasts = timedelta(hours=float(luck.uniform(*OFFLINE_LASTS_H)))
    return begins, begins + (lasts if luck.random() < OUT_OF_SIGNAL else timedelta())


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)
