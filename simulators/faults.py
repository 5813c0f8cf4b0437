"""What goes wrong in Rivermouth, on purpose and known by seed, so that tests can say what must be noticed."""

from dataclasses import dataclass

import numpy as np

from sensors.readings import CANNOT_MEASURE, COUNT_FAULTS
from simulators.bins import Bin
from simulators.counters import PLACES, Counter
from simulators.devices import SPEAK_FOR_THEMSELVES, Device
from simulators.dice import dice
from simulators.encoders.speech import Speaker

SAME_FRAME_TWICE, COPIED_MESSAGE, LATE = 0.008, 0.004, 0.006
"""Shares of frames that the network delivers twice, that the broker delivers twice, and that come minutes to hours late."""
WRONG_CLOCK_S = 26 * 3600
OFF_THE_NETWORK_H = range(7, 13)
"""Hours of the day in which a device with a backlog is off the network; it sends them stored, afterwards."""
LOST = 0.3
"""Share of frames that never come of a device whose network is lossy."""
DEAD_COUNTER_PLACE = PLACES[4]

KINDS = (
    # kind, how many bins, from day, days (None: for ever), models it can happen to
    ("silent", 4, 4, None, None),
    ("silent", 2, 3, 3, None),
    ("stuck", 3, 2, None, None),
    ("tilted", 2, 3, None, ("em400-mud", "em310-udl", "em400-tld")),
    ("tilted", 2, 1, 2, ("em400-mud", "em310-udl", "em400-tld")),
    ("no_echo", 2, 2, None, ("ldds75", "direct-bin")),
    ("garbage", 3, 1, None, ("em400-mud", "em310-udl", "ldds75")),
    ("wrong_clock", 1, 2, 2, ("direct-bin",)),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one device, on the town's days `from_day` to `until_day` (not included; None: for ever).

    silent, dead: it sends nothing · stuck: always the same distance, or nobody more counted · tilted: it says so, and its
    distance means nothing · liner: something hangs before it, and it reads full · slipped: it reads emptier than the bin is ·
    no_echo, too_close, too_far, sensor_fault, disabled: it says so · garbage: one frame a day is broken · wrong_clock: its
    clock runs 26 hours ahead · backlog: off the network by day, then it sends what it stored · lossy: three frames of ten
    never come · battery_low, fire, vandal: it says so · stopped, misaligned, node_silent, anomaly: a counter says so ·
    reset: its totals begin anew at noon of the first day · weekly_reset: each Monday · restart: it joins anew on the first
    day, and its frame counter and totals begin anew.
    """

    kind: str
    device: str
    from_day: int
    until_day: int | None

    def holds_on(self, day: int) -> bool:
        """Whether the device has the fault on that day of the town."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


def plan_faults(seed: int, bins: tuple[Bin, ...], counters: tuple[Counter, ...]) -> tuple[Fault, ...]:
    """All faults of the town's devices; a device has one fault at most."""
    luck = dice(seed, "faults")
    well = {device.name: device for a_bin in bins if (device := a_bin.device) is not None}
    faults = []
    for kind, how_many, from_day, days, models in KINDS:
        names = [name for name, device in well.items() if models is None or device.model in models]
        for name in luck.choice(names, how_many, replace=False):
            starts = from_day + int(luck.integers(0, 2))
            faults.append(Fault(kind, str(name), starts, None if days is None else starts + days))
            del well[str(name)]
    dying = [counter for counter in counters if counter.place == DEAD_COUNTER_PLACE]
    storing = [counter for counter in counters if counter.device.model == "vs350" and counter not in dying]
    faults.append(Fault("dead", dying[int(luck.integers(0, len(dying)))].device.name, 5, None))
    faults.append(Fault("backlog", storing[int(luck.integers(0, len(storing)))].device.name, 4, 5))
    return tuple(faults)


def possible_faults(spoken_by: Speaker, network: str) -> tuple[str, ...]:
    """The kinds of fault that a device of this model can have on this network."""
    can_say = spoken_by.can_say
    possible = {
        **dict.fromkeys(("silent", "stuck", "garbage", "lossy", "restart"), True),
        **{word: can_say("cannot_measure", word) for word in CANNOT_MEASURE},
        **{word: can_say("fault", word) for word in COUNT_FAULTS if word != "stuck"},
        **{word: can_say("alarms", word) for word in ("fire", "vandal")},
        "tilted": can_say("tilted") or can_say("tilt_deg") or can_say("alarms", "tilt"),
        "battery_low": can_say("battery_pct") or can_say("battery_mv") or can_say("alarms", "low_battery"),
        "reset": can_say("total_in"),
        "weekly_reset": can_say("total_in"),
        "backlog": spoken_by.stored is not None,
        "wrong_clock": network == "direct" or spoken_by.stamps,
    }
    return tuple(kind for kind, is_so in possible.items() if is_so)


class Faults:
    """The faults of a town's devices, asked by device and day."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._of: dict[str, list[Fault]] = {}
        for fault in faults:
            self._of.setdefault(fault.device, []).append(fault)

    def on(self, device: str, day: int) -> frozenset[str]:
        """The kinds of fault that a device has on that day of the town."""
        return frozenset(fault.kind for fault in self._of.get(device, ()) if fault.holds_on(day))

    def begin(self, device: str, day: int) -> frozenset[str]:
        """The kinds of fault that begin on that day."""
        return frozenset(fault.kind for fault in self._of.get(device, ()) if fault.from_day == day)


def lost(seed: int, device: Device, day: int, frames: int, kinds: frozenset[str]) -> list[bool]:
    """Which of the day's frames never come."""
    share = LOST if "lossy" in kinds else 0.0
    return [roll < share for roll in dice(seed, "lost", device.name, day).random(frames).tolist()]


def broken(device: Device, luck: np.random.Generator) -> bytes:
    """What comes of a device with garbage: bytes of no meaning, or JSON cut short."""
    return b'{"distance_mm":' if device.network in SPEAK_FOR_THEMSELVES else luck.bytes(7)
