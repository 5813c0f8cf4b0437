"""MQTT 3.1.1 packets found in a stream of bytes, however it is cut: messages for us, the answers to a client's requests for paho.

Bytes that are no such stream are a fault, and end it. A message larger than LARGEST_BYTES is cut to that size as it comes, so
that what is too large for us does not grow here and does not come for ever; the journey refuses it, and its beginning is kept.
"""

import logging

from msgspec import Struct

LARGEST_BYTES = 2 * 1024 * 1024
CONNACK, SUBACK, UNSUBACK, PINGRESP = 0x20, 0x90, 0xB0, 0xD0
PUBLISH, DUP, QOS, QOS_1 = 0x30, 0x08, 0x06, 0x02
GRANTED = frozenset((0, 1, 2, 0x80))
LARGEST_ANSWER_BYTES = 1_000
HEADER_BYTES = 2

log = logging.getLogger(__name__)


class Publication(Struct, frozen=True, gc=False):
    """A message as it came. `mid`, two bytes, is what it is acknowledged by; None: it has QoS 0. `again`: the broker says so."""

    mid: bytes | None
    again: bool
    topic: bytes
    body: bytes


class Packets:
    """What a connection brings: `found` and `answers` grow as it is fed, and are emptied by whoever takes from them."""

    def __init__(self) -> None:
        """Nothing has come yet. `fault` says why nothing more can be made of the stream; None: it is well."""
        self.found: list[Publication] = []
        self.answers = bytearray()
        self.fault: str | None = None
        self._partial = bytearray()
        self._wanted = HEADER_BYTES
        self._cut: Publication | None = None
        self._passing_bytes = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream; after a fault they are not looked at."""
        if self.fault is None and self._passing_bytes:
            data = self._passed(data)
        if self.fault is not None or not data:
            return
        if self._partial:
            self._partial += data
            if len(self._partial) < self._wanted:
                return
            data = bytes(self._partial)
        try:
            at = self._scan(data)
        except _Malformed as reason:
            self.fault = str(reason)
            self._partial.clear()
        else:
            self._partial = bytearray(data[at:])

    def _scan(self, data: bytes) -> int:
        """Find the packets that are whole; return where the first that is not begins. Written for speed: once a message."""
        at, end, found = 0, len(data), self.found
        while end - at >= HEADER_BYTES:
            size, body = data[at + 1], at + 2
            if size > 127 and end - at > 2 and 0 < data[at + 2] < 128:
                size, body = size - 128 + (data[at + 2] << 7), at + 3
            elif size > 127:
                size, body = _size(data, at, end)
                if not size:
                    self._wanted = end - at + 1
                    return at
            stop = body + size
            if size > LARGEST_BYTES and end >= body + LARGEST_BYTES:
                self._cut_short(data, at, body, stop)
                at = min(stop, end)
                continue
            if stop > end:
                self._wanted = min(stop, body + LARGEST_BYTES) - at
                return at
            if data[at] & 0xF0 == PUBLISH:
                found.append(_publication(data, at, body, stop))
            else:
                self._answer(data, at, body, stop)
            at = stop
        self._wanted = HEADER_BYTES
        return at

    def _answer(self, data: bytes, at: int, body: int, stop: int) -> None:
        """Let paho have what it understands; the answer to a ping has done its work by coming."""
        kind, size = data[at], stop - body
        if kind == PINGRESP and size == 0:
            return
        suback = kind == SUBACK and 3 <= size <= LARGEST_ANSWER_BYTES and GRANTED.issuperset(data[body + 2 : stop])
        if not suback and (kind, size) not in ((CONNACK, 2), (UNSUBACK, 2)):
            raise _Malformed(f"a packet that no reader is sent: {data[at : min(stop, at + 8)].hex(' ')}")
        self.answers += data[at:stop]

    def _cut_short(self, data: bytes, at: int, body: int, stop: int) -> None:
        """Keep the beginning of a packet that is too large; what has not come of it will pass by."""
        if data[at] & 0xF0 != PUBLISH:
            raise _Malformed(f"an answer of {stop - body} bytes")
        cut = _publication(data, at, body, body + LARGEST_BYTES)
        log.warning("a message of %d bytes on %r is cut to %d", stop - body, cut.topic[:80], LARGEST_BYTES)
        self._passing_bytes = max(stop - len(data), 0)
        if self._passing_bytes:
            self._cut = cut
        else:
            self.found.append(cut)

    def _passed(self, data: bytes) -> bytes:
        """What follows the packet that is passing by, which counts as come when all of it has."""
        rest = data[self._passing_bytes :]
        self._passing_bytes -= len(data) - len(rest)
        if not self._passing_bytes and self._cut is not None:
            self.found.append(self._cut)
            self._cut = None
        return rest


class _Malformed(ValueError):
    """The bytes are no MQTT that a broker sends to a reader; the message says what they are."""


def _size(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A remaining length of two to four bytes, and where the packet's body begins; 0 where it has not come whole."""
    size = data[at + 1] & 127
    for place in range(at + 2, min(at + 5, end)):
        size |= (data[place] & 127) << 7 * (place - at - 1)
        if data[place] < 128:
            if not size:
                break
            return size, place + 1
    else:
        if end < at + 5:
            return 0, 0
    raise _Malformed(f"a length of {data[at + 1 : at + 5].hex(' ')}")


def _publication(data: bytes, at: int, body: int, stop: int) -> Publication:
    """The message in a packet whose body goes from `body` to `stop`."""
    head, topic = data[at], body + 2
    if stop >= topic:
        end = topic + (data[body] << 8 | data[body + 1])
        start = end + 2
        if head & QOS == QOS_1:
            mid = data[end:start]
            if start <= stop and mid != b"\0\0":
                return Publication(mid, head & DUP > 0, data[topic:end], data[start:stop])
        elif not head & QOS and end <= stop:
            return Publication(None, False, data[topic:end], data[end:stop])
    if head & QOS in (0, QOS_1):
        raise _Malformed(f"a message whose topic or identifier does not fit: {data[at : min(stop, at + 8)].hex(' ')}")
    raise _Malformed(f"a message of QoS {(head & QOS) >> 1}, which was not asked for")
