"""A count shared out over parts of its time, to the last person."""

from collections.abc import Sequence


def shares(people: int, weights: Sequence[float]) -> list[int]:
    """Whole people for each part, in proportion to its weight; their sum is `people`. Equal where no part has any weight."""
    if sum(weights) <= 0:
        weights = [1.0] * len(weights)
    total, so_far, given, parts = sum(weights), 0.0, 0, []
    for weight in weights[:-1]:
        so_far += weight
        up_to = min(people, round(people * so_far / total))
        parts.append(up_to - given)
        given = up_to
    return [*parts, people - given]
