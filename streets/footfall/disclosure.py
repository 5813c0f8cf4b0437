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
