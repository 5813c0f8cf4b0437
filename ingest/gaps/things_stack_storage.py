"""The Things Stack's Storage Integration: the uplinks that it keeps of an application, asked for over HTTP.

GET {address}/api/v3/as/applications/{id}/packages/storage/uplink_message?after=&before=&order=received_at&limit= with a
bearer key (The Things Stack, Storage Integration API). An answer never says that it stopped at a limit, the server's or ours,
so it is asked on from the newest uplink until nothing newer comes.
"""

import logging
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from threading import Event

import httpx

from ingest.gaps.stored import CutError, Fault, Stored, fault_in, lines, told
from streets.applications import Application

ASKED_AT_ONCE = 1_000
# Uplinks of one moment may lie on both sides of a page's end: the last moment is asked for again, and told apart by its words.
OVERLAP = timedelta(milliseconds=1)
KINDS = ("text/event-stream", "application/json", "application/x-ndjson")
ERROR_PIECES = 4
# gRPC's codes for what waiting does not mend, as HTTP's: invalid argument, not found, permission denied, unauthenticated.
FOR_A_PERSON = {3: 400, 5: 404, 7: 403, 16: 401}

log = logging.getLogger(__name__)


class StorageAway(ConnectionError):
    """The store did not answer, or not for long enough, as often as it was tried."""


class StorageRefused(PermissionError):
    """The store will not answer until a person does what the message says."""


class Interrupted(Exception):
    """An answer failed or broke off; asking again may help, in `wait_s` at the earliest where the server said so."""

    def __init__(self, why: str, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a store, in seconds, and how often to try without getting any further."""

    connect_s: float = 10.0
    silence_s: float = 30.0
    answer_s: float = 300.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    tries: int = 6


class Storage:
    """One application's store."""

    def __init__(self, application: Application, patience: Patience | None = None) -> None:
        """Connect to nothing yet."""
        self.application = application
        self._patience = patience or Patience()
        self._url = f"{application.address}/api/v3/as/applications/{application.id}/packages/storage/uplink_message"
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {application.key}", "Accept": "text/event-stream", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(self._patience.silence_s, connect=self._patience.connect_s),
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def uplinks(self, since: datetime, until: datetime, stop: Event) -> Iterator[Stored]:
        """What the store has from `since` until `until`, oldest first, until `stop` is set; some may come twice.

        What breaks off is asked for again from where it got to. Raises StorageRefused and StorageAway.
        """
        reached, failed = _Reached(since), 0
        while not stop.is_set():
            before, came, fault = reached.newest, 0, None
            try:
                for stored in self._answer(before - OVERLAP, until, stop):
                    came += 1
                    if reached.is_new(stored):
                        yield stored
            except Interrupted as error:
                fault = error
            got_further = reached.newest > before
            if fault is None and not got_further:
                if came >= ASKED_AT_ONCE:
                    raise StorageAway(f"{self.application.name}: {came} uplinks of one moment, and no way past them")
                return
            failed = 0 if got_further else failed + 1
            if failed >= self._patience.tries:
                raise StorageAway(f"{self.application.name}: {fault}") from fault
            if fault is not None:
                wait_s = self._wait_s(failed, fault.wait_s)
                log.warning("%s; asked again in %.1f s", fault, wait_s, extra={"application": self.application.name})
                stop.wait(wait_s)

    def _wait_s(self, failed: int, told_s: float | None) -> float:
        """Twice as long after each failure, less up to a half, so that many who were cut off do not come back at once."""
        wait_s = self._patience.first_wait_s * 2.0**failed * random.uniform(0.5, 1.0)
        return min(max(wait_s, told_s or 0.0), self._patience.longest_wait_s)

    def _answer(self, since: datetime, until: datetime, stop: Event) -> Iterator[Stored]:
        """One answer's uplinks. Raises Interrupted and StorageRefused."""
        asked = {"after": _written(since), "before": _written(until), "order": "received_at", "limit": str(ASKED_AT_ONCE)}
        try:
            with self._client.stream("GET", self._url, params=asked) as response:
                self._accept(response)
                for line, ended in lines(self._pieces(response, stop)):
                    match told(line, ended):
                        case Fault() as fault:
                            raise self._broken_off(fault)
                        case Stored() as stored:
                            yield stored
        except httpx.TransportError as error:
            raise Interrupted(f"{type(error).__name__} {error}".strip()) from error
        except CutError as error:
            if not stop.is_set():
                raise Interrupted(str(error)) from error

    def _pieces(self, response: httpx.Response, stop: Event) -> Iterator[bytes]:
        give_up_at = time.monotonic() + self._patience.answer_s
        for piece in response.iter_raw():
            if stop.is_set():
                return
            yield piece
            if time.monotonic() > give_up_at:
                raise Interrupted(f"the answer took longer than {self._patience.answer_s:g} s")

    def _accept(self, response: httpx.Response) -> None:
        """Go on with what is an answer. Raises Interrupted and StorageRefused."""
        status = response.status_code
        packed = response.headers.get("Content-Encoding", "identity")
        if packed != "identity":
            # A small answer may unpack to more than there is room for.
            raise Interrupted(f"HTTP {status}, compressed by {packed}, which was not asked for")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if status == httpx.codes.OK:
            if kind not in KINDS:
                raise StorageRefused(f"{self._url} answers {kind or 'no type'}: is that the address of The Things Stack?")
            return
        says = fault_in(b"".join(islice(response.iter_raw(1024), ERROR_PIECES)))
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT) or response.is_server_error:
            raise Interrupted(f"HTTP {status} {says}".strip(), _told_wait_s(response.headers))
        raise StorageRefused(self._what_to_do(status, says))

    def _broken_off(self, fault: Fault) -> Exception:
        if fault.code in FOR_A_PERSON:
            return StorageRefused(self._what_to_do(FOR_A_PERSON[fault.code], fault.message))
        return Interrupted(f"the answer breaks off: {fault.message or 'without a reason'}")

    def _what_to_do(self, status: int, says: str) -> str:
        do = {
            401: "the key is not valid there; make a new one in its console, under API keys",
            403: "the key may not read; give it the right to view application traffic",
            404: "there is no such application, or it has no Storage Integration; activate that in its console",
        }.get(status, "it does not understand what it is asked")
        return f"The store of {self.application.name} at {self.application.address} answers {status}: {do}. {says}".strip()


class _Reached:
    """How far a store has been read: to the newest uplink, and which uplinks came in that last moment."""

    def __init__(self, since: datetime) -> None:
        self.newest = since
        self._last: dict[bytes, datetime] = {}

    def is_new(self, stored: Stored) -> bool:
        """Whether it did not come just now, before a page's end."""
        digest = blake2b(stored.body, digest_size=16).digest()
        if digest in self._last:
            return False
        if stored.received_at is not None:
            self._last[digest] = stored.received_at
            if stored.received_at > self.newest:
                self.newest = stored.received_at
                self._last = {each: at for each, at in self._last.items() if self.newest - at <= OVERLAP}
        return True


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _told_wait_s(headers: httpx.Headers) -> float | None:
    """How long the server asks to be left alone: Retry-After in seconds, or the headers of its rate limiter."""
    for name in ("Retry-After", "X-Rate-Limit-Retry", "X-Rate-Limit-Reset"):
        seconds = headers.get(name, "")
        # Not int(), which gives up on thousands of digits: how long to wait at most is for us to say.
        if seconds.isdecimal() and float(seconds) > 0:
            return float(seconds)
    return None
