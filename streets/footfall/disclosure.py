"""Tiny counts are not published: at night one figure can be one person's way home. They are told as "fewer than 10"."""

from dataclasses import dataclass

FEWEST_PUBLISHED = 10


@dataclass(frozen=True, slots=True)
class PublicCount:
    """A count as the public sees it: `count`, or None with `below` (fewer than that many people), or None for not known."""

    count: int | None
    below: int | None


def public_count(people: float | None) -> PublicCount:
    """What may be published of a count of people; None means not known and stays so."""
    if people is None:
        return PublicCount(None, None)
    return PublicCount(None, FEWEST_PUBLISHED) if round(people) < FEWEST_PUBLISHED else PublicCount(round(people), None)


def public_ratio(count: PublicCount, ratio: float | None) -> float | None:
    """The ratio of a count to its usual, unless the count is withheld and could be worked out from it."""
    return ratio if count.below is None else None


def public_ways(people_in: int | None, people_out: int | None) -> tuple[int | None, int | None]:
    """What may be published of the two directions of a count: both, or neither where one is tiny and the other would tell it."""
    told = [people for people in (people_in, people_out) if people is not None]
    return (None, None) if any(people < FEWEST_PUBLISHED for people in told) else (people_in, people_out)
