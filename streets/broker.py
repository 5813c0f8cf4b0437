"""Where the broker is, and who we are to it, as STREETS_MQTT_URL says."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PLAIN_PORT, TLS_PORT = 1883, 8883


@dataclass(frozen=True, slots=True)
class Address:
    """A broker's host and port, whether TLS is spoken there, and our name and password; None where it asks for no name."""

    host: str
    port: int
    tls: bool
    username: str | None
    password: str


def address_of(mqtt_url: str) -> Address:
    """The address in mqtt://user:password@host:port, or mqtts:// for TLS; without a port it is MQTT's own."""
    parts = urlsplit(mqtt_url)
    tls = parts.scheme == "mqtts"
    return Address(
        host=parts.hostname or "localhost",
        port=parts.port or (TLS_PORT if tls else PLAIN_PORT),
        tls=tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )
