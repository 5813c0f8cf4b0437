"""The socket on which ingest reads the broker."""

import os
import socket

from paho.mqtt.enums import CallbackAPIVersion

from cli.embedded.broker import EmbeddedBroker
from ingest.inbound import Reader


def test_the_system_finds_out_that_the_broker_is_gone_though_nobody_tells(broker: EmbeddedBroker) -> None:
    reader = Reader(CallbackAPIVersion.VERSION2, "silence")
    reader.connect("127.0.0.1", broker.port)
    assert reader.inbound is not None
    with socket.socket(fileno=os.dup(reader.inbound.fileno())) as same:
        assert same.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 4
        assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
    reader.disconnect()
