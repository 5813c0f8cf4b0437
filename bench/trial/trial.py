"""One trial: a stream is sent at a steady rate, something strikes meanwhile, and in the end every message is looked for."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from operator import ge
from pathlib import Path
from threading import Event, Thread

import psycopg

from bench.trial.books import Books, progress, reckon
from bench.trial.site import Site
from bench.trial.stream import Sent, Stream
from simulators.publisher import Publisher

LOOK_EVERY_S = 0.1
LAG_AT_MOST_S = 1.0
# Far beyond any recovery: who is not done by then has lost.
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Look:
    """At a moment (monotonic): how many different messages the broker has confirmed, and how far the store is.

    `state` is how many of them are committed, and how many arrivals are counted in all; None: the database is away.
    """

    at: float
    confirmed: int
    state: tuple[int, int] | None


class Trial:
    """A stream on its way into a site. What strikes calls `until_sent` and `wait`, which look after the site meanwhile."""

    def __init__(
        self,
        site: Site,
        stream: Stream,
        rate_per_s: float,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Send nothing yet."""
        self.site = site
        self._stream = stream
        self._rate_per_s = rate_per_s
        self._patience_s = patience_s
        self._distinct = stream.distinct()
        self._looks: list[Look] = []
        self._over = Event()
        self._sent = Event()
        self._publisher = Publisher(site.devices_url)
        self._failure: BaseException | None = None
        self._others = 0

    @property
    def messages(self) -> tuple[Sent, ...]:
        """What is sent, each message once."""
        return self._stream.messages

    def also(self, arrivals: int) -> None:
        """Expect so many more arrivals, by other ways than the publisher's."""
        self._others += arrivals

    def run(self, strike: Callable[["Trial"], None]) -> float | None:
        """Send, strike, and wait until all is committed; return after how many seconds the lag was below 1 s for good."""
        self.site.until_listening()
        threads = [Thread(target=self._send), Thread(target=self._look)]
        for thread in threads:
            thread.start()
        try:
            strike(self)
            ended_at = time.monotonic()
            self._settle()
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        return recovery_s(self._looks, ended_at)

    def until_sent(self, share: float) -> None:
        """Wait until this share of the stream is confirmed."""
        self._until(lambda: self._publisher.confirmed >= share * len(self._stream.order), f"{share:.0%} is sent")

    def until_committed(self, share: float) -> None:
        """Wait until this share of the stream is committed beyond what was."""
        enough = min(self._state()[0] + share * len(self._stream.messages), len(self._stream.messages))
        self._until(lambda: self._state()[0] >= enough, f"{share:.0%} more is committed")

    def until_told(self, words: str, log: Path) -> None:
        """Wait until a log has these words."""
        self._until(lambda: words in log.read_text(errors="replace"), f"{log} says {words!r}")

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises what ended the publisher, where something did."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._failure:
                raise self._failure
            self.site.look_after()
            time.sleep(min(LOOK_EVERY_S, seconds))

    def _until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {PATIENCE_S:.0f} s it is still not so that {what}")
            self.wait(LOOK_EVERY_S)

    def reckon(self) -> Books:
        """What became of every message."""
        return reckon(self.site.owner_url, self._stream.messages)

    def _settle(self) -> None:
        """Wait until each message is committed and each arrival counted, those sent twice too."""
        deadline = time.monotonic() + self._patience_s
        whole = len(self._stream.messages), len(self._stream.order) + self._others
        while not (self._sent.is_set() and all(map(ge, self._state(), whole))) and time.monotonic() < deadline:
            self.wait(LOOK_EVERY_S)

    def _state(self) -> tuple[int, int]:
        return (self._looks and self._looks[-1].state) or (0, 0)

    def _send(self) -> None:
        try:
            with self._publisher as publisher:
                began_at = time.monotonic()
                for number, position in enumerate(self._stream.order):
                    early_s = began_at + number / self._rate_per_s - time.monotonic()
                    if early_s > 0 and self._over.wait(early_s):
                        return
                    message = self._stream.messages[position]
                    publisher.send(message.topic, message.body)
                publisher.settle()
            self._sent.set()
        except OSError as failure:
            self._failure = failure

    def _look(self) -> None:
        """Look ten times a second, by a way of its own that no cable cuts."""
        while not self._over.is_set():
            with suppress(psycopg.Error), psycopg.connect(self.site.owner_url, connect_timeout=2, autocommit=True) as conn:
                while not self._over.wait(LOOK_EVERY_S):
                    self._looks.append(Look(time.monotonic(), self._confirmed(), progress(conn)))
            if not self._over.wait(LOOK_EVERY_S):
                self._looks.append(Look(time.monotonic(), self._confirmed(), None))

    def _confirmed(self) -> int:
        return self._distinct[self._publisher.confirmed]


def recovery_s(looks: list[Look], ended_at: float) -> float | None:
    """Seconds from `ended_at` until whatever was confirmed a second before was committed, for good; None: never."""
    behind = ended_at
    for look in looks:
        due = max((each.confirmed for each in looks if each.at <= look.at - LAG_AT_MOST_S), default=0)
        if look.at > ended_at and (look.state is None or look.state[0] < due):
            behind = look.at
    return None if looks and behind == looks[-1].at else behind - ended_at
