"""A process of production works in one thread, while its main thread waits for the signal that ends it.

So a signal is heard whatever the work is waiting for: a lock, a server that hangs, a solver.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event, Thread

# What is left of the 5 s that we promise is for a machine that has much else to do.
GRACE_S = 4.0
LOOK_EVERY_S = 0.2

LOG = logging.getLogger("streets")


def run_until_told(work: Callable[[Event], None], on_stop: Callable[[], None] | None = None) -> None:
    """Do `work` until it ends, or SIGTERM or Ctrl-C sets its event and calls `on_stop`.

    Raises what `work` raises; an OSError is logged, and ends the process with exit code 1.

    Work that has not ended GRACE_S after the signal is broken off, with exit code 0: a transaction goes with its connection, and
    a message that was not acknowledged stays with the broker.
    """
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    ended = _begun(work, stop)
    while not ended.done() and not stop.is_set():
        wait([ended], LOOK_EVERY_S)
    if stop.is_set():
        if on_stop:
            on_stop()
        wait([ended], GRACE_S)
        _end(ended)
    if isinstance(error := ended.exception(), OSError):
        # A server that is away, or does not let us in: the last word of a log that programs read.
        LOG.critical("%s", error)
        sys.exit(1)
    ended.result()


def _end(ended: "Future[None]") -> None:
    """End the process now, unless its work failed. Python's own way waits for every thread, also one that waits for a lock."""
    if not ended.done():
        LOG.warning("work was broken off, which has lost nothing; it begins anew next time")
    if not ended.done() or ended.exception() is None:
        sys.stdout.flush()
        os._exit(0)


def _begun(work: Callable[[Event], None], stop: Event) -> "Future[None]":
    ended: Future[None] = Future()

    def run() -> None:
        try:
            work(stop)
        except BaseException as error:  # noqa: BLE001 raised again in the thread that waits
            ended.set_exception(error)
        else:
            ended.set_result(None)

    Thread(target=run, daemon=True).start()
    return ended
