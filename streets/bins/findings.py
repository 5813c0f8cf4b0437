"""What a collection would find in a bin at some moment, and when the bin will be full, by past collections alone.

What was learned are trees (`streets.bins.collection_trees`), or, where a council has too few collections for them, by how much
earlier ones found more or less than the bin's like waits had told.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from streets.bins.collections import Asked, Past, learnable, traits, usual_pct
from streets.bins.habits import Array

EARLY, LATE = 0.1, 0.9
FULL_PCT = 100.0
LEAST_ERRORS = 30
"""Fewer past errors say too little of those to come."""


class Learned(Protocol):
    """What tells of collections, from the traits that are known before them."""

    def told(self, known: Array) -> Array:
        """Low, middle and high of what is found, 0 to 100, ascending; low to high holds 80 per cent."""
        ...

    def chance_of_full(self, known: Array) -> Array:
        """The chance that each is found full."""
        ...


@dataclass(frozen=True, slots=True)
class PastErrors:
    """Points by which collections found more than like waits had told, ascending."""

    points: Array

    def told(self, known: Array) -> Array:
        """As `Learned` has it: about what like waits tell."""
        usual = usual_pct(known)
        low, high = (usual + np.quantile(self.points, share) for share in (EARLY, LATE))
        return np.sort(np.clip(np.column_stack([low, usual, high]), 0.0, FULL_PCT), axis=1)

    def chance_of_full(self, known: Array) -> Array:
        """As `Learned` has it: the share of the errors that would lift what is usual to full."""
        return np.asarray(1 - np.searchsorted(self.points, FULL_PCT - usual_pct(known)) / len(self.points))


@dataclass(frozen=True, slots=True)
class Found:
    """What collections would find: fills of an interval of 80 per cent about the middle, 0 to 100, and the chance of full."""

    low_pct: Array
    middle_pct: Array
    high_pct: Array
    full: Array


def past_errors(past: Past) -> PastErrors | None:
    """How far like waits were off until now; None where that is too little to go by."""
    known, found = learnable(past)
    return PastErrors(np.sort(found - usual_pct(known))) if len(found) >= LEAST_ERRORS else None


def foreseen(past: Past, asked: Asked, learned: Learned) -> Found:
    """What would be found at the moments asked about."""
    known = traits(past, asked)
    low, middle, high = learned.told(known).T
    return Found(low, middle, high, learned.chance_of_full(known))
