"""The socket between the broker and paho: who gets which bytes, what is written, and when a connection is given up."""

import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.client import MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from cli.embedded.broker import EmbeddedBroker
from ingest.broker.inbound import PINGREQ, Inbound, Reader
from ingest.broker.packets import Publication
from tests.ingest.test_packets import CONNACK, PUBLICATIONS, SUBACK, packet

LONG_S = 3_600.0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, brokers = socket.socketpair()
    ours.setblocking(False)
    yield ours, brokers
    ours.close()
    brokers.close()


def reader() -> Reader:
    return Reader(CallbackAPIVersion.VERSION2, "reader", clean_session=True, protocol=MQTTv311, reconnect_on_failure=False)


def test_paho_makes_the_connection_on_a_socket_that_we_read(broker: EmbeddedBroker) -> None:
    """The one hook into paho that is not public: should a release drop it, this fails."""
    url, client = urlsplit(broker.url("everyone")), reader()
    client.username_pw_set(url.username, url.password)
    client.connect(url.hostname or "", url.port or 0, keepalive=30)
    assert isinstance(client.inbound, Inbound)
    assert client.socket() is client.inbound
    drive(client, client.is_connected)
    client.disconnect()
    assert client.socket() is None


def test_the_system_finds_out_that_the_broker_is_gone_though_nobody_tells(broker: EmbeddedBroker) -> None:
    reader = Reader(CallbackAPIVersion.VERSION2, "silence")
    reader.connect("127.0.0.1", broker.port)
    assert reader.inbound is not None
    with socket.socket(fileno=os.dup(reader.inbound.fileno())) as same:
        assert same.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 4
        assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
    reader.disconnect()


def test_paho_gets_the_answers_and_we_get_the_messages(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, brokers = pair
    inbound = Inbound(ours, LONG_S)
    message = Publication(b"\0\1", False, b"a/b", b"words")
    brokers.sendall(CONNACK + packet(message) + SUBACK)
    assert inbound.read() == [message]
    assert inbound.recv(2) + inbound.recv(100) == CONNACK + SUBACK
    with pytest.raises(BlockingIOError):
        inbound.recv(1)
    brokers.close()
    inbound.read()
    assert inbound.recv(1) == b""


def test_acknowledgements_go_out_whole_and_in_order_however_slowly_the_broker_reads(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, brokers = pair
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    inbound, expected = Inbound(ours, LONG_S), b""
    for first in range(1, 60_001, 20_000):
        mids = [mid.to_bytes(2, "big") for mid in range(first, first + 20_000)]
        inbound.acknowledge(mids)
        expected += b"".join(b"\x40\x02" + mid for mid in mids)
    assert not inbound.flush()
    came = b""
    while len(came) < len(expected):
        came += brokers.recv(1000)
        inbound.flush()
    assert came == expected


def test_a_broker_that_answers_nothing_is_asked_and_then_given_up(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, brokers = pair
    inbound = Inbound(ours, keepalive_s=0.2)
    while not inbound.has_answers:
        assert inbound.read() == []
        inbound.keep_alive(reading=True, let_in=True)
    assert inbound.recv(1) == b""
    assert brokers.recv(100).startswith(PINGREQ)


def test_while_messages_come_and_nothing_is_said_the_broker_hears_from_us_and_is_not_given_up(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, brokers = pair
    brokers.setblocking(False)
    inbound, asked = Inbound(ours, keepalive_s=0.2), b""
    while len(asked) < 3 * len(PINGREQ):
        brokers.sendall(packet(Publication(None, False, b"a", b"b")))
        assert inbound.read()
        inbound.keep_alive(reading=True, let_in=True)
        try:
            asked += brokers.recv(100)
        except BlockingIOError:
            time.sleep(0.01)
    assert asked == PINGREQ * 3
    assert not inbound.has_answers


def test_while_we_do_not_read_pings_go_on_and_silence_is_no_reason_to_leave(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, brokers = pair
    brokers.setblocking(False)
    inbound, asked = Inbound(ours, keepalive_s=0.1), b""
    while len(asked) < 5 * len(PINGREQ):
        inbound.keep_alive(reading=False, let_in=True)
        try:
            asked += brokers.recv(100)
        except BlockingIOError:
            time.sleep(0.01)
    assert not inbound.has_answers


@contextmanager
def blurting(words: bytes, answers: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, Future[bytes]]]:
    """A server that says these words to a caller, takes so many bytes of answers, and hangs up: its port, and what it took."""
    took: Future[bytes] = Future()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            caller, _ = server.accept()
            with tls.wrap_socket(caller, server_side=True) if tls else caller as speaker:
                speaker.sendall(words)
                came = b""
                while len(came) < answers:
                    came += speaker.recv(100_000)
                took.set_result(came)
                speaker.shutdown(socket.SHUT_WR)
                while speaker.recv(1000):
                    pass

        thread = Thread(target=answer)
        thread.start()
        yield server.getsockname()[1], took
        thread.join()


def test_behind_tls_every_message_comes_and_every_acknowledgement_goes() -> None:
    """Three megabytes: TLS hands over at most 16 KiB at a time, and the system sees nothing of what it has read already."""
    authority, theirs, ours = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    authority.configure_trust(ours)
    sent = [Publication(mid.to_bytes(2, "big"), False, b"a/b", bytes(mid)) for mid in range(1, 2_500)]
    client, found = reader(), []
    client.tls_set_context(ours)
    hello = 2 + 10 + 2 + len("reader")  # CONNECT: its header, protocol and keepalive, and our name with its length
    acknowledgements = b"".join(b"\x40\x02" + one.mid for one in sent if one.mid)
    with blurting(CONNACK + b"".join(map(packet, sent)), hello + len(acknowledgements), theirs) as (port, took):
        client.connect("127.0.0.1", port, keepalive=30)
        assert client.inbound is not None
        bell, other = socket.socketpair()
        with bell, other:
            while len(found) < len(sent):
                client.inbound.wait(bell, 0.5, reading=True)
                came = client.inbound.read()
                client.inbound.acknowledge([one.mid for one in came if one.mid])
                found += came
        assert took.result(10).endswith(acknowledgements)
        drive(client, lambda: client.socket() is None)
    assert found == sent


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=30) | PUBLICATIONS.map(packet) | st.sampled_from([CONNACK, SUBACK]), max_size=6).map(b"".join))
def test_no_words_of_a_broker_do_more_than_end_the_connection(words: bytes) -> None:
    client = reader()
    with blurting(words) as (port, _):
        client.connect("127.0.0.1", port, keepalive=30)
        drive(client, lambda: client.socket() is None)


def drive(client: Reader, done: Callable[[], bool]) -> None:
    """Read and let paho read, until it is done."""
    bell, other = socket.socketpair()
    with bell, other:
        while not done():
            assert client.inbound is not None
            client.inbound.wait(bell, 0.05, reading=True)
            client.inbound.read()
            while client.inbound.has_answers and client.socket() is not None:
                client.loop_read()
