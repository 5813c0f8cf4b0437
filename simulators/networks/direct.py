"""Devices that speak for themselves: a reading with the device's own time, or a Xovis sensor's package as it pushes it."""

from simulators.devices import Device
from simulators.networks.air import iso


def topic(device: Device, council: str) -> str:
    """Where the device publishes."""
    return f"streets/v1/{council}/{device.name}/{'xovis' if device.network == 'xovis' else 'up'}"


def up(device: Device, seq: int, spoken: bytes, observed_at: float) -> bytes:
    """A direct device's message, stamped by the device itself; a Xovis package is stamped within."""
    if device.network == "xovis":
        return spoken
    words = f'"model":"{device.model}","observed_at":"{iso(observed_at)[:19]}Z","seq":{seq}'
    return f'{{{words},"reading":{spoken.decode()}}}'.encode()
