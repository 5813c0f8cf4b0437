"""MQTT packets out of a stream: the same messages however it is cut, and no bytes that do more than end it."""

import struct
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.broker import packets
from ingest.broker.packets import Packets, Publication

BODIES = st.one_of(st.binary(max_size=40), st.integers(100, 20_000).map(bytes))
MIDS = st.binary(min_size=2, max_size=2).filter(lambda mid: mid != b"\0\0")
PUBLICATIONS = st.builds(Publication, st.none() | MIDS, st.booleans(), st.text(max_size=30).map(str.encode), BODIES).map(
    lambda one: one if one.mid else Publication(None, False, one.topic, one.body)
)
SUBACK, CONNACK, PINGRESP = bytes.fromhex("9003000101"), bytes.fromhex("20020000"), bytes.fromhex("d000")
ANSWERS = st.sampled_from([SUBACK, CONNACK, PINGRESP])


def remaining(size: int) -> bytes:
    """The specification's algorithm (MQTT 3.1.1, 2.2.3): seven bits a byte, the lowest first, bit 7 where more follow."""
    encoded = bytearray()
    while True:
        size, digit = divmod(size, 128)
        encoded.append(digit | 0x80 if size else digit)
        if not size:
            return bytes(encoded)


def packet(one: Publication | bytes) -> bytes:
    """The bytes of a message, or an answer as it is."""
    if isinstance(one, bytes):
        return one
    body = struct.pack("!H", len(one.topic)) + one.topic + (one.mid or b"") + one.body
    return bytes([0x30 | (0x08 if one.again else 0) | (0x02 if one.mid else 0)]) + remaining(len(body)) + body


@given(st.lists(PUBLICATIONS | ANSWERS, max_size=12), st.lists(st.integers(0, 60_000), max_size=12))
def test_a_stream_cut_anywhere_gives_the_same_messages(sent: list[Publication | bytes], cuts: list[int]) -> None:
    stream, found = b"".join(map(packet, sent)), Packets()
    for start, stop in pairwise(sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})):
        found.feed(stream[start:stop])
    assert found.fault is None
    assert found.found == [one for one in sent if isinstance(one, Publication)]
    assert bytes(found.answers) == b"".join(one for one in sent if isinstance(one, bytes) and one != PINGRESP)


@given(st.lists(PUBLICATIONS | ANSWERS, min_size=1, max_size=5))
def test_a_stream_that_comes_byte_by_byte_gives_each_message_with_its_last_byte(sent: list[Publication | bytes]) -> None:
    sent = [one for one in sent if len(packet(one)) < 400]
    ends, found, seen = set(accumulate(len(packet(one)) for one in sent)), Packets(), 0
    for at, byte in enumerate(b"".join(map(packet, sent)), start=1):
        found.feed(bytes([byte]))
        assert len(found.found) == seen or at in ends
        seen = len(found.found)
    assert found.found == [one for one in sent if isinstance(one, Publication)]


@given(st.lists(st.binary(max_size=200) | PUBLICATIONS.map(packet), max_size=10))
def test_no_bytes_do_more_than_end_the_stream(pieces: list[bytes]) -> None:
    found = Packets()
    for piece in pieces:
        found.feed(piece)
    if found.fault is not None:
        before = len(found.found)
        found.feed(packet(Publication(b"\0\1", False, b"a", b"b")))
        assert len(found.found) == before


def test_what_a_broker_does_not_send_is_told() -> None:
    told = {
        "34 07 0001 61 0001 62 62": "QoS 2",
        "36 07 0001 61 0001 62 62": "QoS 3",
        "32 05 0001 61 0000": "identifier does not fit",
        "30 03 0009 61": "topic or identifier does not fit",
        "30 00": "topic or identifier does not fit",
        "30 ff ff ff ff 01": "a length of ff ff ff ff",
        "10 00": "a packet that no reader is sent: 10 00",
        "90 03 0001 07": "a packet that no reader is sent",
        "20 ff ff ff 7f" + "00" * packets.LARGEST_BYTES: "an answer of 268435455 bytes",
    }
    for stream, fault in told.items():
        found = Packets()
        found.feed(packet(Publication(b"\0\1", False, b"a", b"before")) + bytes.fromhex(stream))
        assert fault in (found.fault or "")
        assert [one.body for one in found.found] == [b"before"]


@given(st.integers(1, 300_000), st.integers(1, 3))
def test_a_message_larger_than_may_be_is_cut_and_what_follows_is_read(more: int, pieces: int) -> None:
    size = packets.LARGEST_BYTES + more
    great = Publication(b"\0\7", False, b"a/b", bytes(size - 7))
    after = Publication(b"\0\1", False, b"a", b"after")
    stream, found = packet(great) + packet(after), Packets()
    step = len(stream) // pieces + 1
    for start in range(0, len(stream), step):
        found.feed(stream[start : start + step])
    assert [(one.mid, one.topic, len(one.body)) for one in found.found] == [
        (b"\0\7", b"a/b", packets.LARGEST_BYTES - 7),
        (b"\0\1", b"a", 5),
    ]
