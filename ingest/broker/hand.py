"""What is in hand: messages taken from the broker and not acknowledged yet, in the order in which they came.

Bounded by what a broker may have on its way (65,535 identifiers a session), and by bytes; past that the broker is not read.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from ingest.broker.packets import Publication
from ingest.journey import process
from ingest.outcome import Kept, Message, Outcome
from ingest.packing import pack
from ingest.registry import Registry
from streets.store.database import NotStorable

MESSAGES_AT_MOST = 65_535
BYTES_AT_MOST = 48 * 1024 * 1024
# Fewer are packed with the batch that they go with: packing has costs of its own.
PACKED_FROM = 100


@dataclass(slots=True)
class Batch:
    """Messages that are kept together. `looked` are the outcomes of the first of them; the others were not looked at yet.

    `mids` are what they are acknowledged by, None: nothing. `taken` is when each was taken, in seconds of time.monotonic().
    """

    messages: list[Message] = field(default_factory=list)
    mids: list[bytes | None] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    looked: list[list[Outcome]] = field(default_factory=list)

    def split(self, count: int) -> "Batch":
        """Take the first messages out, so many at most."""
        first = Batch(self.messages[:count], self.mids[:count], self.taken[:count], self.looked[:count])
        for whole in (self.messages, self.mids, self.taken, self.looked):
            del whole[:count]
        return first

    def without_copies(self) -> "Batch":
        """Those messages that the broker will not hand over again."""
        lasting = [place for place, mid in enumerate(self.mids) if mid is None]
        messages, taken = [self.messages[place] for place in lasting], [self.taken[place] for place in lasting]
        return Batch(messages, [None] * len(lasting), taken)


class Hand:
    """The messages that wait for the writer, and the batch that it has."""

    def __init__(self) -> None:
        """Empty."""
        self._waiting = Batch()
        self._writing: Batch | None = None
        self._held: dict[bytes, Message] = {}
        self._bytes = 0

    @property
    def waiting(self) -> int:
        """How many messages wait for the writer."""
        return len(self._waiting.messages)

    @property
    def size(self) -> int:
        """How many messages are in hand."""
        return self.waiting + (len(self._writing.messages) if self._writing else 0)

    @property
    def has_room(self) -> bool:
        """Whether more may be taken."""
        return self.size < MESSAGES_AT_MOST and self._bytes < BYTES_AT_MOST

    @property
    def oldest(self) -> float | None:
        """When the oldest message in hand was taken."""
        batch = self._writing or self._waiting
        return batch.taken[0] if batch.taken else None

    @property
    def oldest_waiting(self) -> float | None:
        """When the oldest message that waits for the writer was taken."""
        return self._waiting.taken[0] if self._waiting.taken else None

    def take(self, publications: Sequence[Publication], received_at: datetime, taken: float) -> None:
        """Add messages. A repeat of one that is in hand is passed over: it will be acknowledged with the first."""
        waiting = self._waiting
        for each in publications:
            mid = each.mid
            if each.again and self._holds(each):
                continue
            message = Message(_text(each.topic), each.body, received_at)
            if mid is not None:
                self._held[mid] = message
            waiting.messages.append(message)
            waiting.mids.append(mid)
            waiting.taken.append(taken)
            self._bytes += _size(message)

    def to_look_at(self, upto: int) -> int:
        """How many of the `upto` messages that have waited longest have no outcomes yet."""
        return min(self.waiting, upto) - len(self._waiting.looked)

    def look(self, registry: Registry, upto: int, at_once: int) -> None:
        """Find the outcomes of some messages more, while fewer than `upto` have theirs, and pack what of many is kept."""
        looked = self._waiting.looked
        some = self._waiting.messages[len(looked) : min(len(looked) + at_once, upto)]
        found = [process(message, registry) for message in some]
        if len(some) >= PACKED_FROM:
            # A row that no column can hold is found, with its message, when its batch is kept.
            with suppress(*NotStorable):
                pack(each for outcomes in found for each in outcomes if isinstance(each, Kept))
        looked.extend(found)

    def next_batch(self, count: int) -> Batch:
        """The messages that have waited longest; they stay in hand until `settle`."""
        self._writing = self._waiting.split(count)
        return self._writing

    def settle(self, batch: Batch) -> list[bytes]:
        """The batch is kept, and no longer in hand; return what is to be acknowledged.

        Not what came by an earlier connection, where an identifier meant something else, nor an identifier that the broker has
        given to a later message since.
        """
        held = self._held
        done = [mid for mid, message in zip(batch.mids, batch.messages, strict=True) if mid and held.get(mid) is message]
        for mid in done:
            del held[mid]
        self._bytes -= sum(map(_size, batch.messages))
        self._writing = None
        return done

    def forget(self) -> None:
        """The connection has ended: what the broker will hand over again is let go; of QoS 0 there is no other copy."""
        self._held.clear()
        self._waiting = self._waiting.without_copies()
        self._bytes = sum(_size(message) for batch in (self._waiting, self._writing) if batch for message in batch.messages)

    def _holds(self, publication: Publication) -> bool:
        held = self._held.get(publication.mid or b"")
        return held is not None and held.body == publication.body and held.topic == _text(publication.topic)


def _size(message: Message) -> int:
    """A topic may be as long as most bodies, and longer than most."""
    return len(message.topic) + len(message.body)


def _text(topic: bytes) -> str:
    """A topic that is no UTF-8 can be read, and is refused by the journey."""
    return topic.decode(errors="backslashreplace")
