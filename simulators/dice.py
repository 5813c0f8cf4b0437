"""Chance, reproducible: every asset draws from a generator of its own, so that no asset's draws depend on another's."""

from zlib import crc32

import numpy as np


def dice(seed: int, *words: str | int) -> np.random.Generator:
    """The generator of one asset (and day) of the town of `seed`; `words` name it, e.g. ("bin", "RV0042", 17)."""
    return np.random.Generator(np.random.PCG64([seed, *(crc32(str(word).encode()) for word in words)]))
