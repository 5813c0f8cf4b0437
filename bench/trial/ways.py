"""The same frames by MQTT, by webhook and from the network's store, all at once."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from threading import Thread
from urllib.request import Request, urlopen

from bench.trial.site import Site
from bench.trial.stream import APPLICATION, COUNCIL, Sent
from bench.trial.trial import Trial
from cli.database import opened
from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port, last_words, spawn, stop, wait_until
from streets import clock
from streets.store import tokens
from tests.ingest.storage_server import KEY, StorageServer

STREETS = (sys.executable, "-P", "-m", "cli")
GRACE_S = 6.0


def three_ways(trial: Trial) -> None:
    """Each frame is posted to the webhook too, in another order, and brought in twice by a back-fill: midway and at the end."""
    frames = trial.messages
    trial.also(3 * len(frames))
    posted = list(frames)
    Random(1).shuffle(posted)
    with StorageServer(APPLICATION.partition("@")[0]).running() as store, _webhook(trial.site) as post:
        store.keep(*(frame.body for frame in frames))
        posting = Thread(target=lambda: [post(frame.body) for frame in posted])
        posting.start()
        for share in (0.5, 1.0):
            trial.until_sent(share)
            _backfill(trial, store.url, frames)
        while posting.is_alive():
            trial.wait(GRACE_S / 10)


@contextmanager
def _webhook(site: Site) -> Iterator[Callable[[bytes], None]]:
    """`streets api`, and how a network server posts to it."""
    with opened(site.owner_url, "streets_officer", size=1) as db, db.transaction() as conn:
        secret, _ = tokens.create(conn, COUNCIL, "device", APPLICATION, clock.now(), days=1)
    port, log = claim_port(0, "the API"), site.folder / "api.log"
    api = spawn([*STREETS, "api", "--port", str(port)], log, signal.SIGKILL, env=site.environment_of("api"))
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def post(body: bytes) -> None:
        with urlopen(Request(f"http://{LOOPBACK}:{port}/v1/uplinks/tts", body, headers)) as told:  # noqa: S310 - our own address
            if told.status != 202:
                raise ConnectionError(f"the webhook answered {told.status}")

    try:
        wait_until(lambda: "running on" in log.read_text(), api, "the API", log)
        yield post
    finally:
        stop(api, signal.SIGTERM, GRACE_S)


def _backfill(trial: Trial, address: str, frames: Sequence[Sent]) -> None:
    """`streets backfill` for the whole time of the stream. Raises EmbeddedError."""
    file, log = trial.site.folder / "applications.toml", trial.site.folder / "backfill.log"
    told = {"council": COUNCIL, "application": APPLICATION, "address": address, "key": KEY}
    lines = [f'{name} = "{value}"' for name, value in told.items()]
    file.write_text("\n".join(["[[application]]", *lines, "retention_hours = 720"]))
    file.chmod(0o600)
    second = timedelta(seconds=1)
    since, until = frames[0].observed_at - second, frames[-1].observed_at + second
    command = [*STREETS, "backfill", "--since", since.isoformat(), "--until", until.isoformat()]
    environment = trial.site.environment_of("ingest") | {"STREETS_APPLICATIONS_FILE": str(file)}
    with log.open("wb") as words:
        asking = subprocess.Popen(command, stderr=words, env=environment)
    while asking.poll() is None:
        trial.wait(GRACE_S / 10)
    if asking.returncode:
        raise EmbeddedError(f"the back-fill did not come to its end: {last_words(log)}")
