"""Messages as network servers published them: bare, or inside {"payload": message, "expected": …}; on the topic of their network.

The published samples share one DevEUI, whatever their model; each model gets one of its own, because a device has one model.
"""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from simulators.asset_files import Row
from simulators.ground import CENTRE_LAT, CENTRE_LON
from simulators.history import Message
from simulators.recorded.recording import LONG_AGO, Recording, RecordingError, Refusal, Window

SHARED_DEV_EUI = "1000000000000001"
EUI_DIGITS = 16
MODEL = re.compile(r"em310-udl|em400-mud|em400-tld|em400-udl|ldds75|vs133|vs350")
TOPIC = re.compile(r"[^\s+#\x00]+")
COUNTERS = ("vs133", "vs350")
EMPTY_MM, FULL_MM, PERIOD_S = 2_500, 300, 900


def read(path: Path, council: str, window: Window) -> Recording:  # noqa: ARG001 what networks told is told as it was, and when
    """The file's message. Raises RecordingError for a file that is not JSON or not a message of a known network."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise RecordingError(f"{path.name} is not JSON: {wrong}") from wrong
    if isinstance(held, list):
        reason = "payload examples without a message around them: `streets decode` reads them"
        return Recording(refused=[Refusal(path.name, 1, reason)])
    sample = held["payload"] if isinstance(held, dict) and isinstance(held.get("payload"), dict) else held
    found = MODEL.search(path.name.lower())
    model = found.group() if found else None
    text = json.dumps(sample, separators=(",", ":"))
    if model is not None:
        text = text.replace(SHARED_DEV_EUI, f"10000000{crc32(model.encode()):08x}")
    try:
        topic, dev_eui, at = _address(json.loads(text), council)
    except (ValueError, OverflowError) as wrong:
        raise RecordingError(f"{path.name} cannot be told: {wrong}") from wrong
    if not TOPIC.fullmatch(topic):
        raise RecordingError(f"{path.name} cannot be told: no broker has a topic {topic!r}")
    message: Message = (topic, text.encode(), at)
    return Recording(messages=[message], assets=_assets(dev_eui, model) if model is not None else {})


def _address(message: Any, council: str) -> tuple[str, str, datetime]:
    """Topic, DevEUI and time of a message; LONG_AGO where it does not say when. Raises ValueError, OverflowError."""
    match message:
        case {
            "end_device_ids": {"device_id": str(device), "dev_eui": str(dev_eui), "application_ids": {"application_id": str(app)}}
        }:
            event = "join" if "join_accept" in message else "up"
            match message:
                case {"uplink_message": {"network_ids": {"tenant_id": str(tenant)}}}:
                    application = f"{app}@{tenant}"
                case _:
                    application = app
            return f"v3/{application}/devices/{device}/{event}", dev_eui.lower(), _time(message.get("received_at"))
        case {"deviceInfo": {"devEui": str(dev_eui), "applicationId": str(app)}}:
            return f"application/{app}/device/{dev_eui}/event/{_chirpstack_event(message)}", dev_eui, _time(message.get("time"))
        case {"devEUI": str(dev_eui), "applicationID": str(app)}:
            name = dev_eui if len(dev_eui) == EUI_DIGITS else b64decode(dev_eui).hex()
            return f"application/{app}/device/{name}/event/{_chirpstack_event(message)}", name, _time(message.get("publishedAt"))
        case {"cmd": str(), "EUI": str(dev_eui), "ts": int(ts_ms)}:
            return "loriot/samples/uplink", dev_eui.lower(), datetime.fromtimestamp(ts_ms / 1000, UTC)
        case dict() if report := next((held for name, held in message.items() if name.startswith("DevEUI_")), None):
            match report:
                case {"DevEUI": str(dev_eui)}:
                    at = datetime.fromisoformat(report["Time"]) if report.get("Time") else LONG_AGO
                    return f"streets/v1/{council}/thingpark/samples/uplink", dev_eui.lower(), at
    raise ValueError("it is not a message of The Things Stack, ChirpStack, LORIOT or ThingPark")


def _chirpstack_event(message: dict[str, Any]) -> str:
    if "queueItemId" in message:
        return "ack"
    if "level" in message:
        return "log"
    if "margin" in message or "batteryLevel" in message:
        return "status"
    return "up" if "fPort" in message or "data" in message else "join"


def _time(text: Any) -> datetime:
    return datetime.fromisoformat(f"{text}"[:19] + "+00:00") if text else LONG_AGO


def _assets(dev_eui: str, model: str) -> dict[str, list[Row]]:
    """Where a sample's device stands: nobody said, so it hangs in the middle of the simulated town."""
    sample_id, where = f"sample-{dev_eui}", {"lat": CENTRE_LAT, "lon": CENTRE_LON}
    installed = {"device": dev_eui, "model": model, "valid_from": LONG_AGO.isoformat(), "swap_in_out": "false"}
    if model in COUNTERS:
        counter = {"counter_id": sample_id, "place_id": "samples", "place_name": "Samples", "name": f"Sample {model}", **where}
        mounted = {"counter_id": sample_id, "period_s": PERIOD_S, "report_every_s": PERIOD_S}
        return {"counters": [counter], "installations": [{**installed, **mounted}]}
    a_bin = {"bin_id": sample_id, "name": f"Sample {model}", **where, "capacity_l": 100, "visit_every_days": 1}
    mounted = {"bin_id": sample_id, "empty_mm": EMPTY_MM, "full_mm": FULL_MM, "blind_zone_mm": 30, "max_range_mm": 4_500}
    return {"bins": [a_bin], "installations": [{**installed, **mounted, "report_every_s": 3_600}]}
