"""What the benchmarks share on the command line: words go to stderr, and the last line of stdout is the answer as JSON."""

import argparse
import json
import sys
from datetime import datetime


def arguments(purpose: str | None) -> argparse.ArgumentParser:
    """A parser that knows `--json`: every benchmark answers in JSON, so that it changes nothing."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="answer in JSON, as it always does")
    return parser


def midnight(text: str) -> datetime:
    """A day as 2013-01-31, or a time, on the clock of the recorded data (no zone)."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is not None:
        raise argparse.ArgumentTypeError(f"{text!r} has a zone; times are on the recorded data's own clock")
    return at


def say(words: str) -> None:
    """Tell the person at the screen."""
    print(words, file=sys.stderr)


def answer(result: object) -> None:
    """The answer: one line of JSON."""
    print(json.dumps(result))


def rounded(value: float, digits: int = 3) -> float:
    """A figure as it is reported: more digits would only pretend."""
    return round(float(value), digits)
