"""How network servers publish a frame: The Things Stack v3 and ChirpStack v4 JSON, and the direct topic.

Written as templates because a month of a town is 130,000 messages. Both networks leave out what is zero or empty, as
protobuf's JSON mapping does: a frame with counter 0 has no `f_cnt`. Several gateways hear most frames.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from simulators.devices import CHIRPSTACK_APPLICATION, TTS_APPLICATION, TTS_TENANT, Device

GATEWAYS = ("025256ff00000a01", "025256ff00000a02", "025256ff00000a03", "025256ff00000a04")
JOIN_EUI = "025256fffe000001"
TENANT_ID = "52f1b3d0-0000-4f87-8025-7269766d0001"
PROFILE_ID = "605d08d4-0000-4c2c-8a5a-7269766d0001"


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


def topic(device: Device, council: str, event: str = "up") -> str:
    """Where the network of the device publishes an event of it."""
    if device.network == "tts":
        return f"v3/{TTS_APPLICATION}@{TTS_TENANT}/devices/eui-{device.name}/{event}"
    if device.network == "chirpstack":
        return f"application/{CHIRPSTACK_APPLICATION}/device/{device.name}/event/{event}"
    return f"streets/v1/{council}/{device.name}/up"


def tts_up(device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None) -> bytes:
    """The Things Stack v3 `uplink_message`."""
    time, counter = iso(air.at), f'"f_cnt":{f_cnt},' if f_cnt else ""
    ulid = f"01{int(air.at * 1000):012X}{air.copy:04X}{f_cnt & 0xFFFFFFFF:08X}"
    heard = ",".join(_tts_gateway(device, hop, time, air) for hop in range(air.gateways))
    return (
        f'{{"end_device_ids":{{"device_id":"eui-{device.name}","application_ids":{{"application_id":"{TTS_APPLICATION}"}},'
        f'"dev_eui":"{device.name.upper()}","join_eui":"{JOIN_EUI.upper()}","dev_addr":"{device.dev_addr.upper()}"}},'
        f'"correlation_ids":["gs:uplink:{ulid}","as:up:{ulid}"],"received_at":"{time}412Z","uplink_message":{{'
        f'"session_key_id":"{_session_key(device, session)}","f_port":{port},{counter}'
        f'"frm_payload":"{b64encode(payload).decode()}","rx_metadata":[{heard}],'
        f'"settings":{{"data_rate":{{"lora":{{"bandwidth":125000,"spreading_factor":9,"coding_rate":"4/5"}}}},'
        f'"frequency":"868100000"}},"received_at":"{time}204Z","consumed_airtime":"0.205824s",'
        f'"network_ids":{{"net_id":"000013","tenant_id":"{TTS_TENANT}","cluster_id":"eu1"}}}}}}'
    ).encode()


def tts_join(device: Device, session: int, at: float) -> bytes:
    """The Things Stack v3 `join_accept`: a new session, whose frame counter begins at 0."""
    return (
        f'{{"end_device_ids":{{"device_id":"eui-{device.name}","application_ids":{{"application_id":"{TTS_APPLICATION}"}},'
        f'"dev_eui":"{device.name.upper()}","join_eui":"{JOIN_EUI.upper()}","dev_addr":"{device.dev_addr.upper()}"}},'
        f'"received_at":"{iso(at)}108Z","join_accept":{{"session_key_id":"{_session_key(device, session)}"}}}}'
    ).encode()


def chirpstack_up(device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None) -> bytes:
    """ChirpStack v4 `up` event; each collected set has a deduplicationId of its own, repeats too."""
    time, counter = iso(air.at), f'"fCnt":{f_cnt},' if f_cnt else ""
    heard = ",".join(_chirpstack_gateway(device, hop, time, air) for hop in range(air.gateways))
    return (
        f'{{"deduplicationId":"{_uuid(device, air.at, air.copy)}","time":"{time}+00:00",{_device_info(device)},'
        f'"devAddr":"{_address(device, session)}","adr":true,"dr":3,{counter}"fPort":{port},'
        f'"confirmed":false,"data":"{b64encode(payload).decode()}","rxInfo":[{heard}],'
        f'"txInfo":{{"frequency":868300000,"modulation":{{"lora":{{"bandwidth":125000,"spreadingFactor":9,'
        f'"codeRate":"CR_4_5"}}}}}}}}'
    ).encode()


def chirpstack_join(device: Device, session: int, at: float) -> bytes:
    """ChirpStack v4 `join` event: a new device address, and a frame counter that begins at 0."""
    return (
        f'{{"deduplicationId":"{_uuid(device, at, 0)}","time":"{iso(at)}+00:00",{_device_info(device)},'
        f'"devAddr":"{_address(device, session)}"}}'
    ).encode()


def direct_up(device: Device, seq: int, observed_at: float, reading: str) -> bytes:
    """A direct device's message, stamped by the device itself."""
    words = f'"model":"{device.model}","observed_at":"{iso(observed_at)[:19]}Z","seq":{seq}'
    return f'{{{words},"reading":{reading}}}'.encode()


