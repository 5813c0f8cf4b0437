"""From the broker into the store, and back the acknowledgement: never before the commit.

One thread reads the broker, looks at what came and acknowledges; the writer's thread keeps it. So the next batch is made ready
while the database works on the last, and is the larger the longer that takes.
"""

import logging
import select
import time
from threading import Event

from ingest.batch import keep_messages
from ingest.broker.hand import Batch, Hand
from ingest.broker.inbound import Inbound
from ingest.broker.session import Session
from ingest.broker.subscription import Subscription
from ingest.broker.writer import Writer, Written
from ingest.registry import Registry
from ingest.tally import Tally
from ingest.watch.figures import Figures
from ingest.watch.logbook import say_refused, say_slow
from streets import clock
from streets.broker import address_of
from streets.settings import Settings
from streets.store.database import Database

BATCH = 5_000
MANY = 500
LOOKED_AT_ONCE = 250
FLUSH_AFTER_S, FLUSH_AT_LAST_S = 0.02, 0.2
QUIET_S = 0.005
TICK_S = 0.05
REFRESH_AFTER_S = 2.0
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 5.0
DATABASE_WAIT_S = 2.0
STOP_WITHIN_S = 3.5

log = logging.getLogger(__name__)


class Consumer:
    """One process's way from the broker into the store. `listening` is set while every topic is subscribed to.

    `figures` tell how it fares; another thread may read them.
    """

    def __init__(self, settings: Settings, db: Database, subscription: Subscription) -> None:
        """Connect to nothing yet. The subscription names the session that the broker keeps messages for: one process each."""
        self.figures = Figures()
        self._session = Session(address_of(settings.mqtt_url), subscription, self.figures.online, self._lost)
        self.listening = self._session.listening
        self._db = db
        self._registry = Registry()
        self._refresh_at = time.monotonic()
        self._knows_devices = False
        self._hand = Hand()
        self._flush_after_s = FLUSH_AFTER_S
        self._came_at = 0.0
        self._writer: Writer

    def run(self, stop: Event) -> None:
        """Keep messages until `stop` is set; then keep and acknowledge what is at hand, and leave the session to the broker.

        Raises BrokerRefusedError when the broker refuses the user or a topic; everything else is waited out.
        """
        self._writer = Writer(self._keep, self.figures.database_waited, stop)
        wait_s = 0.0
        try:
            while not stop.is_set():
                if (inbound := self._session.inbound) is not None:
                    self._turn(inbound)
                    wait_s = FIRST_WAIT_S if self.listening.is_set() else wait_s
                else:
                    self._rest(wait_s, stop)
                    wait_s = min(max(2 * wait_s, FIRST_WAIT_S), LONGEST_WAIT_S)
                    self._session.connect()
            self._finish()
        finally:
            self._writer.end()

    def _turn(self, inbound: Inbound) -> None:
        """Take what has come, hand on what is due, acknowledge what is kept."""
        looking = self._knows_devices and self._hand.to_look_at(BATCH) > 0
        if looking:
            self._hand.look(self._registry, BATCH, LOOKED_AT_ONCE)
        # What has come is looked at before more is taken: then it is still in the processor's cache.
        reading = self._hand.has_room and not (looking and self._hand.to_look_at(BATCH) > 0)
        inbound.wait(self._writer.bell, 0.0 if looking else self._patience_s(), reading)
        if reading:
            self._take(inbound)
        self._session.attend(inbound, reading)
        self._settle()
        self._hand_over()
        self._tell_turn()

    def _patience_s(self) -> float:
        """How long to wait for the broker: until what waits is due, where the writer is free for it."""
        return QUIET_S if self._hand.waiting and not self._writer.busy else TICK_S

    def _take(self, inbound: Inbound) -> None:
        found = inbound.read()
        now = time.monotonic()
        if found:
            self._hand.take(found, clock.now(), now)
            self._came_at = now
        elif not self._hand.size and self.listening.is_set():
            self.figures.caught_up(clock.now())

    def _hand_over(self) -> None:
        """Give the writer what is due: enough for a batch, or waiting long enough, or the last for now.

        A broker that has no more on its way waits for acknowledgements: what it sent is due when it falls quiet.
        """
        oldest = self._hand.oldest_waiting
        if oldest is None or self._writer.busy:
            return
        now = time.monotonic()
        if self._hand.waiting >= BATCH or now - oldest >= self._flush_after_s or now - self._came_at >= QUIET_S:
            self._writer.give(self._hand.next_batch(BATCH))

    def _settle(self) -> bool:
        """Acknowledge what the writer has kept; False: it was stopped while it waited for the database."""
        written = self._writer.written()
        if written is None:
            return True
        mids = self._hand.settle(written.batch)
        if written.tally is None:
            return False
        messages = len(written.batch.messages)
        self.figures.kept(written.tally, messages, written.commit_s, clock.now())
        say_slow(messages, written.commit_s)
        say_refused(written.tally.refusals)
        # Many at once cost the database less than half of what few do; while few come, they are not kept waiting.
        self._flush_after_s = FLUSH_AT_LAST_S if messages >= MANY else FLUSH_AFTER_S
        self._acknowledge(written, mids)
        return True

    def _acknowledge(self, written: Written, mids: list[bytes]) -> None:
        if (inbound := self._session.inbound) is not None:
            inbound.acknowledge(mids)
            self.figures.acknowledged(written.batch.taken, time.monotonic())

    def _keep(self, batch: Batch) -> Tally:
        """In the writer's thread: one transaction for the batch."""
        looked = batch.looked
        if time.monotonic() >= self._refresh_at:
            with self._db.transaction(DATABASE_WAIT_S) as conn:
                if self._registry.refresh(conn):
                    looked = []  # They were looked at with records that have changed.
            self._refresh_at = time.monotonic() + REFRESH_AFTER_S
            self._knows_devices = True
        return keep_messages(self._db, self._registry, batch.messages, DATABASE_WAIT_S, looked)

    def _lost(self) -> None:
        """The connection has ended: the broker will hand over again what it was not told to be kept."""
        self.figures.offline()
        self._hand.forget()
        self._writer.forget()

    def _rest(self, seconds: float, stop: Event) -> None:
        """Without a broker: go on keeping what has no other copy."""
        until = time.monotonic() + seconds
        while not stop.is_set() and (left_s := until - time.monotonic()) > 0:
            self._settle()
            self._hand_over()
            self._tell_turn()
            select.select([self._writer.bell], [], [], min(left_s, TICK_S))

    def _finish(self) -> None:
        """Take no more; keep and acknowledge what is in hand, as far as time and the database allow."""
        until = time.monotonic() + STOP_WITHIN_S
        while self._hand.size and self._settle() and time.monotonic() < until:
            if self._hand.waiting and not self._writer.busy:
                self._writer.give(self._hand.next_batch(BATCH))
            select.select([self._writer.bell], [], [], TICK_S)
        self._session.leave()

    def _tell_turn(self) -> None:
        self.figures.turned(self._hand.size, self._hand.oldest, time.monotonic())
