"""Are chances honest: of what was given some chance, did that share happen."""

import numpy as np
import pandas as pd

from bench.command import rounded
from streets.bins.habits import Array

TENTHS = 10


def reliability(chance: Array, happened: Array) -> list[dict[str, float]]:
    """For each tenth of chances that were given: the mean chance, the share that happened, and of how many."""
    tenth = np.minimum((np.asarray(chance) * TENTHS).astype(int), TENTHS - 1)
    given = pd.DataFrame({"chance": np.asarray(chance), "happened": np.asarray(happened, dtype=float)}).groupby(tenth)
    return [
        {"chance": rounded(each.chance.mean()), "happened": rounded(each.happened.mean()), "n": len(each)} for _, each in given
    ]
