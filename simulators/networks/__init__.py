"""How the networks publish a frame, each in a file of its own, and devices that publish for themselves.

Written as templates because a month of a town is 130,000 messages. The Things Stack, ChirpStack and ThingPark leave out what is
zero or empty: a frame with counter 0 has no counter. Several gateways hear most frames.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from simulators.devices import Device
from simulators.networks import chirpstack, direct, loriot, thingpark, things_stack
from simulators.networks.air import Air, Sent


class Network(Protocol):
    """What a network's file has."""

    def topic(self, device: Device, council: str, event: str, /) -> str:
        """Where it publishes an event of the device."""

    def up(self, device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None, /) -> bytes:
        """The message of a frame."""


BEGINS_S, BEGINS_DBM, DELIVERY_S = 4.0, -90, 0.4

LORAWAN: Mapping[str, Network] = {
    "tts": things_stack,
    "chirpstack": chirpstack,
    "helium": chirpstack,
    "loriot": loriot,
    "thingpark": thingpark,
}
JOINS: dict[str, Callable[[Device, int, float], bytes]] = {
    "tts": things_stack.join,
    "chirpstack": chirpstack.join,
    "helium": chirpstack.join,
    "thingpark": thingpark.join,
}


def topic(device: Device, council: str, event: str = "up") -> str:
    """Where the network of the device, or the device, publishes an event of it."""
    network = LORAWAN.get(device.network)
    return network.topic(device, council, event) if network else direct.topic(device, council)


def up(
    device: Device, session: int, f_cnt: int, spoken: bytes, air: Air, port: int | None = None, observed_at: float | None = None
) -> bytes:
    """The message of a frame. `port` where it is not that of the device's reports, `observed_at` by the device's own clock."""
    network = LORAWAN.get(device.network)
    if network is None:
        return direct.up(device, f_cnt, spoken, air.at if observed_at is None else observed_at)
    return network.up(device, session, f_cnt, spoken, air, port or device.port)


def rejoined(device: Device, council: str, session: int, at: float) -> list[Sent]:
    """The join with which a session begins, where its network tells of it, and what the device sends when it begins."""
    join = JOINS.get(device.network)
    sent = [] if join is None else [(at, topic(device, council, "join"), join(device, session, at))]
    for f_cnt, (port, spoken) in enumerate(device.speaker.begins):
        air = Air(at + BEGINS_S * (f_cnt + 1), 1, BEGINS_DBM)
        sent.append((air.at + DELIVERY_S, topic(device, council), up(device, session, f_cnt, spoken, air, port)))
    return sent
