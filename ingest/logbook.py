"""What ingest says in its log of single frames, so sparingly that a storm cannot fill it.

A few lines a minute of each kind name the device and its frame; the rest of that minute is one line that says how many were
held back. Neither payloads nor topics are told: a phone's topic names its reporter, and the message itself is kept as a reject.
"""

import logging
from collections import Counter
from collections.abc import Iterable

from ingest.outcome import Refused

LINES_A_MINUTE = 5
MINUTE_S = 60.0
SLOW_COMMIT_S = 1.0

log = logging.getLogger("ingest.frames")


class Logbook:
    """The sparing log of one process. Moments are seconds of time.monotonic()."""

    def __init__(self) -> None:
        self._said: Counter[str] = Counter()
        self._held_back: Counter[str] = Counter()
        self._minute_ends = 0.0

    def refused(self, refusals: Iterable[Refused], at: float) -> None:
        """Frames were refused, and the refusal is committed."""
        for each in refusals:
            if self._may_say(each.reject.reason, at):
                frame = {"device": each.device, "session": each.session, "f_cnt": each.f_cnt, "source": each.source}
                log.warning("refused: %s", each.reject.reason, extra=frame | {"reason": each.reject.reason})

    def committed(self, messages: int, commit_s: float, at: float) -> None:
        """A batch was committed; slow ones are worth a line."""
        if commit_s >= SLOW_COMMIT_S and self._may_say("slow_commit", at):
            log.warning("slow commit", extra={"reason": "slow_commit", "messages": messages, "commit_s": round(commit_s, 3)})

    def turned(self, at: float) -> None:
        """Time has passed: say what was held back, once its minute is over."""
        if at < self._minute_ends:
            return
        for reason, times in sorted(self._held_back.items()):
            log.warning("held back %d more lines: %s", times, reason, extra={"reason": reason, "held_back": times})
        self._said.clear()
        self._held_back.clear()
        self._minute_ends = at + MINUTE_S

    def _may_say(self, reason: str, at: float) -> bool:
        self.turned(at)
        if self._said[reason] < LINES_A_MINUTE:
            self._said[reason] += 1
            return True
        self._held_back[reason] += 1
        return False
