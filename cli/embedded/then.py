"""The product's own API at times that are over, so that simulated crews of past days tell their taps by the door of real ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from time import sleep

import uvicorn

from api.app import create_app
from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port
from streets import clock
from streets.settings import Settings
from streets.store.database import Database

STARTS_WITHIN_S = 30.0
LOOK_EVERY_S = 0.02


@dataclass(slots=True)
class Then:
    """A clock that stands still until it is put on."""

    at: datetime

    def now(self) -> datetime:
        """The time that it tells."""
        return self.at


@contextmanager
def serving(settings: Settings, then: Then) -> Iterator[str]:
    """The API on a port of its own, whose clock is `then`; its address. Raises EmbeddedError where it does not start."""
    app = create_app(settings, Database(settings.database_url, "streets_api"))
    app.dependency_overrides[clock.now] = then.now
    port = claim_port(0, "the API of past days")
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, log_config=None, access_log=False))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait_for(server, thread)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _wait_for(server: uvicorn.Server, thread: Thread) -> None:
    waited_s = 0.0
    while not server.started:
        if not thread.is_alive() or waited_s > STARTS_WITHIN_S:
            raise EmbeddedError("the API of past days did not start; the log says why")
        sleep(LOOK_EVERY_S)
        waited_s += LOOK_EVERY_S
