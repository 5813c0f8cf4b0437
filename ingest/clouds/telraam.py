"""Telraam: POST /v1/reports/traffic, with the header X-Api-Key, for one segment by the hour.

The hour begins at `date`, which is in UTC; `timezone` is where the segment lies, and changes nothing. Its rate limit is strict
(a question a second, by what its users tell), and its reports are hourly: it is asked twice an hour.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

import msgspec
from msgspec import Raw, Struct

from ingest.clouds.asking import LETTERS_TOLD, Asking, CloudFault, Patience
from ingest.clouds.cloud import Said
from ingest.envelopes.parts import told_time
from ingest.uplink import EnvelopeError
from streets.clouds import Account

PATH = "/v1/reports/traffic"
PAUSE_S = 2.0


class Hour(Struct):
    """Which hour a row of a report is of."""

    date: str


class Telraam:
    """One account with Telraam."""

    model = "telraam-segment"
    bucket = timedelta(hours=1)
    longest = timedelta(days=30)
    together = 1
    published_after = timedelta(minutes=10)
    settled_after = timedelta(days=2)
    every = timedelta(minutes=30)

    def __init__(self, account: Account, patience: Patience | None = None) -> None:
        """Connect to nothing yet."""
        self._account = account
        self._asking = Asking(account.name, account.address, {"X-Api-Key": account.key}, patience or Patience(pause_s=PAUSE_S))

    def close(self) -> None:
        """Close the connection."""
        self._asking.close()

    def posts(self, stop: Event) -> Sequence[str]:  # noqa: ARG002 asks nothing
        """The segments named for the account: a key sees everybody's, so none is asked for that is not named."""
        return self._account.posts

    def counts(self, posts: Sequence[str], since: datetime, until: datetime, stop: Event) -> Iterator[Said]:
        """What it says of these segments, each asked for by itself."""
        for post in posts:
            asked = {
                "level": "segments",
                "format": "per-hour",
                "id": post,
                "time_start": _written(since),
                "time_end": _written(until),
            }
            answer = self._asking.members("POST", PATH, stop, json=asked)
            report = answer.get("report")
            if report is None:
                says = bytes(answer.get("message", b""))[:LETTERS_TOLD].decode(errors="replace")
                raise CloudFault("garbled", f"{self._account.name}: the answer for segment {post} has no report {says}".strip())
            for row in self._rows(post, report):
                yield self._said(post, row)

    def _rows(self, post: str, report: Raw) -> list[Raw]:
        try:
            return msgspec.json.decode(report, type=list[Raw])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CloudFault("garbled", f"{self._account.name}: the report of segment {post} is no list: {error}") from error

    def _said(self, post: str, row: Raw) -> Said:
        try:
            since = told_time(msgspec.json.decode(row, type=Hour).date)
        except (msgspec.MsgspecError, UnicodeDecodeError, EnvelopeError):
            since = None
        return Said(post, bytes(row), since, since and since + self.bucket)


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
