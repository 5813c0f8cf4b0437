"""Every account is asked by a thread of its own, again and again: a cloud that hangs keeps no other waiting."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from ingest.clouds.asking import CloudFault
from ingest.clouds.cloud import Cloud
from ingest.clouds.reading import Answered, Reading
from ingest.clouds.telraam import Telraam
from ingest.clouds.vivacity import Vivacity
from streets import clock
from streets.clouds import Account
from streets.settings import SettingsError
from streets.store.database import Database, DatabaseAway, DatabaseError

CLOUDS: dict[str, Callable[[Account], Cloud]] = {"vivacity": Vivacity, "telraam": Telraam}

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0
GRACE_S = 3.0
# What only a person can mend is not asked sooner for having failed less often.
FOR_A_PERSON = ("key", "refused")

log = logging.getLogger(__name__)


def clouds_of(accounts: Sequence[Account]) -> list[tuple[Account, Cloud]]:
    """The cloud of each account, asked nothing yet. Raises SettingsError where there is no such cloud, or it needs posts."""
    unknown = [each for each in accounts if each.cloud not in CLOUDS]
    if unknown:
        said = ", ".join(f"{each.name} names {each.cloud[:40]!r}" for each in unknown)
        raise SettingsError(f"STREETS_CLOUDS_FILE: {said}; a cloud is {' or '.join(CLOUDS)}")
    silent = [each.name for each in accounts if each.cloud == "telraam" and not each.posts]
    if silent:
        raise SettingsError(f"STREETS_CLOUDS_FILE: {', '.join(silent)} must name its segments in posts")
    return [(each, CLOUDS[each.cloud](each)) for each in accounts]


@contextmanager
def polled(db: Database, accounts: Sequence[Account], stop: Event) -> Iterator[None]:
    """While the block runs, ask every account; `stop` is set at its end."""
    threads = [Thread(target=keep_asking, args=(db, *each, stop), daemon=True) for each in clouds_of(accounts)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            # One that waits for an answer is left to itself: what it has not committed is asked for again.
            thread.join(GRACE_S / len(threads))


def keep_asking(db: Database, account: Account, cloud: Cloud, stop: Event) -> None:
    """Ask one account as often as it likes to be asked, and less often while it does not answer, until `stop` is set."""
    failed = 0
    while not stop.is_set():
        answered = ask(db, account, cloud, stop)
        failed = 0 if answered.fault is None else failed + 1
        stop.wait(wait_s(answered.fault, failed, cloud.every.total_seconds()))
    cloud.close()


def ask(db: Database, account: Account, cloud: Cloud, stop: Event) -> Answered:
    """Ask an account once, and say in the log how it went; its fault may be the database's."""
    about = {"account": account.name, "cloud": account.cloud}
    try:
        answered = Reading(db, account, cloud, clock.now(), stop).read()
    except (DatabaseAway, DatabaseError) as error:
        log.warning("what a cloud says waits for the database: %s", error, extra=about)
        return Answered(fault=CloudFault("away", str(error)))
    except Exception as error:
        log.exception("an account could not be asked", extra=about)
        return Answered(fault=CloudFault("garbled", str(error)))
    if answered.fault is not None and not stop.is_set():
        level = logging.ERROR if answered.fault.kind in FOR_A_PERSON else logging.WARNING
        log.log(level, "%s", answered.fault, extra=about | {"reason": answered.fault.kind})
    tally = answered.tally
    if tally.received:
        told = "a cloud told of %d new or corrected intervals; %d stored, %d refused"
        log.info(told, tally.received, tally.stored, tally.rejected, extra=about)
    return answered


def wait_s(fault: CloudFault | None, failed: int, every_s: float) -> float:
    """Seconds until the next question: twice as long after each failure, less up to a half, and as long as the cloud asks for."""
    if fault is None:
        return every_s
    if fault.kind in FOR_A_PERSON:
        return max(LONGEST_WAIT_S, every_s)
    backed_off = FIRST_WAIT_S * 2.0 ** min(failed - 1, 10) * random.uniform(0.5, 1.0)
    return max(min(backed_off, LONGEST_WAIT_S), fault.wait_s or 0.0)
