"""LORIOT: a frame as soon as the first gateway heard it. It tells of no join."""

from simulators.devices import Device
from simulators.networks.air import Air, gateway

APPLICATION = "BE7A0001"


def topic(_device: Device, _council: str, _event: str) -> str:
    """Where it publishes."""
    return f"loriot/{APPLICATION}/uplink"


def up(device: Device, _session: int, f_cnt: int, payload: bytes, air: Air, port: int | None) -> bytes:
    """`rx`: hexadecimal data, and milliseconds by the network server."""
    _, rssi = gateway(device, 0, air)
    return (
        f'{{"cmd":"rx","seqno":{f_cnt + 1},"EUI":"{device.name.upper()}","ts":{int(air.at * 1000)},"fcnt":{f_cnt},'
        f'"port":{port},"freq":868300000,"rssi":{rssi},"snr":{12.5 + rssi / 10:.1f},"toa":206,"dr":"SF9 BW125 4/5",'
        f'"ack":false,"bat":255,"offline":false,"data":"{payload.hex().upper()}"}}'
    ).encode()
