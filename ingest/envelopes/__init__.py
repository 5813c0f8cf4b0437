"""What the networks wrap a frame in, and what of it identifies the frame.

topic                                          says
v3/{app}@{tenant}/devices/{device}/{event}     The Things Stack v3 (`things_stack`); {event} may have two words: down/ack
application/{id}/device/{devEui}/event/{kind}  ChirpStack v4, and v3's JSON on the same topic (`chirpstack`)
loriot/{app}/uplink                            LORIOT, as its MQTT output is set up to publish (`loriot`)
streets/v1/{council}/thingpark/{app}/uplink    Actility ThingPark, as its MQTT connector is set up to publish (`thingpark`)
streets/v1/{council}/{device}/up               a device that speaks for itself (`direct`)
streets/v1/{council}/cloud/{cloud}/{post}      what a cloud of counters says (`cloud`), handed over by a poller
streets/v1/{council}/{device}/xovis            a Xovis people counter, as its push agents are set up (`xovis`)
streets/v1/{council}/phone/{token}/{kind}      a phone's `bump` or `coverage` (`phone`)

A network or maker that lets its users choose the topic publishes beneath the council's own, and can then not speak of another
council's devices. Where topic and message both name the device they must agree: access to the broker is granted by topic.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial

from ingest.envelopes import chirpstack, cloud, direct, loriot, phone, thingpark, things_stack, xovis
from ingest.envelopes.parts import DEVICES_AT_HAND, own_council, own_name
from ingest.uplink import EnvelopeError, Uplink

LARGEST_BYTES = 256 * 1024
LONGEST_TOPIC = 512
SEGMENT = re.compile(r"[^\x00-\x1f\x7f-\x9f+#/\ud800-\udfff\ufffe\uffff]{1,128}")


def unwrap(topic: str, message: bytes, received_at: datetime) -> list[Uplink]:
    """The uplinks in a message that came on `topic` at `received_at` (with zone).

    Raises EnvelopeError with one of: too_large, bad_topic, unknown_topic, bad_json, bad_device, topic_mismatch,
    wrong_event, bad_payload, encrypted, bad_time.
    """
    if len(message) > LARGEST_BYTES:
        raise EnvelopeError("too_large", f"The message has {len(message)} bytes; at most {LARGEST_BYTES} are taken.")
    held = _unwrapper(topic)(message, received_at)
    return held if isinstance(held, list) else [held]


@lru_cache(maxsize=DEVICES_AT_HAND)
def _unwrapper(topic: str) -> Callable[[bytes, datetime], Uplink | list[Uplink]]:
    """What unwraps the messages of a topic: who may speak there is made out once. Raises EnvelopeError as `unwrap` does."""
    match _segments(topic):
        case ["v3", application, "devices", device, *event] if 1 <= len(event) <= 2:
            return partial(things_stack.unwrap, application.partition("@")[0], device, "_".join(event))
        case ["application", _, "device", dev_eui, "event", kind]:
            return partial(chirpstack.unwrap, dev_eui.lower(), kind)
        case ["loriot", _, "uplink"]:
            return loriot.unwrap
        case ["streets", "v1", council, "phone", token, ("bump" | "coverage") as kind]:
            return partial(phone.unwrap, council, own_name(council, token), kind)
        case ["streets", "v1", council, "cloud", of, post]:
            return partial(cloud.unwrap, council, own_name(council, f"{of}-{post}"))
        case ["streets", "v1", council, "thingpark", _, "uplink"]:
            return partial(thingpark.unwrap, own_council(council))
        case ["streets", "v1", council, device, "xovis"]:
            return partial(xovis.unwrap, council, own_name(council, device))
        case ["streets", "v1", council, device, "up"]:
            return partial(direct.unwrap, council, own_name(council, device))
        case _:
            raise EnvelopeError("unknown_topic", f"No network or device publishes on {topic!r}.")


def _segments(topic: str) -> list[str]:
    segments = topic.split("/")
    if len(topic) > LONGEST_TOPIC or not all(SEGMENT.fullmatch(segment) for segment in segments):
        raise EnvelopeError("bad_topic", f"{topic[:80]!r} has an empty, over-long or wild part, or a control character.")
    return segments
