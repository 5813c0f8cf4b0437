"""ChirpStack v4, and Helium, which is ChirpStack v4 with hotspots: an uplink and a join as its JSON."""

from base64 import b64encode

from simulators.devices import CHIRPSTACK_APPLICATION, Device
from simulators.networks.air import Air, address, gateway, iso

TENANT_ID = "52f1b3d0-0000-4f87-8025-7269766d0001"
PROFILE_ID = "605d08d4-0000-4c2c-8a5a-7269766d0001"


def topic(device: Device, _council: str, event: str) -> str:
    """Where it publishes an event of the device."""
    return f"application/{CHIRPSTACK_APPLICATION}/device/{device.name}/event/{event}"


def up(device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None) -> bytes:
    """ChirpStack v4 `up` event; each collected set has a deduplicationId of its own, repeats too."""
    time, counter = iso(air.at), f'"fCnt":{f_cnt},' if f_cnt else ""
    heard = ",".join(_gateway(device, hop, time, air) for hop in range(air.gateways))
    return (
        f'{{"deduplicationId":"{_uuid(device, air.at, air.copy)}","time":"{time}+00:00",{_device_info(device)},'
        f'"devAddr":"{address(device, session)}","adr":true,"dr":3,{counter}"fPort":{port},'
        f'"confirmed":false,"data":"{b64encode(payload).decode()}","rxInfo":[{heard}],'
        f'"txInfo":{{"frequency":868300000,"modulation":{{"lora":{{"bandwidth":125000,"spreadingFactor":9,'
        f'"codeRate":"CR_4_5"}}}}}}}}'
    ).encode()


def join(device: Device, session: int, at: float) -> bytes:
    """ChirpStack v4 `join` event: a new device address, and a frame counter that begins at 0."""
    return (
        f'{{"deduplicationId":"{_uuid(device, at, 0)}","time":"{iso(at)}+00:00",{_device_info(device)},'
        f'"devAddr":"{address(device, session)}"}}'
    ).encode()


def _gateway(device: Device, hop: int, time: str, air: Air) -> str:
    eui, rssi = gateway(device, hop, air)
    network = '"network":"helium_iot"' if device.network == "helium" else '"region_config_id":"eu868"'
    return (
        f'{{"gatewayId":"{eui}","uplinkId":{int(air.at * 1000) & 0xFFFF},"time":"{time}+00:00","rssi":{rssi},'
        f'"snr":{12.5 + rssi / 10:.1f},"channel":{hop + 1},"location":{{}},"context":"EFwMtA==",'
        f'"metadata":{{{network},"region_common_name":"EU868"}},"crcStatus":"CRC_OK"}}'
    )


def _device_info(device: Device) -> str:
    return (
        f'"deviceInfo":{{"tenantId":"{TENANT_ID}","tenantName":"Rivermouth","applicationId":"{CHIRPSTACK_APPLICATION}",'
        f'"applicationName":"streets","deviceProfileId":"{PROFILE_ID}","deviceProfileName":"{device.model}",'
        f'"deviceName":"{device.model}-{device.name[-4:]}","devEui":"{device.name}","tags":{{}}}}'
    )


def _uuid(device: Device, at: float, copy: int) -> str:
    when = f"{int(at) & 0xFFFFFFFF:08x}-{int(at * 1e6) & 0xFFFF:04x}"
    return f"{when}-4{copy:03x}-a{device.name[-7:-4]}-{device.dev_addr}{device.name[-4:]}"
