"""What ingest says in its log of single frames, and so sparingly that a storm cannot fill it.

Neither payloads nor topics are told: a phone's topic names its reporter, and the message itself is kept as a reject.
"""

import logging
from collections.abc import Iterable

from ingest.outcome import Refused
from streets.log import SPARING
from streets.store.rejects import KeptReject

SLOW_COMMIT_S = 1.0

log = logging.getLogger(__name__)


def say_refused(refusals: Iterable[Refused]) -> None:
    """Frames were refused, and the refusal is committed."""
    for each in refusals:
        reason = each.reject.reason
        if SPARING.may_say(reason):
            frame = {"device": each.device or None, "session": each.session, "f_cnt": each.f_cnt, "source": each.source}
            log.warning("refused: %s", reason, extra=frame | {"reason": reason})


def say_replayed(reject: KeptReject, outcome: str) -> None:
    """A refused frame was tried again."""
    if SPARING.may_say(f"replayed_{outcome}"):
        frame = {"device": reject.device or None, "session": reject.session, "f_cnt": reject.f_cnt, "source": reject.source}
        log.info("replayed: %s", outcome, extra=frame | {"reason": reject.reason, "outcome": outcome})


def say_slow(messages: int, commit_s: float) -> None:
    """A batch was committed, which is worth a line where it took long."""
    if commit_s >= SLOW_COMMIT_S and SPARING.may_say("slow_commit"):
        log.warning("slow commit", extra={"reason": "slow_commit", "messages": messages, "commit_s": round(commit_s, 3)})
