"""What becomes of every event that the networks document, and of the shapes in which they write it: network × event → outcome."""

import json
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.envelopes import unwrap
from ingest.journey import process
from ingest.outcome import Kept, Message, Refused
from ingest.uplink import EnvelopeError, Uplink
from tests.ingest.arrivals import registered, registry

NOW = datetime(2026, 11, 22, 10, 0, 5, tzinfo=UTC)
AT = "2026-11-22T10:00:03.936000+00:00"
AT_MS = 1_795_341_603_936
EUI = "70b3d57ed0000001"
# Battery 92 %, distance 2116 mm, position normal: an EM310-UDL's frame of the published examples.
FRAME = bytes.fromhex("01755c03824408040000")
DATA = b64encode(FRAME).decode()
EUI_64 = b64encode(bytes.fromhex(EUI)).decode()
SENSOR = "rivermouth/high-street"
KNOWN = registry(
    registered(EUI),
    registered(SENSOR, "xovis", 2, max_range_mm=None),
    registered("rivermouth/bin-7", "direct-bin", 3),
    registered("rivermouth/bin-8", "em310-udl", 4),
)

TTS = "v3/bins@ttn/devices/bin-7"
CHIRPSTACK = f"application/ca739e26/device/{EUI}/event"
LORIOT = "loriot/BE7A0029/uplink"
THINGPARK = "streets/v1/rivermouth/thingpark/TWA_100000001.999.AS/uplink"
DIRECT = "streets/v1/rivermouth/bin-7/up"
XOVIS = f"streets/v1/{SENSOR}/xovis"

IDS = {"device_id": "bin-7", "application_ids": {"application_id": "bins"}, "dev_eui": EUI.upper(), "dev_addr": "260B1234"}
TTS_UP = {
    "end_device_ids": IDS,
    "received_at": "2026-11-22T10:00:04Z",
    "uplink_message": {
        "session_key_id": "AYfq",
        "f_port": 85,
        "f_cnt": 12,
        "frm_payload": DATA,
        "received_at": AT,
        "rx_metadata": [{"gateway_ids": {"gateway_id": "packetbroker"}, "time": AT}],
    },
}
INFO = {"tenantId": "52f1", "applicationId": "ca739e26", "applicationName": "bins", "deviceName": "bin-7", "devEui": EUI}
CHIRPSTACK_UP = {
    "deduplicationId": "5b1f6f7e-0f0e-4a0c-9d0a-2f6a54b0c111",
    "time": AT,
    "deviceInfo": INFO,
    "devAddr": "00189440",
    "fCnt": 12,
    "fPort": 85,
    "data": DATA,
    "rxInfo": [{"gatewayId": "0016c001f153a14c", "gwTime": AT, "nsTime": AT, "rssi": -36, "metadata": {"region_name": "eu868"}}],
}
# Helium: one hotspot, known by its name and its place, and by no EUI that says anything; the region stands in the event itself.
HELIUM_UP = CHIRPSTACK_UP | {
    "regionConfigId": "eu868",
    "rxInfo": [
        {
            "uplinkId": 2147,
            "rssi": -104,
            "snr": -3.2,
            "context": "EFwMtA==",
            "metadata": {
                "network": "helium_iot",
                "gateway_id": "11o8",
                "gateway_name": "merry-mauve-mole",
                "gateway_lat": "54.97",
                "gateway_long": "-1.61",
                "gateway_h3index": "8c1",
                "regi": "EU868",
            },
        }
    ],
}
V3 = {"applicationID": "7", "applicationName": "bins", "deviceName": "bin-7", "devEUI": EUI, "publishedAt": AT}
V3_UP = V3 | {"devAddr": "00189440", "fCnt": 12, "fPort": 85, "data": DATA, "rxInfo": [{"gatewayID": "AAAA", "time": None}]}
LORIOT_RX = {"cmd": "rx", "EUI": EUI.upper(), "ts": AT_MS, "fcnt": 12, "port": 85, "data": FRAME.hex().upper(), "bat": 94}
UPLINK = {
    "Time": "2026-11-22T11:00:03.936+01:00",
    "DevEUI": EUI.upper(),
    "DevAddr": "27FC5A01",
    "FPort": 85,
    "FCntUp": 12,
    "LostUplinksAS": 0,
    "payload_hex": FRAME.hex(),
    "Lrrs": {"Lrr": [{"Lrrid": "10000506", "LrrRSSI": -91.0}, {"Lrrid": "10000513", "LrrRSSI": -73.0}]},
    "Late": 0,
    "CustomerID": "100000184",
}
REPORT = {"Time": "2026-11-22T11:00:03.936+01:00", "DevEUI": EUI.upper(), "CustomerID": "100000184"}
SPOKEN = {"model": "direct-bin", "observed_at": AT, "seq": 1, "reading": {"distance_mm": 640}}
SPOKEN_BYTES = {"model": "em310-udl", "observed_at": AT, "seq": 1, "port": 85, "payload": DATA}
UNSET = "0001-01-01T00:00:00Z"
UNSET_TOO = {"received_at": UNSET}
PACKAGE = {"version": "5.0", "id": 28, "agent_id": 1008}
LOGIC = {"id": 2, "name": "Line 1", "info": "XLT_LINE_IN_OUT_COUNT", "records": []}
INTERVAL = {"from": AT_MS - 303_936, "to": AT_MS - 3_936, "counts": [{"name": "fw", "value": 4}, {"name": "bw", "value": 2}]}
LOGICS = {"logics_data": {"package_info": PACKAGE, "logics": [LOGIC | {"records": [INTERVAL]}]}}
CLOCK = {"time": {"state": {"details": {"time": AT}, "state": "OK"}}}
STATUS = {"status_data": {"package_info": PACKAGE, "states": CLOCK | {"device": {"state": {"state": "ERROR"}}}}}
LIVE = {"live_data": {"package_info": PACKAGE, "frames": [{"framenumber": 4_137_403, "tracked_objects": []}]}}


