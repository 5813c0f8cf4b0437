"""Are chances honest: of what was given some chance, did that share happen."""

import numpy as np
import pandas as pd

from bench.command import rounded

TENTHS = 10


def reliability(chance: pd.Series, happened: pd.Series) -> list[dict[str, float]]:
    """For each tenth of chances that were given: the mean chance, the share that happened, and of how many."""
    tenth = np.minimum((chance * TENTHS).astype(int), TENTHS - 1)
    given = pd.DataFrame({"chance": chance, "happened": happened}).groupby(tenth)
    return [
        {"chance": rounded(each.chance.mean()), "happened": rounded(each.happened.mean()), "n": len(each)} for _, each in given
    ]
