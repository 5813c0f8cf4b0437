"""What devices send in a trial, made from a seed: each message, how often it is sent, and what must become of it."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

COUNCIL = "trialham"
SENSORS = tuple(f"24e124713d00{number:04x}" for number in range(20))
COUNTERS = tuple(f"{COUNCIL}/gate-{number}" for number in range(20))
APPLICATION = "trial@council"
SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of one device. `value` is the distance in mm or the people counted, by which its reading is told.

    `stays_out` says why it must not be stored, in words for a person; None: it must be, exactly once.
    """

    topic: str
    body: bytes
    device: str
    seq: int
    observed_at: datetime
    value: int
    stays_out: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Messages, each once, and the order in which they are sent: positions in `messages`, some more than once."""

    messages: tuple[Sent, ...]
    order: tuple[int, ...]

    def distinct(self) -> list[int]:
        """How many different messages the first 0, 1, 2 … of `order` are."""
        seen: set[int] = set()
        counts = [0]
        for position in self.order:
            seen.add(position)
            counts.append(len(seen))
        return counts


Disturbance = Callable[[Stream, Random], Stream]


def steady(messages: int, ends_at: datetime) -> Stream:
    """Devices in turn, each counting its messages from 1, one message every 100 ms of the devices' time until `ends_at`."""
    devices = [device for pair in zip(SENSORS, COUNTERS, strict=True) for device in pair]
    made = []
    for number in range(messages):
        seq, which = divmod(number, len(devices))
        at = ends_at - timedelta(milliseconds=100 * (messages - number))
        made.append(message(devices[which], seq + 1, at, (7 * number) % 900 + 300))
    return Stream(tuple(made), tuple(range(messages)))


def message(device: str, seq: int, at: datetime, value: int) -> Sent:
    """A level sensor's frame in The Things Stack's JSON, or a direct counter's reading."""
    make = _frame if device in SENSORS else _reading
    topic, said = make(device, seq, at, value)
    return Sent(topic, json.dumps(said).encode(), device, seq, at, value)


def frames(stream: Stream, _random: Random) -> Stream:
    """LoRaWAN frames only."""
    made = [
        message(SENSORS[position % len(SENSORS)], position // len(SENSORS) + 1, was.observed_at, was.value)
        for position, was in enumerate(stream.messages)
    ]
    return replace(stream, messages=tuple(made))


def garbage(stream: Stream, random: Random) -> Stream:
    """One message in ten is none that could be understood: of six kinds in turn."""
    messages = list(stream.messages)
    for turn, position in enumerate(_chosen(stream, random)):
        messages[position] = _SPOILED[turn % len(_SPOILED)](messages[position], random)
    return replace(stream, messages=tuple(messages))


def repeated(stream: Stream, random: Random) -> Stream:
    """One message in ten is sent again, up to a thousand messages later."""
    places = [(float(place), position) for place, position in enumerate(stream.order)]
    again = set(_chosen(stream, random))
    places += [(place + random.uniform(0.5, 1000), position) for place, position in places if position in again]
    return replace(stream, order=tuple(position for _, position in sorted(places)))


def late(stream: Stream, random: Random) -> Stream:
    """One message in ten is of up to twelve hours before, and all are out of order by up to two hundred."""
    messages = list(stream.messages)
    for position in _chosen(stream, random):
        was = messages[position]
        at = was.observed_at - timedelta(seconds=random.randrange(1800, 12 * 3600), milliseconds=random.randrange(1, 100))
        messages[position] = message(was.device, was.seq, at, was.value)
    order = sorted(range(len(messages)), key=lambda position: position + random.uniform(0, 200))
    return Stream(tuple(messages), tuple(order))


def wrong_clock(stream: Stream, random: Random) -> Stream:
    """One message in ten is a counter's whose clock was never set (1970) or is a week ahead, in turn."""
    messages = list(stream.messages)
    for turn, position in enumerate(_chosen(stream, random)):
        was = messages[position]
        device = COUNTERS[turn % len(COUNTERS)]
        at = datetime.fromtimestamp(position, UTC) if turn % 2 else was.observed_at + timedelta(days=7)
        told = message(device, 1_000_000 + position, at, was.value)
        messages[position] = replace(told, stays_out="its clock was never set" if turn % 2 else "its clock is a week ahead")
    return replace(stream, messages=tuple(messages))


def _chosen(stream: Stream, random: Random) -> list[int]:
    """A tenth of those messages that are to be stored."""
    good = [position for position, message in enumerate(stream.messages) if message.stays_out is None]
    return sorted(random.sample(good, int(SHARE * len(good))))


def _frame(device: str, seq: int, at: datetime, distance_mm: int) -> tuple[str, object]:
    """An EM310-UDL's frame: battery 100 %, distance, position (Milesight: 01 75, 03 82, 04 00; little-endian)."""
    payload = b"\x01\x75\x64\x03\x82" + distance_mm.to_bytes(2, "little") + b"\x04\x00\x00"
    return f"v3/{APPLICATION}/devices/eui-{device}/up", {
        "end_device_ids": {
            "device_id": f"eui-{device}",
            "dev_eui": device.upper(),
            "application_ids": {"application_id": APPLICATION.partition("@")[0]},
        },
        "received_at": at.isoformat(),
        "uplink_message": {
            "session_key_id": "AYfg8Ta3",
            "f_port": 85,
            "f_cnt": seq,
            "frm_payload": b64encode(payload).decode(),
            "received_at": at.isoformat(),
        },
    }


def _reading(device: str, seq: int, at: datetime, people: int) -> tuple[str, object]:
    said = {
        "model": "direct-counter",
        "observed_at": at.isoformat(),
        "seq": seq,
        "reading": {"people_in": people, "people_out": 1},
    }
    return f"streets/v1/{device}/up", said


def _noise(sent: Sent, random: Random) -> Sent:
    return replace(sent, body=b"\xff\x00" + random.randbytes(60), stays_out="bytes that are no JSON")


def _cut_short(sent: Sent, _random: Random) -> Sent:
    return replace(sent, body=sent.body[: len(sent.body) // 2] + str(sent.seq).encode(), stays_out="JSON cut short")


def _undecodable(sent: Sent, random: Random) -> Sent:
    made = message(SENSORS[random.randrange(len(SENSORS))], 1_000_000 + sent.value * 100_000 + sent.seq, sent.observed_at, 1)
    said = json.loads(made.body)
    said["uplink_message"]["frm_payload"] = b64encode(b"\xde\xad" + random.randbytes(6)).decode()
    return replace(made, body=json.dumps(said).encode(), stays_out="a frame no codec knows")


def _stranger(sent: Sent, _random: Random) -> Sent:
    topic, said = _frame("24e124713dffffff", 1000 * sent.value + sent.seq, sent.observed_at, sent.value)
    return replace(sent, topic=topic, body=json.dumps(said).encode(), stays_out="a device nobody registered")


def _beyond(sent: Sent, random: Random) -> Sent:
    device = COUNTERS[random.randrange(len(COUNTERS))]
    topic, said = _reading(device, 1000 * sent.value + sent.seq, sent.observed_at, 20_000)
    return replace(sent, topic=topic, body=json.dumps(said).encode(), stays_out="more people than a street holds")


def _nonsense(sent: Sent, _random: Random) -> Sent:
    return replace(sent, topic=f"streets/v1/{COUNCIL}/nonsense", stays_out="a topic that means nothing")


_SPOILED = (_noise, _cut_short, _undecodable, _stranger, _beyond, _nonsense)