def without(message: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in names}


def tts(**changes: Any) -> dict[str, Any]:
    return TTS_UP | {"uplink_message": TTS_UP["uplink_message"] | changes}  # type: ignore[operator]


def tts_event(event: str) -> dict[str, Any]:
    return {"end_device_ids": IDS, "received_at": "2026-11-22T10:00:04Z", event: {"f_port": 85, "received_at": AT}}


def thingpark(**changes: Any) -> dict[str, Any]:
    return {"DevEUI_uplink": UPLINK | changes}


# topic, message → what the journey makes of it: the kind that is kept with its number of readings, or the word of the refusal.
TABLE: list[tuple[str, str, Any, str]] = [
    ("TTS: up", f"{TTS}/up", TTS_UP, "up 1"),
    ("TTS: up of a counter at 0", f"{TTS}/up", tts(f_cnt=0), "up 1"),
    ("TTS: up without port", f"{TTS}/up", tts(f_port=0, frm_payload=""), "mac 0"),
    ("TTS: up that a person simulated", f"{TTS}/up", TTS_UP | {"simulated": True}, "up 1 simulated"),
    ("TTS: up that is passed on encrypted", f"{TTS}/up", tts(app_s_key={"key": "AAAA", "kek_label": "ours"}), "encrypted"),
    ("TTS: up out of its store, without a time", f"{TTS}/up", tts(received_at=UNSET, rx_metadata=[]) | UNSET_TOO, "up 1"),
    ("TTS: up that holds a join", f"{TTS}/up", {"end_device_ids": IDS, "join_accept": {}}, "wrong_event"),
    ("TTS: normalised", f"{TTS}/up/normalized", tts_event("uplink_normalized"), "up_normalized 0"),
    ("TTS: join", f"{TTS}/join", tts_event("join_accept"), "join 0"),
    ("TTS: location", f"{TTS}/location/solved", tts_event("location_solved"), "location_solved 0"),
    ("TTS: service data", f"{TTS}/service/data", tts_event("service_data"), "service_data 0"),
    *(
        (f"TTS: downlink {event}", f"{TTS}/down/{event}", tts_event(f"downlink_{event}"), f"down_{event} 0")
        for event in ("ack", "nack", "sent", "failed", "queued", "queue_invalidated")
    ),
    ("ChirpStack: up", f"{CHIRPSTACK}/up", CHIRPSTACK_UP, "up 1"),
    ("ChirpStack: up of an old release at 0", f"{CHIRPSTACK}/up", without(CHIRPSTACK_UP, "fCnt", "dr", "adr"), "up 1"),
    ("ChirpStack: up without port", f"{CHIRPSTACK}/up", without(CHIRPSTACK_UP, "fPort", "data"), "mac 0"),
    (
        "ChirpStack: up that is passed on encrypted",
        f"{CHIRPSTACK}/up",
        CHIRPSTACK_UP | {"joinServerContext": {"sessionKeyId": "AYfq"}},
        "encrypted",
    ),
    ("ChirpStack: join", f"{CHIRPSTACK}/join", {"time": AT, "deviceInfo": INFO, "devAddr": "00189440"}, "join 0"),
    ("ChirpStack: status", f"{CHIRPSTACK}/status", {"time": AT, "deviceInfo": INFO, "batteryLevel": 88.3}, "status 0"),
    (
        "ChirpStack: a retransmission, which comes as a log",
        f"{CHIRPSTACK}/log",
        {"time": AT, "deviceInfo": INFO, "level": "WARNING", "code": "UPLINK_F_CNT_RETRANSMISSION"},
        "log 0",
    ),
    ("ChirpStack: ack", f"{CHIRPSTACK}/ack", {"time": AT, "deviceInfo": INFO, "acknowledged": True}, "ack 0"),
    ("ChirpStack: txack", f"{CHIRPSTACK}/txack", {"time": AT, "deviceInfo": INFO, "fCntDown": 3}, "txack 0"),
    ("ChirpStack: location", f"{CHIRPSTACK}/location", {"time": AT, "deviceInfo": INFO, "location": {}}, "location 0"),
    ("ChirpStack: integration", f"{CHIRPSTACK}/integration", {"time": AT, "deviceInfo": INFO, "object": {}}, "integration 0"),
    ("Helium: up", f"{CHIRPSTACK}/up", HELIUM_UP, "up 1"),
    ("ChirpStack 3: up", f"{CHIRPSTACK}/up", V3_UP, "up 1"),
    (
        "ChirpStack 3: up, its names in base64",
        f"{CHIRPSTACK}/up",
        V3_UP | {"devEUI": EUI_64, "devAddr": b64encode(bytes.fromhex("00189440")).decode(), "objectJSON": "{}"},
        "up 1",
    ),
    ("ChirpStack 3: up of its older JSON", f"{CHIRPSTACK}/up", without(V3_UP, "devAddr", "publishedAt") | {"object": {}}, "up 1"),
    ("ChirpStack 3: join", f"{CHIRPSTACK}/join", V3 | {"devAddr": "00189440"}, "join 0"),
    ("ChirpStack 3: status", f"{CHIRPSTACK}/status", V3 | {"margin": 7, "batteryLevel": 75.5}, "status 0"),
    ("ChirpStack 3: error", f"{CHIRPSTACK}/error", V3 | {"type": "UPLINK_FCNT_RETRANSMISSION", "error": "seen"}, "error 0"),
    ("LORIOT: rx", LORIOT, LORIOT_RX, "up 1"),
    ("LORIOT: gw", LORIOT, LORIOT_RX | {"cmd": "gw", "gws": [{"gweui": "10203", "time": AT}]}, "up 1"),
    ("LORIOT: rx at 0", LORIOT, without(LORIOT_RX, "fcnt"), "up 1"),
    ("LORIOT: rx without port", LORIOT, without(LORIOT_RX, "port", "data"), "mac 0"),
    ("LORIOT: rx that is passed on encrypted", LORIOT, without(LORIOT_RX, "data") | {"encdata": "0102AABB"}, "encrypted"),
    ("LORIOT: join", LORIOT, {"cmd": "join", "EUI": EUI.upper(), "ts": AT_MS}, "join 0"),
    ("LORIOT: a downlink was sent", LORIOT, {"cmd": "txd", "EUI": EUI.upper(), "seqdn": 12, "seqq": 1}, "txd 0"),
    ("ThingPark: uplink", THINGPARK, thingpark(), "up 1"),
    ("ThingPark: uplink in untyped JSON", THINGPARK, thingpark(FPort="85", FCntUp="12", Late="0"), "up 1"),
    ("ThingPark: uplink at 0", THINGPARK, {"DevEUI_uplink": without(UPLINK, "FCntUp")}, "up 1"),
    ("ThingPark: uplink that was held back", THINGPARK, thingpark(Time="2026-11-22T07:00:00+00:00", Late=1), "up 1 late"),
    ("ThingPark: uplink after two were lost", THINGPARK, thingpark(LostUplinksAS=2), "up 1"),
    ("ThingPark: uplink without port", THINGPARK, {"DevEUI_uplink": without(UPLINK, "FPort", "payload_hex")}, "mac 0"),
    ("ThingPark: uplink that is passed on encrypted", THINGPARK, thingpark(PayloadEncryption=1), "encrypted"),
    ("ThingPark: join", THINGPARK, {"DevEUI_notification": REPORT | {"Type": "join", "DevAddr": "27FC5A01"}}, "join 0"),
    ("ThingPark: reset", THINGPARK, {"DevEUI_notification": REPORT | {"Type": "reset", "Var1": "admin_reset"}}, "reset 0"),
    ("ThingPark: battery", THINGPARK, {"DevEUI_notification": REPORT | {"Type": "devstatusans", "Var1": 200}}, "status 0"),
    ("ThingPark: location", THINGPARK, {"DevEUI_location": REPORT | {"DevLAT": "54.97", "DevLON": "-1.6"}}, "location 0"),
    ("ThingPark: downlink sent", THINGPARK, {"DevEUI_downlink_Sent": REPORT | {"FPort": "1", "FCntUp": ""}}, "downlink_sent 0"),
    ("ThingPark: downlink rejected", THINGPARK, {"DevEUI_downlink_Rejected": REPORT}, "downlink_rejected 0"),
    ("ThingPark: multicast", THINGPARK, {"DevEUI_multicast_summary": REPORT}, "multicast_summary 0"),
    ("ThingPark: another report", THINGPARK, {"DevEUI_session": REPORT}, "wrong_event"),
    ("ThingPark: another council's topic", THINGPARK.replace("rivermouth", "hilltop"), thingpark(), "wrong_council"),
    ("direct: a reading", DIRECT, SPOKEN, "up 1"),
    ("direct: a maker's bytes", f"{DIRECT[:-4]}8/up", SPOKEN_BYTES, "up 1"),
    ("direct: another model than is registered", DIRECT, SPOKEN | {"model": "direct-counter"}, "wrong_model"),
    ("direct: a device that nobody registered", f"{DIRECT[:-4]}9/up", SPOKEN, "unknown_device"),
    ("direct: a clock that is not set", DIRECT, SPOKEN | {"observed_at": UNSET}, "bad_time"),
    ("Xovis: counts", XOVIS, LOGICS, "up 1"),
    ("Xovis: a list of packages", XOVIS, [LOGICS, STATUS], "up 1, up 1"),
    ("Xovis: state", XOVIS, STATUS, "up 1"),
    ("Xovis: people's tracks", XOVIS, LIVE, "live 0"),
    ("Xovis: test of the connection", XOVIS, {"connection_test": {}}, "connection_test 0"),
    ("Xovis: firmware 3", XOVIS, {"sensor-time": {"timezone": "Europe/London"}, "content": {}}, "wrong_event"),
    ("Xovis: nothing", XOVIS, [], "wrong_event"),
]


