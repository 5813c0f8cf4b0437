"""MQTT 3.1.1 at its barest, for measuring a broker: a publisher that fills a window, and the fastest reader we can write.

Both speak over a plain socket, in large reads and writes; neither does anything with a message but count it.
"""

import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import unquote, urlsplit

READ_BYTES = 1 << 20
WINDOW = 4_000
"""Messages on their way to the broker that it has not acknowledged yet."""
CHUNK = 200
SILENCE_S = 60.0
TURNED_AWAY_S = 20.0
CONNECT, PUBLISH, PUBACK, SUBSCRIBE, DISCONNECT = b"\x10", b"\x32", b"\x40\x02", b"\x82", b"\xe0\x00"

Sent = tuple[str, bytes]
"""Topic, message."""
Stretch = tuple[float, float]
"""From when until when, on the monotonic clock, in seconds."""


class WireError(ConnectionError):
    """The broker refuses, or falls silent; the message says which."""


def length(size: int) -> bytes:
    """MQTT's remaining length: seven bits a byte, the lowest first."""
    made = bytearray()
    while size > 127:
        made.append(size & 127 | 128)
        size >>= 7
    made.append(size)
    return bytes(made)


def string(text: str) -> bytes:
    """A string with its length before it."""
    encoded = text.encode()
    return struct.pack("!H", len(encoded)) + encoded


def connect(url: str, client_id: str, clean: bool) -> socket.socket:
    """A socket on which the broker has let us in. Raises WireError."""
    parts = urlsplit(url)
    sock = socket.create_connection((parts.hostname or "", parts.port or 1883), timeout=SILENCE_S)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    login = string(unquote(parts.username)) + string(unquote(parts.password or "")) if parts.username else b""
    flags = (0xC0 if login else 0) | (0x02 if clean else 0)
    body = string("MQTT") + bytes((4, flags, 0, 0)) + string(client_id) + login
    sock.sendall(CONNECT + length(len(body)) + body)
    answer = sock.recv(4)
    if answer[:1] != b"\x20" or answer[3:] != b"\0":
        raise WireError(f"the broker does not let {client_id} in: {answer.hex()}")
    return sock


def forget(url: str, client_id: str) -> None:
    """End the session of that name, with what waits for it; nats-server turns away a name that comes back at once."""
    until = time.monotonic() + TURNED_AWAY_S
    while True:
        try:
            with connect(url, client_id, clean=True) as sock:
                sock.sendall(DISCONNECT)
        except WireError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


def leave_session(url: str, client_id: str, topics: Sequence[str]) -> None:
    """Have the broker keep what comes on these topics, at QoS 1, until that name comes back. Raises WireError."""
    body = b"\0\1" + b"".join(string(topic) + b"\1" for topic in topics)
    with connect(url, client_id, clean=False) as sock:
        sock.sendall(SUBSCRIBE + length(len(body)) + body)
        answer = sock.recv(4 + len(topics))
        if answer[:1] != b"\x90" or answer[4:] != b"\1" * len(topics):
            raise WireError(f"the broker refuses a topic: {answer.hex()}")
        sock.sendall(DISCONNECT)


def publish(url: str, packets: Iterable[tuple[int, bytes]]) -> Stretch:
    """Send packets (how many, their bytes) as fast as the broker acknowledges them; return when. Raises WireError."""
    with connect(url, f"publisher-{time.time_ns()}", clean=True) as sock:
        began = time.monotonic()
        sent = acknowledged = 0
        for count, data in packets:
            sock.sendall(data)
            sent += count
            while sent - acknowledged > WINDOW:
                acknowledged += _acknowledgements(sock)
        while acknowledged < sent:
            acknowledged += _acknowledgements(sock)
        ended = time.monotonic()
        sock.sendall(DISCONNECT)
    return began, ended


def read_fast(url: str, client_id: str, messages: int, listening: Callable[[], object]) -> Stretch:
    """Read so many messages of a session, each acknowledged at once; return when the first and the last came.

    `listening` is called once the broker has let us in. Raises WireError.
    """
    with connect(url, client_id, clean=False) as sock:
        listening()
        began, seen, rest = 0.0, 0, b""
        while seen < messages:
            data = sock.recv(READ_BYTES)
            if not data:
                raise WireError("the broker has ended the reader's connection")
            began = began or time.monotonic()
            count, acknowledgements, rest = scan(rest + data)
            seen += count
            if acknowledgements:
                sock.sendall(acknowledgements)
        ended = time.monotonic()
        sock.sendall(DISCONNECT)
    return began, ended


def scan(data: bytes) -> tuple[int, bytes, bytes]:
    """The number of messages in the data, their acknowledgements, and the part of a packet that is left over."""
    at, end, found = 0, len(data), []
    while at + 2 <= end:
        size, start = data[at + 1], at + 2
        if size > 127:
            size, start = _long(data, at, end)
        if start + size > end:
            break
        if data[at] & 0xF0 == 0x30:
            topic = start + 2 + (data[start] << 8 | data[start + 1])
            found.append(data[topic : topic + 2])
        at = start + size
    return len(found), b"".join([PUBACK + mid for mid in found]), data[at:]


def _long(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Remaining length of more than one byte, and where the packet's body begins; past the end where it is not there yet."""
    size = shift = 0
    for place in range(at + 1, end):
        size |= (data[place] & 127) << shift
        if data[place] < 128:
            return size, place + 1
        shift += 7
    return end, end


def packed(messages: Iterable[Sent], chunk: int = CHUNK) -> Iterator[tuple[int, bytes]]:
    """The messages as packets of QoS 1, so many at a time: how many, and their bytes."""
    mid = 0
    coming = iter(messages)
    while some := list(islice(coming, chunk)):
        packets = []
        for topic, message in some:
            mid = mid % 65_535 + 1
            body = string(topic) + mid.to_bytes(2, "big") + message
            packets.append(PUBLISH + length(len(body)) + body)
        yield len(packets), b"".join(packets)


def _acknowledgements(sock: socket.socket) -> int:
    """How many messages the broker acknowledges now; a PUBACK has four bytes."""
    data = sock.recv(READ_BYTES)
    while len(data) % 4:
        data += sock.recv(READ_BYTES)
    if not data:
        raise WireError("the broker has ended the publisher's connection")
    return len(data) // 4
