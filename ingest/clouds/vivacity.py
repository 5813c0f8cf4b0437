"""Vivacity: GET /countline/counts, with the header x-vivacity-api-key; its countlines by GET /countline/metadata.

fill_zeros stays false: true would turn every outage into nobody. No class is left out, so that an interval in which only bicycles
passed is answered too: the sensor saw, and saw nobody on foot. What it answers nothing of is not known.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

import msgspec
from msgspec import Raw, Struct

from ingest.clouds.asking import Asking, CloudFault, Patience
from ingest.clouds.cloud import Said
from ingest.envelopes.parts import told_time
from ingest.uplink import EnvelopeError
from streets.clouds import POST, Account


class Interval(Struct):
    """Which interval a record is of."""

    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")


class Countline(Struct):
    """Of a countline's metadata, whether it counts at all: others measure speed or read plates."""

    is_speed: bool | None = None
    is_anpr: bool | None = None


class Vivacity:
    """One account with Vivacity."""

    model = "vivacity-countline"
    bucket = timedelta(minutes=15)
    # It takes seven days; whether of intervals of any length is not known.
    longest = timedelta(days=1)
    together = 20
    published_after = timedelta(minutes=5)
    settled_after = timedelta(hours=12)
    every = timedelta(minutes=5)

    def __init__(self, account: Account, patience: Patience | None = None) -> None:
        """Connect to nothing yet."""
        self._account = account
        headers = {"x-vivacity-api-key": account.key}
        self._asking = Asking(account.name, account.address, headers, patience or Patience())

    def close(self) -> None:
        """Close the connection."""
        self._asking.close()

    def posts(self, stop: Event) -> Sequence[str]:
        """The countlines named for the account, or all that its key sees."""
        if self._account.posts:
            return self._account.posts
        listed = self._asking.members("GET", "/countline/metadata", stop)
        posts = [each for each, about in listed.items() if POST.fullmatch(each) and self._counts(about)]
        if not posts:
            raise CloudFault("refused", f"{self._account.name}: the key sees no countlines: ask Vivacity for its rights to them")
        return posts

    def counts(self, posts: Sequence[str], since: datetime, until: datetime, stop: Event) -> Iterator[Said]:
        """What it says of these countlines; others that it answers of were not asked for."""
        asked = {
            "countline_ids": ",".join(posts),
            "from": _written(since),
            "to": _written(until),
            "time_bucket": "15m",
            "fill_zeros": "false",
        }
        answer = self._asking.members("GET", "/countline/counts", stop, params=asked)
        for post in posts:
            for record in self._records(answer.get(post, Raw(b"[]"))):
                yield self._said(post, record)

    def _counts(self, about: Raw) -> bool:
        try:
            countline = msgspec.json.decode(about, type=Countline)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CloudFault("garbled", f"{self._account.name}: the countlines are not told as expected: {error}") from error
        return not (countline.is_speed or countline.is_anpr)

    def _records(self, told: Raw) -> list[Raw]:
        try:
            return msgspec.json.decode(told, type=list[Raw] | None) or []
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CloudFault("garbled", f"{self._account.name}: a countline's counts are no list: {error}") from error

    def _said(self, post: str, record: Raw) -> Said:
        try:
            interval = msgspec.json.decode(record, type=Interval)
            return Said(post, bytes(record), told_time(interval.since), told_time(interval.until))
        except (msgspec.MsgspecError, UnicodeDecodeError, EnvelopeError):
            return Said(post, bytes(record))


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
