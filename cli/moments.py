"""A time as it is typed."""

from datetime import datetime


def moment(words: str) -> datetime:
    """A time with its zone. Raises ValueError, which the command line tells."""
    time = datetime.fromisoformat(words)
    if time.tzinfo is None:
        raise ValueError(f"{words} has no time zone: add +00:00, or Z")
    return time
