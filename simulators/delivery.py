"""How a network delivers one frame of a bin's sensor: mostly at once, sometimes hours late, sometimes twice."""

from dataclasses import dataclass

import numpy as np

from simulators import networks
from simulators.devices import Device
from simulators.faults import COPIED_MESSAGE, LATE, SAME_FRAME_TWICE
from simulators.networks.air import Air, Sent

DELIVERY_S = 0.45
LATE_S = (600.0, 32_000.0)
SECOND_COPY_S, BROKER_COPY_S = 1.7, 0.2
WEAKEST_DBM, STRONGEST_DBM = -112, -68
SECOND_GATEWAY_DBM, THIRD_GATEWAY_DBM = -104, -84
"""Frames heard more strongly than this reach a second, and a third gateway."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: sent `at` (Unix seconds), what it says and by which port, and how far the device's own clock is ahead."""

    at: float
    session: int
    f_cnt: int
    spoken: bytes
    clock_ahead_s: float
    port: int | None


@dataclass(frozen=True, slots=True)
class Chance:
    """What befalls one frame on its way: how strongly it is heard, a roll of 0..1, and how late it is if it is late."""

    rssi_dbm: int
    roll: float
    delay_s: float


def chances(luck: np.random.Generator, frames: int) -> list[Chance]:
    """The chances of so many frames."""
    strengths = luck.integers(WEAKEST_DBM, STRONGEST_DBM, frames)
    rolls, delays_s = luck.random(frames), luck.uniform(*LATE_S, frames)
    return [Chance(*each) for each in zip(strengths.tolist(), rolls.tolist(), delays_s.tolist(), strict=True)]


def deliver(device: Device, topic: str, frame: Frame, chance: Chance) -> list[Sent]:
    """The messages that come of the frame: one, or two when the network or the broker repeats it."""
    gateways = 1 + (chance.rssi_dbm > SECOND_GATEWAY_DBM) + (chance.rssi_dbm > THIRD_GATEWAY_DBM)
    message = _message(device, frame, Air(frame.at, gateways, chance.rssi_dbm))
    if chance.roll < LATE:
        return [(frame.at + chance.delay_s, topic, message)]
    received_at = frame.at + DELIVERY_S
    if chance.roll < LATE + SAME_FRAME_TWICE:
        again = _message(device, frame, Air(frame.at + SECOND_COPY_S, gateways, chance.rssi_dbm - 3, copy=1))
        return [(received_at, topic, message), (received_at + SECOND_COPY_S, topic, again)]
    if chance.roll < LATE + SAME_FRAME_TWICE + COPIED_MESSAGE:
        return [(received_at, topic, message), (received_at + BROKER_COPY_S, topic, message)]
    return [(received_at, topic, message)]


def _message(device: Device, frame: Frame, air: Air) -> bytes:
    clock_s = frame.at + frame.clock_ahead_s
    return networks.up(device, frame.session, frame.f_cnt, frame.spoken, air, frame.port, clock_s)
