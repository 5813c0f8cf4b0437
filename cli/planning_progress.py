"""How far a search for rounds is, told on stderr while it lasts; Ctrl-C asks it to end."""

import signal
import sys
import time
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streets.rounds.watch import Progress

AT_A_TERMINAL_S, IN_A_FILE_S = 0.5, 5.0


class ToldProgress:
    """While it is entered, Ctrl-C cancels instead of breaking off; `watch` is for the search.

    At a terminal one line is written over and over; elsewhere there is a line every few seconds.
    """

    def __init__(self, council: str) -> None:
        self._council = council
        self._terminal = sys.stderr.isatty()
        self._told_s = time.monotonic()
        self._cancelled = self._wrote = False
        self._before: Any = None

    def __enter__(self) -> "ToldProgress":
        self._before = signal.signal(signal.SIGINT, self._cancel)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        signal.signal(signal.SIGINT, self._before)
        if self._terminal and self._wrote:
            sys.stderr.write("\n")

    def watch(self, progress: "Progress") -> bool:
        """Tell how far the search is, now and then; whether it is to go on."""
        now_s = time.monotonic()
        if now_s - self._told_s >= (AT_A_TERMINAL_S if self._terminal else IN_A_FILE_S):
            self._told_s, self._wrote = now_s, True
            line = (
                f"{self._council}: {progress.elapsed_s:.0f} of at most {progress.budget_s:.0f} s,"
                f" {progress.visits} bins, {progress.pence / 100:,.2f} pounds"
            )
            sys.stderr.write(f"\r{line:<78}" if self._terminal else f"{line}\n")
            sys.stderr.flush()
        return not self._cancelled

    def _cancel(self, _number: int, _frame: FrameType | None) -> None:
        self._cancelled = True
