"""Messages as they reach the broker, (topic, bytes): makers' frames in two networks' JSON, and devices' own words."""

import json
from base64 import b64encode
from datetime import datetime

Message = tuple[str, bytes]


def em310(distance_mm: int, tilted: bool = False) -> bytes:
    """An EM310-UDL's frame: battery 100 %, distance, position (Milesight: 01 75, 03 82, 04 00; little-endian)."""
    return b"\x01\x75\x64\x03\x82" + distance_mm.to_bytes(2, "little") + bytes([4, 0, tilted])


def em400(distance_mm: int) -> bytes:
    """An EM400-MUD's frame: battery 92 %, 25.7 degrees, distance, upright (Milesight: 01 75, 03 67, 04 82, 05 00)."""
    return bytes.fromhex("01755c0367010104 82") + distance_mm.to_bytes(2, "little") + bytes.fromhex("050000")


def vs350(people_in: int, people_out: int) -> bytes:
    """A VS350's count of one period (Milesight: 05 CC)."""
    return b"\x05\xcc" + people_in.to_bytes(2, "little") + people_out.to_bytes(2, "little")


def things_stack(dev_eui: str, payload: bytes, f_cnt: int, at: datetime) -> Message:
    """A frame on port 85 as The Things Stack publishes it."""
    device = f"eui-{dev_eui}"
    said = {
        "end_device_ids": {"device_id": device, "dev_eui": dev_eui.upper(), "application_ids": {"application_id": "streets"}},
        "received_at": at.isoformat(),
        "uplink_message": {
            "session_key_id": "AYfg8Ta3",
            "f_port": 85,
            "f_cnt": f_cnt,
            "frm_payload": b64encode(payload).decode(),
            "received_at": at.isoformat(),
        },
    }
    return f"v3/streets@council/devices/{device}/up", json.dumps(said).encode()


def chirpstack(dev_eui: str, payload: bytes, f_cnt: int, at: datetime) -> Message:
    """A frame on port 85 as ChirpStack publishes it."""
    said = {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": at.isoformat(),
        "deviceInfo": {"devEui": dev_eui, "applicationId": "17c82e96-be03-4f38-aef3-f83d48582d97"},
        "devAddr": "00189440",
        "fCnt": f_cnt,
        "fPort": 85,
        "data": b64encode(payload).decode(),
    }
    return f"application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{dev_eui}/event/up", json.dumps(said).encode()


def direct(name: str, model: str, reading: dict[str, object], seq: int, at: datetime) -> Message:
    """A reading of a device that speaks for itself."""
    said = {"model": model, "observed_at": at.isoformat(), "seq": seq, "reading": reading}
    return f"streets/v1/testham/{name}/up", json.dumps(said).encode()


def bump(reporter: str, lat: float, lon: float, hour_start: datetime, severity_g: float) -> Message:
    """A phone's pothole event."""
    said = {"lat": lat, "lon": lon, "hour_start": hour_start.isoformat(), "severity_g": severity_g}
    return f"streets/v1/testham/phone/{reporter}/bump", json.dumps(said).encode()
