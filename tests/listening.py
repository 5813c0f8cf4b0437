"""What a broker passes on, overheard."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from secrets import token_hex
from urllib.parse import urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

Heard = Queue[tuple[str, bytes]]


@contextmanager
def listening(url: str, *topics: str) -> Iterator[Heard]:
    """The messages on these topics from now on, as (topic, payload).

    The session's name is new each time: nats-server turns away a name that comes back at once. It subscribes once it is let
    in, and again should the connection be made anew.
    """
    heard: Heard = Queue()
    subscribed: Queue[None] = Queue()
    client = Client(CallbackAPIVersion.VERSION2, f"listening-{token_hex(6)}")
    address = urlsplit(url)
    client.username_pw_set(address.username or "", address.password)
    client.on_message = lambda _client, _data, message: heard.put((message.topic, message.payload))
    client.on_connect = lambda *_: client.subscribe([(topic, 1) for topic in topics])
    client.on_subscribe = lambda *_: subscribed.put(None)
    client.connect(address.hostname or "", address.port or 1883)
    client.loop_start()
    try:
        subscribed.get(timeout=30)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()