def told(topic: str, message: Any) -> str:
    return ", ".join(map(_told, process(Message(topic, json.dumps(message).encode(), NOW), KNOWN)))


def _told(outcome: Kept | Refused) -> str:
    if isinstance(outcome, Refused):
        return outcome.reject.reason
    return " ".join(filter(None, (outcome.uplink.kind, str(len(outcome.readings)), outcome.uplink.note)))


@pytest.mark.parametrize(("topic", "message", "outcome"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_networks_document_is_told_apart(topic: str, message: Any, outcome: str) -> None:
    assert told(topic, message) == outcome


FRAMES = {
    "tts": (f"{TTS}/up", TTS_UP, "AYfq"),
    "chirpstack": (f"{CHIRPSTACK}/up", CHIRPSTACK_UP, "00189440"),
    "helium": (f"{CHIRPSTACK}/up", HELIUM_UP, "00189440"),
    "chirpstack 3": (f"{CHIRPSTACK}/up", V3_UP, "00189440"),
    "loriot": (LORIOT, LORIOT_RX, "2026-11-22"),
    "thingpark": (THINGPARK, thingpark(), "27fc5a01"),
}


@pytest.mark.parametrize("network", list(FRAMES))
def test_a_frame_is_the_same_whichever_network_carries_it(network: str) -> None:
    topic, message, session = FRAMES[network]
    (uplink,) = unwrap(topic, json.dumps(message).encode(), NOW)
    assert (uplink.device, uplink.session, uplink.f_cnt, uplink.f_port) == (EUI, session, 12, 85)
    assert (uplink.payload, uplink.observed_at.isoformat(), uplink.time_source) == (FRAME, AT, "network")


def test_a_frame_that_thingpark_repeats_late_is_the_frame_it_was() -> None:
    first, again = (
        unwrap(THINGPARK, json.dumps(thingpark(Late=late, LostUplinksAS=lost)).encode(), NOW)[0]
        for late, lost in ((0, 0), (1, -1))
    )
    assert identity(first) == identity(again)


def test_xovis_packages_are_known_by_agent_and_number_and_dated_by_their_last_interval() -> None:
    counts, state = unwrap(XOVIS, json.dumps([LOGICS, STATUS]).encode(), NOW)
    assert identity(counts)[:4] == ("xovis", "up", SENSOR, "agent 1008")
    assert (counts.f_cnt, counts.time_source) == (28, "device")
    assert counts.observed_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert state.observed_at.isoformat() == AT


def test_where_people_walked_is_not_kept() -> None:
    (live,) = unwrap(XOVIS, json.dumps(LIVE).encode(), NOW)
    assert live.payload == b""


def identity(uplink: Uplink) -> tuple[Any, ...]:
    return uplink.source, uplink.kind, uplink.device, uplink.session, uplink.f_cnt, uplink.payload


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [path] if inner is None else [leaf for key, each in inner for leaf in leaves(each, (*path, key))]


SOUND = [(topic, message) for _, topic, message, outcome in TABLE if outcome[0] in "ujmsl" and " " in outcome]
DEVICES = {EUI, SENSOR, "rivermouth/bin-7", "rivermouth/bin-8"}
WRONG = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({}) | st.sampled_from([DATA, EUI, AT])
)


@given(data=st.data(), sound=st.sampled_from(SOUND))
def test_a_message_with_one_value_changed_is_refused_or_is_an_uplink_of_the_same_device(data: st.DataObject, sound: Any) -> None:
    topic, message = sound[0], deepcopy(sound[1])
    *path, last = data.draw(st.sampled_from(leaves(message)))
    holder = message
    for key in path:
        holder = holder[key]
    holder[last] = data.draw(WRONG)
    try:
        uplinks = unwrap(topic, json.dumps(message).encode(), NOW)
    except EnvelopeError:
        return
    # The topic of LORIOT and ThingPark does not name the device; another one that is named there is another device.
    assert all(uplink.device in DEVICES or last in ("EUI", "DevEUI") for uplink in uplinks)
    assert all(uplink.observed_at.utcoffset() is not None for uplink in uplinks)


@given(sound=st.sampled_from(SOUND), data=st.data())
def test_a_message_cut_anywhere_is_refused(sound: Any, data: st.DataObject) -> None:
    raw = json.dumps(sound[1]).encode()
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(EnvelopeError):
        unwrap(sound[0], raw[:cut], NOW)


@given(topic=st.sampled_from(sorted({topic for topic, _ in SOUND})), message=st.binary(max_size=200))
def test_any_bytes_give_uplinks_or_a_refusal(topic: str, message: bytes) -> None:
    try:
        unwrap(topic, message, NOW)
    except EnvelopeError:
        return
