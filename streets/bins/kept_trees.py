"""Trees as bytes and back, by a format that runs nothing when it is read (skops; a pickle would)."""

from zipfile import ZIP_DEFLATED

from skops import io

from streets.bins.trees import Grown

TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
"""The one type of the library's own inside its models that the format does not know."""


def to_bytes(grown: Grown) -> bytes:
    """The models of trees for one number of hours ahead."""
    return bytes(io.dumps(list(grown.models), compression=ZIP_DEFLATED))


def from_bytes(kept: bytes, ahead_h: int, widened_pct: float, error_pct: float, slope_error_pct: float) -> Grown:
    """Trees as they were kept. Raises skops' UntrustedTypesFoundException for bytes that hold anything else."""
    return Grown(ahead_h, tuple(io.loads(kept, trusted=TRUSTED)), widened_pct, error_pct, slope_error_pct)
