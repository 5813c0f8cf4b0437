"""What nats-server is told: its limits as an MQTT broker, and who may publish and read what.

The embedded broker and the one of docker-compose are configured by the same function.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# How long what a killed reader had in hand stays away; a batch is committed in far less.
ACK_WAIT_S = 5
# Twice the batch that ingest commits at once, so that the next one is on its way meanwhile. A session may have 65,535 in flight
# in all, and a filter ending in # counts twice: five filters of which one does make 60,000; past that, SUBACK refuses the last.
MAX_ACK_PENDING = 10_000
MAX_PAYLOAD_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BrokerUser:
    """Who may connect, and with which MQTT topic filters; empty: none."""

    name: str
    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()


def direct_device(device: str) -> BrokerUser:
    """A direct device, by its name council/device: it may publish on its own topics, as whatever it is, and on no other's."""
    return BrokerUser(device, publish=(f"streets/v1/{device}/up", f"streets/v1/{device}/xovis"))


def subjects(topic_filter: str) -> list[str]:
    """The NATS subjects that stand for an MQTT topic filter in permissions. Raises ValueError where there are none.

    `a/#` covers `a` itself too, and needs a permission for it: without, the whole subscription is refused.
    """
    if not re.fullmatch(r"[^\s*>/]+(/[^\s*>/]+)*", topic_filter):
        raise ValueError(f"no permission can be given on the topic {topic_filter!r}")
    name = topic_filter.replace("/", " ").replace(".", "//").replace(" ", ".").replace("+", "*").replace("#", ">")
    return [name.removesuffix(".>"), name] if name.endswith(".>") else [name]


def broker_config(
    users: Iterable[BrokerUser], passwords: Mapping[str, str], *, listen: str, mqtt_listen: str, store: str, durable: bool = True
) -> str:
    """The text of nats.conf. `passwords` are plain or bcrypt ($2a$), by user.

    `durable` flushes each message to disk before it is acknowledged; else they are flushed together once a second, and a loss of
    power, but no kill -9, may take what was acknowledged since (decision 21).
    """
    config = {
        "server_name": "streets",
        "listen": listen,
        "max_payload": MAX_PAYLOAD_BYTES,
        "jetstream": {"store_dir": store, "sync_interval": "always" if durable else "1s"},
        "mqtt": {"listen": mqtt_listen, "ack_wait": f"{ACK_WAIT_S}s", "max_ack_pending": MAX_ACK_PENDING},
        "authorization": {"users": [_entry(user, passwords[user.name]) for user in users]},
    }
    return json.dumps(config, indent=1)


def _entry(user: BrokerUser, password: str) -> dict[str, object]:
    permissions = {
        verb: {"allow": [name for topic in topics for name in subjects(topic)]} if topics else {"deny": [">"]}
        for verb, topics in (("publish", user.publish), ("subscribe", user.subscribe))
    }
    return {"user": user.name, "password": password, "permissions": permissions}
