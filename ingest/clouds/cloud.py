"""What a cloud of counters is to us: posts, and what each counted in which interval. Another cloud is one more file here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Said:
    """What the cloud says of one post in [since, until), in its own words: a JSON object.

    An interval of which it says nothing has no Said: nothing is known of it. `since` and `until` are None where the words do not
    tell of which interval they are.
    """

    post: str
    words: bytes
    since: datetime | None = None
    until: datetime | None = None


class Cloud(Protocol):
    """One account with a cloud.

    `model` is the device model that reads its words. Intervals are of `bucket`, and begin at its multiples in UTC; an answer
    has at most `longest` of them for `together` posts. An interval can be asked for `published_after` its end, and what is said
    of it may well change until `settled_after`. `every` is how often it likes to be asked.
    """

    model: str
    bucket: timedelta
    longest: timedelta
    together: int
    published_after: timedelta
    settled_after: timedelta
    every: timedelta

    def posts(self, stop: Event) -> Sequence[str]:
        """The countlines or segments of the account. Raises CloudFault."""

    def counts(self, posts: Sequence[str], since: datetime, until: datetime, stop: Event) -> Iterator[Said]:
        """What it says of these posts in the intervals of [since, until). Raises CloudFault."""

    def close(self) -> None:
        """Close the connection."""
