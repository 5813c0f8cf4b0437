"""What a cloud says takes the journey; how far it was read is committed with it, so that nothing is lost and nothing comes twice.

The cloud is asked again for what may still change. What it says as before is not taken again; what it says otherwise is, and
holds from then on.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from threading import Event
from uuid import UUID

from ingest.batch import followed, keep, keep_messages
from ingest.clouds.asking import CloudFault
from ingest.clouds.cloud import Cloud, Said
from ingest.envelopes.cloud import EPOCH, SOURCE, written
from ingest.outcome import Message
from ingest.registry import Registry
from ingest.tally import Tally
from streets import clock
from streets.clouds import Account
from streets.store import clouds, gaps
from streets.store.database import Connection, Database, NotStorable

# Sensors that were cut off send what they counted when they are back: once a day a cloud is asked so far back.
LATE_BY = timedelta(days=7)
LOOK_BACK_EVERY = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of what the cloud said, and the first reason why it did not answer all that it was asked, if any."""

    tally: Tally = Tally()
    fault: CloudFault | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Posts that are asked about together, in the intervals that begin in [since, until).

    `looks_back`: with it all is asked for that may have come days late.
    """

    posts: tuple[str, ...]
    since: datetime
    until: datetime
    looks_back: bool = False


class Reading:
    """One asking of an account, at `at`."""

    def __init__(self, db: Database, account: Account, cloud: Cloud, at: datetime, stop: Event) -> None:
        """Ask nothing yet."""
        self._db, self._account, self._cloud, self._at, self._stop = db, account, cloud, at, stop
        self._registry = Registry()
        self._earliest = self._whole(at - account.history)
        self._until = self._whole(at - cloud.published_after)
        self._tally = Tally()
        self._fault: CloudFault | None = None

    def read(self) -> Answered:
        """Ask for all that may be new, and keep it. Raises DatabaseAway; what came until then is kept."""
        self._note_silence()
        try:
            for stretch in self._stretches(self._cloud.posts(self._stop)):
                self._ask_about(stretch)
        except CloudFault as error:
            self._fault = self._fault or error
        if not self._stop.is_set():
            self._note_answer()
        return Answered(self._tally, self._fault)

    def _ask_about(self, stretch: Stretch) -> None:
        """Take what is said of a stretch; a post that the cloud refuses to tell of keeps no other waiting."""
        try:
            for step in _steps(stretch, self._cloud.longest):
                self._tally += self._take(step)
        except CloudFault as error:
            if error.kind != "refused":
                raise
            if len(stretch.posts) == 1:
                self._fault = self._fault or CloudFault("refused", f"{error}; it was asked about {stretch.posts[0]}")
                return
            for post in stretch.posts:
                self._ask_about(replace(stretch, posts=(post,)))

    def _stretches(self, posts: Sequence[str]) -> list[Stretch]:
        """From when on to ask about which posts, as many together as the cloud answers at once."""
        with self._db.transaction() as conn:
            known = clouds.posts_read(conn, self._account.name)
        since = {post: self._since(known.get(post)) for post in posts}
        looked_back_from = max(self._until - LATE_BY, self._earliest)
        stretches = []
        for begins, same in groupby(sorted(posts, key=lambda post: (since[post], post)), key=since.__getitem__):
            alike = tuple(same)
            for first in range(0, len(alike), self._cloud.together):
                together = alike[first : first + self._cloud.together]
                stretches.append(Stretch(together, begins, self._until, begins <= looked_back_from))
        return stretches

    def _since(self, known: clouds.PostRead | None) -> datetime:
        """From when on there may be something that was not said when it was last asked for."""
        if known is None:
            return self._earliest
        late = known.looked_back_at is None or self._at - known.looked_back_at >= LOOK_BACK_EVERY
        return max(known.read_until - (LATE_BY if late else self._cloud.settled_after), self._earliest)

    def _take(self, stretch: Stretch) -> Tally:
        """Ask about a stretch of time; keep what is new and how far it was read in one transaction."""
        answer = self._cloud.counts(stretch.posts, stretch.since, stretch.until, self._stop)
        said = [each for each in answer if self._is_asked_for(each, stretch)]
        told_at = clock.now()
        messages: list[Message] = []
        try:
            with self._db.transaction() as conn:
                messages = [self._message(each, told_at, revised) for each, revised in self._news(conn, stretch, said)]
                return keep(conn, followed(conn, self._registry, messages))
        except NotStorable:
            # The message that holds the row is found and refused. Should we end before the next lines, all comes again, and once.
            tally = keep_messages(self._db, self._registry, messages)
            with self._db.transaction() as conn:
                self._news(conn, stretch, said)
            return tally

    def _is_asked_for(self, said: Said, stretch: Stretch) -> bool:
        """Whether an answer is of an interval that was asked for. Raises CloudFault where the cloud cuts time otherwise."""
        if said.since is None or said.until is None:
            return True
        if said.until - said.since != self._cloud.bucket or said.since != self._whole(said.since):
            told = f"{said.since:%Y-%m-%d %H:%M:%S}Z to {said.until:%H:%M:%S}Z"
            why = f"{self._account.name}: {told} is answered where intervals of {self._cloud.bucket} were asked for"
            raise CloudFault("garbled", why)
        return stretch.since <= said.since < stretch.until

    def _news(self, conn: Connection, stretch: Stretch, said: Iterable[Said]) -> list[tuple[Said, bool]]:
        """What was not said before, and whether something else was. It is noted as said, and the stretch as read."""
        account, posts = self._account.name, stretch.posts
        clouds.hold_posts(conn, account, posts, stretch.since)
        before = clouds.told(conn, account, posts, stretch.since, stretch.until)
        news: list[tuple[Said, bool]] = []
        placed: dict[clouds.Interval, Said] = {}
        for each in said:
            if each.since is None:
                news.append((each, False))
            else:
                placed[each.post, each.since] = each
        words = {interval: _hash(each.words) for interval, each in placed.items()}
        changed = {interval: digest for interval, digest in words.items() if before.get(interval) != digest}
        clouds.note_told(conn, account, changed)
        clouds.note_read(conn, account, posts, stretch.until, self._at if stretch.looks_back else None)
        return news + [(placed[interval], interval in before) for interval in changed]

    def _message(self, said: Said, told_at: datetime, revised: bool) -> Message:
        body = written(self._cloud.model, said.words, said.since, said.until, told_at, revised)
        return Message(f"streets/v1/{self._account.council}/cloud/{self._account.cloud}/{said.post}", body, told_at)

    def _note_silence(self) -> None:
        """Where the account has not answered for longer than it may, there is a gap until it does."""
        account = self._account
        with self._db.transaction() as conn:
            good_at = next((each.good_at for each in clouds.accounts(conn) if each.account == account.name), None)
            if good_at is not None and self._at - good_at > self._cloud.bucket + self._cloud.every:
                gaps.add_outage(conn, account.council, account.name, good_at, self._at, SOURCE)

    def _note_answer(self) -> None:
        account, at = self._account, self._at
        with self._db.transaction() as conn:
            if self._fault is not None:
                clouds.note_failed(conn, account.name, account.council, account.cloud, at, self._fault.kind, str(self._fault))
                return gaps.tell_outages(conn, SOURCE, account.name, at, str(self._fault))
            clouds.note_answered(conn, account.name, account.council, account.cloud, at)
            clouds.forget_told(conn, account.name, self._until - LATE_BY)
            if gaps.close_outages(conn, SOURCE, account.name, at, self._tally.stored, self._earliest):
                log.info("a cloud answers again, and was asked for what it counted meanwhile", extra={"account": account.name})
        return None

    def _whole(self, at: datetime) -> datetime:
        """The beginning of the interval in which `at` lies."""
        return EPOCH + (at - EPOCH) // self._cloud.bucket * self._cloud.bucket


def _steps(stretch: Stretch, longest: timedelta) -> Iterable[Stretch]:
    """The stretch in pieces that the cloud answers at once."""
    since = stretch.since
    while since < stretch.until:
        until = min(since + longest, stretch.until)
        yield Stretch(stretch.posts, since, until, stretch.looks_back and until == stretch.until)
        since = until


def _hash(words: bytes) -> UUID:
    return UUID(bytes=blake2b(words, digest_size=16).digest())
