"""What every process says in its log: one JSON object a line on stderr, or words for a person at a terminal.

Whatever a line is about goes into fields (`extra=`): a line that concerns a device names `device`, one that concerns a frame
`session` and `f_cnt` too. Neither form lets a name that somebody else chose begin a line of its own.
"""

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# The identity of the request that is being answered, where one is.
REQUEST: ContextVar[str | None] = ContextVar("request", default=None)

FORMS = ("json", "words")

# What every record has, and uvicorn's repetition of its words in colour.
NOT_FIELDS = (*RESERVED_ATTRS, "color_message")

LOG = logging.getLogger("streets")


LINES_A_MINUTE = 5
MINUTE_S = 60.0


class Sparing:
    """Lets a few lines a minute of each reason through, so that no storm fills the log, and then says how many it held back."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._said: Counter[str] = Counter()
        self._held_back: Counter[str] = Counter()
        self._minute_ends = 0.0

    def may_say(self, reason: str) -> bool:
        """Whether one more line of this reason may be written; if not, it is counted."""
        self.tell_held_back()
        room = self._said[reason] < LINES_A_MINUTE
        (self._said if room else self._held_back)[reason] += 1
        return room

    def tell_held_back(self) -> None:
        """Say what was held back, once its minute is over."""
        at = self._monotonic()
        if at < self._minute_ends:
            return
        for reason, times in sorted(self._held_back.items()):
            LOG.warning("held back %d more lines: %s", times, reason, extra={"reason": reason, "held_back": times})
        self._said.clear()
        self._held_back.clear()
        self._minute_ends = at + MINUTE_S


class Words(logging.Formatter):
    """For people: time (UTC), level, who, what, and the fields as name=value."""

    def __init__(self) -> None:
        super().__init__()
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback follows indented."""
        fields = {name: value for name, value in vars(record).items() if name not in NOT_FIELDS and value is not None}
        said = [f"{self.formatTime(record)} {record.levelname} {record.name}: {printable(record.getMessage())}"]
        said += [f"{name}={printable(str(value))}" for name, value in fields.items()]
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        return " ".join(said) + "".join(f"\n    {printable(line)}" for line in trace.splitlines())


SPARING = Sparing()


def printable(text: str) -> str:
    """The text with everything that moves a cursor or hides (line ends, escapes, changes of direction) written out."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def _with_request(record: logging.LogRecord) -> bool:
    if (request := REQUEST.get()) is not None:
        record.request = request
    return True


def json_form(service: str) -> logging.Formatter:
    """Fields in this order: time (UTC), level, logger, message, what the line is about, service; trace where there is one."""
    return JsonFormatter(
        "{levelname}{name}{message}",
        style="{",
        timestamp="time",
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "trace"},
        static_fields={"service": service},
        reserved_attrs=NOT_FIELDS,
    )


def begin(service: str, form: str | None) -> None:
    """Log to stderr from here on, in one of FORMS; None: words where stderr is a terminal, else JSON."""
    if form is None:
        form = "words" if sys.stderr.isatty() else "json"
    handler = logging.StreamHandler()
    handler.addFilter(_with_request)
    handler.setFormatter(Words() if form == "words" else json_form(service))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda raised: _uncaught(raised.exc_type, raised.exc_value, raised.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    LOG.critical("this should not have happened", exc_info=(kind, error or kind(), trace))
