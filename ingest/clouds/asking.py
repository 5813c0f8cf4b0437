"""A question to a cloud over HTTP, and its answer within bounds: bytes, time, and none from where the key does not belong."""

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice
from threading import Event
from typing import Any

import httpx
import msgspec
from msgspec import Raw

from streets import clock

LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
LETTERS_TOLD = 200
LONGEST_WAIT_S = 3_600.0
WAITS = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT)


class CloudFault(ConnectionError):
    """The cloud gave no answer that can be used.

    `kind` is away (unreachable, cut, slow, an error of its own), limited (asked too often), key (it refuses the key), refused
    (it does not take the question, or not from this key) or garbled (the answer is not what it promises). `wait_s`: how long it
    asks to be left alone.
    """

    def __init__(self, kind: str, why: str, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, in seconds, and between two questions."""

    connect_s: float = 10.0
    silence_s: float = 30.0
    answer_s: float = 120.0
    pause_s: float = 1.0


class Asking:
    """The line to one cloud; `headers` hold the key, which no address, log or error has."""

    def __init__(self, name: str, address: str, headers: dict[str, str], patience: Patience) -> None:
        """Connect to nothing yet. `name` says in errors whose cloud it is."""
        self._name = name
        self._address = address
        self._patience = patience
        self._keys = tuple(headers.values())
        self._free_at = 0.0
        self._client = httpx.Client(
            headers=headers | {"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(patience.silence_s, connect=patience.connect_s),
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def members(self, method: str, path: str, stop: Event, **asked: Any) -> dict[str, Raw]:
        """The members of the JSON object that the cloud answers, as they stand. `asked`: params= or json=. Raises CloudFault."""
        body = self._body(method, path, stop, asked)
        try:
            return msgspec.json.decode(body, type=dict[str, Raw])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise CloudFault("garbled", f"{self._name}: {path} answers what is no JSON object: {error}") from error

    def _body(self, method: str, path: str, stop: Event, asked: dict[str, Any]) -> bytes:
        if stop.wait(max(self._free_at - time.monotonic(), 0.0)):
            raise CloudFault("away", f"{self._name}: not asked any more, as this process ends")
        try:
            with self._client.stream(method, self._address + path, **asked) as response:
                self._accept(path, response)
                return self._read(path, response, stop)
        except httpx.TransportError as error:
            raise CloudFault("away", f"{self._name}: {path}: {type(error).__name__} {error}".strip()) from error
        finally:
            self._free_at = time.monotonic() + self._patience.pause_s

    def _read(self, path: str, response: httpx.Response, stop: Event) -> bytes:
        give_up_at = time.monotonic() + self._patience.answer_s
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise CloudFault("garbled", f"{self._name}: {path} answers more than {LARGEST_ANSWER_BYTES} bytes")
            if stop.is_set() or time.monotonic() > give_up_at:
                raise CloudFault("away", f"{self._name}: {path}: the answer took longer than {self._patience.answer_s:g} s")
        return bytes(body)

    def _accept(self, path: str, response: httpx.Response) -> None:
        """Go on with what is an answer. Raises CloudFault."""
        status = response.status_code
        packed = response.headers.get("Content-Encoding", "identity")
        if packed != "identity":
            # A small answer may unpack to more than there is room for.
            raise CloudFault("garbled", f"{self._name}: {path} answers compressed by {packed}, which was not asked for")
        if status == httpx.codes.OK:
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                raise CloudFault("garbled", f"{self._name}: {path} answers {kind or 'no type'}: is {self._address} right?")
            return
        says = f"{self._name}: {path} answers {status} {self._words_of(response)}".strip()
        if response.is_redirect:
            raise CloudFault(
                "garbled", f"{self._name}: {path} answers {status} and sends us elsewhere, where no key of ours goes"
            )
        if status in WAITS or response.is_server_error:
            limited = status == httpx.codes.TOO_MANY_REQUESTS
            raise CloudFault("limited" if limited else "away", says, _told_wait_s(response.headers.get("Retry-After", "")))
        # 403 is of the posts, some of which the key may have no right to; 401 is of the key.
        raise CloudFault("key" if status == httpx.codes.UNAUTHORIZED else "refused", says)

    def _words_of(self, response: httpx.Response) -> str:
        """The first letters of an answer that is an error: printable, and without a key that it repeats."""
        enough = LETTERS_TOLD + max(map(len, self._keys), default=0)
        told = b"".join(islice(response.iter_raw(enough), 1)).decode(errors="replace")
        for key in self._keys:
            told = told.replace(key, "…")
        return "".join(letter if letter.isprintable() else " " for letter in told)[:LETTERS_TOLD].strip()


def _told_wait_s(words: str) -> float | None:
    """Retry-After in seconds, from seconds or a time (RFC 9110, 10.2.3); no more than LONGEST_WAIT_S."""
    if words.isdecimal():
        # Not int(), which gives up on thousands of digits.
        return min(float(words), LONGEST_WAIT_S)
    try:
        wait_s = (parsedate_to_datetime(words) - clock.now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)
