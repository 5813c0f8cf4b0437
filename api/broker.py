"""The one gateway through which the API speaks to the broker."""

import secrets

from fastapi import Request
from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from api.problems import Problem
from streets.broker import address_of

CONFIRMED_WITHIN_S = 5.0


class BrokerAway(Problem):
    """503: the broker did not confirm the message, so nobody may be told that it was taken. Send it again later."""

    def __init__(self) -> None:
        super().__init__(503, "broker_away", BrokerAway.__doc__ or "", {"Retry-After": "10"})


class Gateway:
    """One connection to the broker, kept up in the background; publishing waits for the broker's acknowledgement."""

    def __init__(self, url: str) -> None:
        """Connect nowhere yet. `url` is mqtt://user:password@host:port, or mqtts:// for TLS."""
        self._address = address_of(url)
        self._client = Client(
            CallbackAPIVersion.VERSION2, f"streets-api-{secrets.token_hex(4)}", protocol=MQTTProtocolVersion.MQTTv311
        )
        if self._address.username:
            self._client.username_pw_set(self._address.username, self._address.password)
        if self._address.tls:
            self._client.tls_set()
        self._client.reconnect_delay_set(1, 10)

    def open(self) -> None:
        """Begin to connect, and to connect again whenever the line is lost."""
        self._client.connect_async(self._address.host, self._address.port)
        self._client.loop_start()

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def is_connected(self) -> bool:
        """Whether there is a line to the broker now."""
        return self._client.is_connected()

    def publish(self, topic: str, message: bytes) -> None:
        """Hand the message to the broker with QoS 1; return when the broker has it. Raises BrokerAway when it has not."""
        if not self.is_connected():
            raise BrokerAway
        info = self._client.publish(topic, message, qos=1)
        if not _confirmed(info):
            raise BrokerAway


def _confirmed(info: MQTTMessageInfo) -> bool:
    try:
        info.wait_for_publish(CONFIRMED_WITHIN_S)
    except (RuntimeError, ValueError):
        return False
    return info.is_published()


def gateway(request: Request) -> Gateway:
    """The gateway of this process, for `Annotated[Gateway, Depends(gateway)]`."""
    found: Gateway = request.app.state.broker
    return found
