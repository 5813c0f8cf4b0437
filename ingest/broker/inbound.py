"""The way in: a broker's socket that paho is given in place of its own, and from which messages are taken before paho sees them.

paho makes the connection: TLS, the session, who we are, the subscriptions. Left to itself it reads a message in five calls,
most of them for one byte, and writes each acknowledgement alone: 44 µs a message. Here the socket is read in large pieces
and scanned once, and what is acknowledged together goes out in one write. Only the hook is paho's own affair:
`_create_socket`, held by a test.
"""

import logging
import select
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress

from paho.mqtt.client import Client

from ingest.broker.packets import Packets, Publication

READ_BYTES = 256 * 1024
LET_IN_WITHIN_S = 10.0
PARTING_S = 0.2
# A cut network tells nobody: the system asks after 4 s of silence, every 2 s, and gives what it sent 10 s to be confirmed. It
# finds out sooner than the broker's own protocol, whose patience is for brokers that have much to do.
SILENCE = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
PUBACK, PINGREQ = b"\x40\x02", b"\xc0\x00"

log = logging.getLogger(__name__)


class Inbound:
    """A connected socket, for paho and for us. Nothing here blocks but `wait`."""

    def __init__(self, sock: socket.socket, keepalive_s: float) -> None:
        """Take over the socket. When it stays silent for `keepalive_s`, though it was asked to answer, it is dead."""
        self._sock = sock
        self._keepalive_s = keepalive_s
        self._packets = Packets()
        self._leaving = bytearray()
        self._ended: str | None = None
        self._heard_at = self._said_at = self._asked_at = time.monotonic()

    # What paho asks of a socket.

    def recv(self, size: int) -> bytes:
        """Bytes of packets that are paho's; none: the connection has ended. Raises BlockingIOError where there are none yet."""
        if self._packets.answers:
            part = bytes(self._packets.answers[:size])
            del self._packets.answers[:size]
            return part
        if self._ended is None:
            raise BlockingIOError
        return b""

    def send(self, data: bytes | bytearray) -> int:
        """Send the bytes, in their turn; all of them are taken."""
        self._leaving += data
        self.flush()
        return len(data)

    def close(self) -> None:
        """Close the connection. What we have not read would reset it before the broker has read our last acknowledgements."""
        if self.flush() and self._ended is None:
            self._end("we close it")
            self._sock.settimeout(PARTING_S)
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_WR)
                until = time.monotonic() + PARTING_S
                while self._sock.recv(READ_BYTES) and time.monotonic() < until:
                    pass
        self._sock.close()

    def fileno(self) -> int:
        """Of the socket."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """Whether reading and writing may wait; paho says that it may not."""
        self._sock.setblocking(flag)

    # What ingest asks of it.

    @property
    def has_answers(self) -> bool:
        """Whether there is anything for paho: a packet, or the end of the connection."""
        return bool(self._packets.answers) or self._ended is not None

    def wait(self, other: socket.socket, seconds: float, reading: bool) -> None:
        """Until the broker, or the other socket, has sent something; `reading` False: whatever the broker sends."""
        readers: list[socket.socket] = [other]
        if reading:
            readers.append(self._sock)
            if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
                seconds = 0.0
        select.select(readers, [self._sock] if self._leaving else [], [], seconds)

    def read(self) -> list[Publication]:
        """The messages that have come since; paho's packets are put aside."""
        came = 0
        while came < READ_BYTES and self._ended is None:
            try:
                data = self._sock.recv(READ_BYTES)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                self._end(str(error))
                break
            came += len(data)
            self._take(data)
        found, self._packets.found = self._packets.found, []
        return found

    def acknowledge(self, mids: Sequence[bytes]) -> None:
        """Tell the broker that these messages are kept."""
        if mids:
            self._leaving += PUBACK + PUBACK.join(mids)
            self.flush()

    def flush(self) -> bool:
        """Send what can be sent without waiting; whether that was all."""
        while self._leaving and self._ended is None:
            try:
                sent = self._sock.send(self._leaving)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                self._end(str(error))
                break
            del self._leaving[:sent]
            self._said_at = time.monotonic()
        return not self._leaving

    def keep_alive(self, reading: bool, let_in: bool) -> None:
        """Ask the broker for an answer before it or we fall silent. While we do not read, its silence proves nothing."""
        now = time.monotonic()
        if not reading:
            self._heard_at = now
        limit_s = self._keepalive_s if let_in else LET_IN_WITHIN_S
        if now - self._heard_at > limit_s:
            self._end(f"nothing was heard for {limit_s:.0f} s")
        elif now - max(min(self._said_at, self._heard_at), self._asked_at) > self._keepalive_s / 2 and not self._leaving:
            self._asked_at = now
            self.send(PINGREQ)

    def _take(self, data: bytes) -> None:
        if not data:
            self._end("the broker closed it")
            return
        self._heard_at = time.monotonic()
        self._packets.feed(data)
        if self._packets.fault is not None:
            self._end(f"the broker sent {self._packets.fault}")

    def _end(self, why: str) -> None:
        """No more: paho will find the connection ended."""
        if self._ended is None:
            self._ended = why
            log.info("the connection to the broker ends: %s", why)


class Reader(Client):
    """paho's client, on a socket that we read."""

    inbound: Inbound | None = None

    def _create_socket(self) -> Inbound:
        sock: socket.socket = super()._create_socket()  # type: ignore[assignment]
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in SILENCE.items():
            # Not every system knows all of them.
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        self.inbound = Inbound(sock, self.keepalive)
        return self.inbound
