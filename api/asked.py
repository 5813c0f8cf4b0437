"""What several paths are asked in the same words: a box on the map, a span of time, and the number of a record."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator

from api.problems import NotHere, Problem
from streets.store.box import Box

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_RECORDS = 2**31 - 1
"""PostgreSQL's integers end there."""


def record_id(number: int) -> int:
    """The number of a record. Raises NotHere where no record can have it."""
    if not 1 <= number <= MOST_RECORDS:
        raise NotHere("There is nothing of this number.")
    return number


RecordId = Annotated[int, AfterValidator(record_id)]


def box_of(words: str) -> Box:
    """The box of `west,south,east,north`. Raises Problem 422."""
    try:
        west, south, east, north = (float(word) for word in words.split(","))
    except ValueError as error:
        raise Problem(422, "invalid", f"bbox must be four numbers, west,south,east,north, not {words[:80]!r}") from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Problem(422, "invalid", "bbox must be west,south,east,north in degrees, with west < east and south < north")
    return Box(west, south, east, north)


def span_of(
    since: datetime | None, until: datetime, names: tuple[str, str], usual: timedelta, longest: timedelta
) -> tuple[datetime, datetime]:
    """The span from `since` (else `usual` before `until`) to `until`. `names` are the two in the query. Raises Problem 422."""
    begin, end = names
    if until.tzinfo is None or (since is not None and since.tzinfo is None):
        raise Problem(
            422, "invalid", f"{begin} and {end} need a zone, as in 2026-11-01T00:00:00Z (in an address, write + as %2B)."
        )
    if until < EARLIEST:
        raise Problem(422, "invalid", f"{end} must be later than {EARLIEST.isoformat()}.")
    start = since or until - usual
    if start >= until:
        raise Problem(422, "invalid", f"{end} must be later than {begin}.")
    if until - start > longest:
        raise Problem(422, "invalid", f"At most {longest.days} days at once: ask for a shorter span between {begin} and {end}.")
    return start, until
