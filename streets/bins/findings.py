"""What a collection would find in a bin at some moment, and when the bin will be full, by past collections alone.

What was learned are trees (`streets.bins.collection_trees`), or, where a council has too few collections for them, by how much
earlier ones found more or less than the bin's like waits had told.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtr

from streets.bins.collections import LONGER_THAN_LIKE, OWN, Asked, Past, learnable, traits, usual_pct, usual_share_full
from streets.bins.forecast import EARLY, FULL_PCT, HORIZON_H, LATE, TENTH_PERCENTILE_SD, Outlook, outlook_of
from streets.bins.habits import HOUR_S, Array

RATE_DOUBT, LEAST_SPREAD_PCT = 0.3, 5.0
"""Standard deviation of what a wait brings of which nothing tells, as a share of it and at least: an assumption."""
LEAST_ERRORS = 30
"""Fewer past errors say too little of those to come."""


class Learned(Protocol):
    """What tells of collections, from the traits that are known before them."""

    @property
    def tells_until(self) -> float:
        """The longest wait of which it can tell, in usual waits of the bin."""
        ...

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

    @property
    def tells_until(self) -> float:
        """As `Learned` has it: like waits are the bin's own."""
        return LONGER_THAN_LIKE

    def told(self, known: Array) -> Array:
        """As `Learned` has it: about what like waits tell."""
        usual = usual_pct(known)
        low, high = (usual + np.quantile(self.points, share) for share in (EARLY, LATE))
        return np.sort(np.clip(np.column_stack([low, usual, high]), 0.0, FULL_PCT), axis=1)

    def chance_of_full(self, known: Array) -> Array:
        """As `Learned` has it: how often like waits ended so."""
        return usual_share_full(known)


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
    said = np.column_stack([learned.told(known), learned.chance_of_full(known)])
    unlike = known[:, OWN.index("wait_in_usual")] > learned.tells_until
    low, middle, high, full = np.where(unlike[:, None], np.maximum(said, _by_rate(known)), said).T
    return Found(low, middle, high, full)


def _by_rate(known: Array) -> Array:
    """Low, middle, high and the chance of full where the bin fills on at the rate at which it was found to fill."""
    risen = np.nan_to_num(known[:, OWN.index("by_rate")])
    spread = np.maximum(RATE_DOUBT * risen, LEAST_SPREAD_PCT)
    fills = risen[:, None] + spread[:, None] * TENTH_PERCENTILE_SD * np.array([-1.0, 0.0, 1.0])
    return np.column_stack([np.clip(fills, 0.0, FULL_PCT), ndtr((risen - FULL_PCT) / spread)])


@dataclass(frozen=True, slots=True)
class Finding:
    """What a collection of one bin would find at the Unix second `told_at_s`, as `Found` has it, and by when it is full.

    `full_by` are the chances that it is full by `ahead_h` hours later, both ascending, the hours from 0.
    """

    told_at_s: float
    low_pct: float
    middle_pct: float
    high_pct: float
    ahead_h: Array
    full_by: Array


def outlook_by(finding: Finding, now_s: float) -> Outlook:
    """What to expect of the bin at and after `now_s`, some hours after the finding was told at most."""
    ahead_s = now_s + np.arange(HORIZON_H + 1) * float(HOUR_S)
    chance = np.interp(ahead_s, finding.told_at_s + finding.ahead_h * HOUR_S, finding.full_by)
    return outlook_of(ahead_s, chance, finding.low_pct, finding.middle_pct, finding.high_pct)
