"""A control: the product's own journey, batches and identities, and one mistake: messages are acknowledged when they arrive.

Run as a module, by the settings that `streets ingest` has. What is in hand when it is killed is lost.
"""

import sys
import time

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from cli.database import opened
from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from streets import clock
from streets.broker import address_of
from streets.settings import settings_of

FLUSH_AFTER_S = 0.2


def main() -> None:
    """Store what comes, until killed."""
    settings = settings_of()
    broker = address_of(settings.mqtt_url)
    waiting: list[Message] = []
    client = Client(CallbackAPIVersion.VERSION2, "careless", clean_session=False)
    client.username_pw_set(broker.username, broker.password)

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        waiting.append(Message(message.topic, bytes(message.payload), clock.now()))

    client.on_message = on_message
    client.connect(broker.host, broker.port)
    client.subscribe([("v3/#", 1), ("streets/v1/#", 1)])
    client.loop_start()
    print("listening to all", file=sys.stderr, flush=True)
    with opened(settings.database_url, "streets_ingest") as db:
        while True:
            time.sleep(FLUSH_AFTER_S)
            batch = waiting[:]
            del waiting[: len(batch)]
            if batch:
                keep_messages(db, Registry(), batch)


if __name__ == "__main__":
    main()
