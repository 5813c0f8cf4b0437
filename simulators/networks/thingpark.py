"""Actility ThingPark: an uplink and a join as the JSON of its MQTT connector, on a topic of the council's own."""

from simulators.devices import Device
from simulators.networks.air import Air, address, gateway, iso

APPLICATION = "streets"


def topic(_device: Device, council: str, _event: str) -> str:
    """Where its connector publishes."""
    return f"streets/v1/{council}/thingpark/{APPLICATION}/uplink"


def up(device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None) -> bytes:
    """`DevEUI_uplink`: hexadecimal payload, time by the base station; a counter of 0 is left out."""
    counter = f'"FCntUp":{f_cnt},' if f_cnt else ""
    heard = ",".join(_lrr(device, hop, air) for hop in range(air.gateways))
    return (
        f'{{"DevEUI_uplink":{{"Time":"{iso(air.at)[:23]}+00:00","DevEUI":"{device.name.upper()}",'
        f'"DevAddr":"{address(device, session).upper()}","FPort":{port},{counter}"payload_hex":"{payload.hex()}",'
        f'"LostUplinksAS":0,"Lrrs":{{"Lrr":[{heard}]}}}}}}'
    ).encode()


def join(device: Device, session: int, at: float) -> bytes:
    """`DevEUI_notification` of a join: a new session, whose frame counter begins at 0."""
    return (
        f'{{"DevEUI_notification":{{"Time":"{iso(at)[:23]}+00:00","DevEUI":"{device.name.upper()}",'
        f'"DevAddr":"{address(device, session).upper()}","Type":"join"}}}}'
    ).encode()


def _lrr(device: Device, hop: int, air: Air) -> str:
    eui, rssi = gateway(device, hop, air)
    return f'{{"Lrrid":"{eui[-8:].upper()}","LrrRSSI":{rssi},"LrrSNR":{12.5 + rssi / 10:.1f}}}'