def up(device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None = None) -> bytes:
    """The uplink message of whichever LoRaWAN network carries the device; `port` where it is not that of its reports."""
    wrap = tts_up if device.network == "tts" else chirpstack_up
    return wrap(device, session, f_cnt, payload, air, port or device.port)


def join(device: Device, session: int, at: float) -> bytes:
    """The join message of whichever LoRaWAN network carries the device."""
    wrap = tts_join if device.network == "tts" else chirpstack_join
    return wrap(device, session, at)


def _tts_gateway(device: Device, hop: int, time: str, air: Air) -> str:
    gateway = GATEWAYS[(int(device.dev_addr, 16) + hop) % len(GATEWAYS)]
    rssi = air.rssi - 7 * hop
    return (
        f'{{"gateway_ids":{{"gateway_id":"eui-{gateway}","eui":"{gateway.upper()}"}},"time":"{time}Z",'
        f'"timestamp":{int(air.at * 1e6) & 0xFFFFFFFF},"rssi":{rssi},"channel_rssi":{rssi},"snr":{12.5 + rssi / 10:.1f},'
        f'"uplink_token":"CiQKIgoWZXVpLTAyNTI1NmZm","channel_index":{hop + 1},"received_at":"{time}118Z"}}'
    )


def _chirpstack_gateway(device: Device, hop: int, time: str, air: Air) -> str:
    gateway = GATEWAYS[(int(device.dev_addr, 16) + hop) % len(GATEWAYS)]
    rssi = air.rssi - 7 * hop
    return (
        f'{{"gatewayId":"{gateway}","uplinkId":{int(air.at * 1000) & 0xFFFF},"time":"{time}+00:00","rssi":{rssi},'
        f'"snr":{12.5 + rssi / 10:.1f},"channel":{hop + 1},"location":{{}},"context":"EFwMtA==",'
        f'"metadata":{{"region_config_id":"eu868","region_common_name":"EU868"}},"crcStatus":"CRC_OK"}}'
    )


def _device_info(device: Device) -> str:
    return (
        f'"deviceInfo":{{"tenantId":"{TENANT_ID}","tenantName":"Rivermouth","applicationId":"{CHIRPSTACK_APPLICATION}",'
        f'"applicationName":"streets","deviceProfileId":"{PROFILE_ID}","deviceProfileName":"{device.model}",'
        f'"deviceName":"{device.model}-{device.name[-4:]}","devEui":"{device.name}","tags":{{}}}}'
    )


def _session_key(device: Device, session: int) -> str:
    return b64encode(bytes.fromhex(device.name) + session.to_bytes(8, "big")).decode()


def _address(device: Device, session: int) -> str:
    return f"{(int(device.dev_addr, 16) + session - 1) & 0xFFFFFFFF:08x}"


def _uuid(device: Device, at: float, copy: int) -> str:
    when = f"{int(at) & 0xFFFFFFFF:08x}-{int(at * 1e6) & 0xFFFF:04x}"
    return f"{when}-4{copy:03x}-a{device.name[-7:-4]}-{device.dev_addr}{device.name[-4:]}"
