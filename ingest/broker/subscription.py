"""Under which name a process of ingest reads the broker, and which topics: all of them, a list, or its share of them.

Several processes side by side divide the work by a shared subscription where the broker has those (Mosquitto, EMQX), and by
lists of topics where it has not (nats-server). Each has a name, and so a session, of its own.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from streets.settings import SettingsError

# nats-server counts a filter that ends in # twice against the 65,535 messages that one session may have in flight.
TOPICS = (
    "v3/+/devices/+/up",
    "v3/+/devices/+/join",
    "application/+/device/+/event/+",
    "loriot/+/uplink",
    "streets/v1/#",
)
CLIENT_ID = "streets-ingest"
FILTER = re.compile(r"(v3|application|loriot|streets)(/[^/+#\s]+|/\+)*(/#)?")
NO_SHARES = "nats-server has no shared subscriptions: there, leave STREETS_INGEST_GROUP empty, and set STREETS_INGEST_TOPICS."


@dataclass(frozen=True, slots=True)
class Subscription:
    """The session's name, and the filters that it reads; `shared`: each of them with other processes of a group."""

    client_id: str = CLIENT_ID
    filters: tuple[str, ...] = TOPICS
    shared: bool = False

    @property
    def given_up(self) -> tuple[str, ...]:
        """Filters that the session may have from a time when one process read everything."""
        return tuple(topic for topic in TOPICS if topic not in self.filters)

    def refusal(self, refused: list[str]) -> str:
        """What to do when the broker does not give filters."""
        told = f"The broker does not give {', '.join(refused)} at QoS 1. Let this user read them."
        return f"{told} {NO_SHARES}" if self.shared else told


def subscription_of(client_id: str | None = None, env: Mapping[str, str] | None = None) -> Subscription:
    """The subscription that the environment describes; `client_id` comes before its own. Raises SettingsError."""
    env = os.environ if env is None else env
    name = client_id or env.get("STREETS_INGEST_CLIENT_ID", "").strip() or CLIENT_ID
    group = env.get("STREETS_INGEST_GROUP", "").strip()
    topics = tuple(env.get("STREETS_INGEST_TOPICS", "").split()) or TOPICS
    for topic in topics:
        if not FILTER.fullmatch(topic):
            raise SettingsError(
                f"STREETS_INGEST_TOPICS has {topic!r}: it takes MQTT filters that begin with v3, application, loriot or streets, "
                "with spaces between them; a group of readers is named in STREETS_INGEST_GROUP"
            )
    if not group:
        return Subscription(name, topics)
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", group):
        raise SettingsError(f"STREETS_INGEST_GROUP is {group!r}: it takes letters, digits, _, . and -")
    if name == CLIENT_ID:
        raise SettingsError(
            "STREETS_INGEST_GROUP is set: give each process of the group a STREETS_INGEST_CLIENT_ID of its own, such as "
            f"{CLIENT_ID}-1, and keep it: what a broker holds for a name waits until that name comes back"
        )
    return Subscription(name, tuple(f"$share/{group}/{topic}" for topic in topics), shared=True)
