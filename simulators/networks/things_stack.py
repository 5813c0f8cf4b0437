"""The Things Stack v3: an uplink and a join as its JSON."""

from base64 import b64encode

from simulators.devices import TTS_APPLICATION, TTS_TENANT, Device
from simulators.networks.air import Air, gateway, iso

JOIN_EUI = "025256fffe000001"


def topic(device: Device, _council: str, event: str) -> str:
    """Where it publishes an event of the device."""
    return f"v3/{TTS_APPLICATION}@{TTS_TENANT}/devices/eui-{device.name}/{event}"


def up(device: Device, session: int, f_cnt: int, payload: bytes, air: Air, port: int | None) -> bytes:
    """The Things Stack v3 `uplink_message`."""
    time, counter = iso(air.at), f'"f_cnt":{f_cnt},' if f_cnt else ""
    ulid = f"01{int(air.at * 1000):012X}{air.copy:04X}{f_cnt & 0xFFFFFFFF:08X}"
    heard = ",".join(_gateway(device, hop, time, air) for hop in range(air.gateways))
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


def join(device: Device, session: int, at: float) -> bytes:
    """The Things Stack v3 `join_accept`: a new session, whose frame counter begins at 0."""
    return (
        f'{{"end_device_ids":{{"device_id":"eui-{device.name}","application_ids":{{"application_id":"{TTS_APPLICATION}"}},'
        f'"dev_eui":"{device.name.upper()}","join_eui":"{JOIN_EUI.upper()}","dev_addr":"{device.dev_addr.upper()}"}},'
        f'"received_at":"{iso(at)}108Z","join_accept":{{"session_key_id":"{_session_key(device, session)}"}}}}'
    ).encode()


def _gateway(device: Device, hop: int, time: str, air: Air) -> str:
    eui, rssi = gateway(device, hop, air)
    return (
        f'{{"gateway_ids":{{"gateway_id":"eui-{eui}","eui":"{eui.upper()}"}},"time":"{time}Z",'
        f'"timestamp":{int(air.at * 1e6) & 0xFFFFFFFF},"rssi":{rssi},"channel_rssi":{rssi},"snr":{12.5 + rssi / 10:.1f},'
        f'"uplink_token":"CiQKIgoWZXVpLTAyNTI1NmZm","channel_index":{hop + 1},"received_at":"{time}118Z"}}'
    )


def _session_key(device: Device, session: int) -> str:
    return b64encode(bytes.fromhex(device.name) + session.to_bytes(8, "big")).decode()
