"""A few devices of any model instead of the town's own: at the town's posts, in its litter and among its people.

A fleet is a town of just these devices, so that history, the live town and the import files work on it as they are.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle

from sensors.readings import BumpReading, CountReading, CoverageReading, LevelReading
from simulators import networks
from simulators.bins import HOUR_S, Bin, mount
from simulators.counters import PERIOD_S, Counter
from simulators.devices import Device, build_device, usual_network
from simulators.encoders import speaker
from simulators.encoders.speech import Speaker
from simulators.faults import Fault, possible_faults
from simulators.town import Town, build_town

OF_PHONES = (BumpReading, CoverageReading)
FROM_SECOND_DAY = ("restart", "reset")
"""What can only be seen after a day on which all was well."""
HEADSPACE_MM = 40
FIRST_NUMBER = 2_000
"""Numbers of devices from here on are none of the town's own."""


@dataclass(frozen=True, slots=True)
class Order:
    """So many devices of a model, on a network, with faults."""

    model: str
    count: int
    network: str
    faults: tuple[str, ...] = ()


def order_of(words: str) -> Order:
    """The order in words: MODEL[:COUNT][,NETWORK][,FAULT…], as in "df702:2,chirpstack,fire". Raises ValueError.

    Without a network it is the model's usual one.
    """
    first, *more = words.split(",")
    model, _, count = first.partition(":")
    spoken_by = speaker(model)
    if spoken_by.is_asked:
        raise ValueError(f"{model} does not speak: its maker's cloud is asked.")
    if count and not (count.isascii() and count.isdecimal() and int(count)):
        raise ValueError(f"{count!r} of {model} is no number of devices.")
    possible = _networks(spoken_by)
    said = [word for word in more if word in possible]
    if len(said) > 1:
        raise ValueError(f"A device is on one network, not on {' and '.join(said)}.")
    network = said[0] if said else usual_network(model)
    faults = tuple(word for word in more if word not in said)
    able = possible_faults(spoken_by, network)
    for fault in faults:
        if fault not in able:
            can = f"it can have the faults {', '.join(able)}, and be on {', '.join(possible)}"
            raise ValueError(f"{model} on {network} cannot have {fault!r}; {can}.")
    return Order(model, int(count or 1), network, faults)


def build_fleet(seed: int, starts_at: datetime, orders: list[Order]) -> Town:
    """A town of these devices alone; the same seed and orders make the same fleet. Raises ValueError for too many counters.

    Faults are there from the first day on; what begins with a restart or a reset, from the second. A day of its frames:
    `messages(build_fleet(1, midnight, [order_of("em310-udl,stuck")]), midnight, midnight + timedelta(days=1))`.
    """
    town = build_town(seed, starts_at)
    each = [order for order in orders for _ in range(order.count)]
    ours = [(order, _device(seed, order, FIRST_NUMBER + number)) for number, order in enumerate(each)]
    standing = [(order, device) for order, device in ours if device.speaker.measures not in OF_PHONES]
    on_bins = [device for _, device in standing if device.speaker.measures is LevelReading]
    at_posts = [device for _, device in standing if device.speaker.measures is CountReading]
    if len(at_posts) > len(town.counters):
        raise ValueError(f"{town.name} has {len(town.counters)} posts for counters; {len(at_posts)} are too many.")
    return replace(
        town,
        bins=tuple(_at_bin(a_bin, device) for a_bin, device in zip(cycle(town.bins), on_bins, strict=False)),
        counters=tuple(_at_post(post, device) for post, device in zip(town.counters, at_posts, strict=False)),
        faults=tuple(
            Fault(kind, device.name, int(kind in FROM_SECOND_DAY), None) for order, device in standing for kind in order.faults
        ),
        has_phones=len(standing) < len(each),
        has_strangers=False,
    )


def _networks(spoken_by: Speaker) -> tuple[str, ...]:
    """The networks that can carry a model."""
    return tuple(networks.LORAWAN) if spoken_by.port is not None else (usual_network(spoken_by.model),)


def _device(seed: int, order: Order, number: int) -> Device:
    report_every_s = HOUR_S if speaker(order.model).measures is LevelReading else PERIOD_S
    rejoins = 1 if "restart" in order.faults else None
    return build_device(seed, order.model, number, report_every_s, rejoins, order.network)


def _at_bin(a_bin: Bin, device: Device) -> Bin:
    """A bin as the town has it, with another device in it; each is a bin of its own."""
    depth_mm = abs(a_bin.mounting.empty_mm - a_bin.mounting.full_mm)
    return replace(a_bin, bin_id=f"FL-{device.name}", device=device, mounting=mount(device.model, depth_mm, HEADSPACE_MM))


def _at_post(post: Counter, device: Device) -> Counter:
    """A post as the town has it, with another device, of one line and the right way round."""
    return replace(post, device=device, line=None, swapped=False)
