"""Trees as bytes and back, by a format that runs nothing when it is read (skops; a pickle would).

The library takes seconds and 80 MB to load: it is loaded only by those who have trees.
"""

from zipfile import ZIP_DEFLATED

from streets.bins.collection_trees import CollectionTrees
from streets.bins.trees import Grown

TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
"""The one type of the library's own inside its models that the format does not know."""


def to_bytes(grown: Grown) -> bytes:
    """The models of trees for one number of hours ahead."""
    from skops import io

    return bytes(io.dumps(list(grown.models), compression=ZIP_DEFLATED))


def from_bytes(kept: bytes, ahead_h: int, widened_pct: float, error_pct: float, slope_error_pct: float) -> Grown:
    """Trees as they were kept. Raises skops' UntrustedTypesFoundException for bytes that hold anything else."""
    from skops import io

    return Grown(ahead_h, tuple(io.loads(kept, trusted=TRUSTED)), widened_pct, error_pct, slope_error_pct)


def collection_trees_to_bytes(grown: CollectionTrees) -> bytes:
    """The models of what collections find."""
    from skops import io

    return bytes(io.dumps({"quantiles": list(grown.models), "full": grown.full}, compression=ZIP_DEFLATED))


def collection_trees_from_bytes(
    kept: bytes, full_share: float, widened_pct: float, error_pct: float, usual_error_pct: float, tells_until: float
) -> CollectionTrees:
    """Such trees as they were kept. Raises as `from_bytes` does."""
    from skops import io

    models = io.loads(kept, trusted=TRUSTED)
    return CollectionTrees(
        tuple(models["quantiles"]), models["full"], full_share, widened_pct, error_pct, usual_error_pct, tells_until
    )
