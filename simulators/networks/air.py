"""What every network hears: a frame in the air, by gateways of the town."""

from dataclasses import dataclass
from datetime import UTC, datetime

from simulators.devices import Device

GATEWAYS = ("025256ff00000a01", "025256ff00000a02", "025256ff00000a03", "025256ff00000a04")

Sent = tuple[float, str, bytes]
"""When the broker receives it (Unix seconds), topic, message."""


@dataclass(frozen=True, slots=True)
class Air:
    """How a frame was heard: when, in Unix seconds, by how many gateways, how strongly; `copy` tells repeats apart."""

    at: float
    gateways: int
    rssi: int
    copy: int = 0


def iso(unix_s: float) -> str:
    """ISO 8601 with microseconds and no zone, in UTC."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def gateway(device: Device, hop: int, air: Air) -> tuple[str, int]:
    """The EUI of the `hop`-th gateway that heard the device, and the strength in dBm."""
    return GATEWAYS[(int(device.dev_addr, 16) + hop) % len(GATEWAYS)], air.rssi - 7 * hop


def address(device: Device, session: int) -> str:
    """The device's address in its `session`-th session."""
    return f"{(int(device.dev_addr, 16) + session - 1) & 0xFFFFFFFF:08x}"
