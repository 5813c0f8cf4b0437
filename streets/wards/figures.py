"""A ward's figures for its members: each a number with what it rests on and how old that is. Not known is never zero."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streets.bins.fill import nearest_quarter


@dataclass(frozen=True, slots=True)
class BinSeen:
    """A bin as its ward counts it. `emptied_7d` are its emptyings in seven days, as sensor or crew told them."""

    council: str
    ward_code: str | None
    state: str
    fill_pct: float | None
    observed_at: datetime | None
    emptied_7d: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A value (None: not known), resting on `known` of `total` things, none of them heard longer ago than `as_of`."""

    value: float | None
    known: int
    total: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class BinFigures:
    """A ward's litter bins, by state, and what is known of those that are heard.

    `full` bins hold seven eighths or more, `nearly_full` five eighths or more: the quarters that sensors are good for.
    `full_share` is of the measured bins; `emptied_7d` and `emptied_7d_per_bin` are of the bins whose sensor is heard.
    """

    bins: int
    measured: int
    not_measurable: int
    silent: int
    no_sensor: int
    full: Figure
    nearly_full: Figure
    full_share: Figure
    emptied_7d: Figure
    emptied_7d_per_bin: Figure
    heard_share: Figure


def bin_figures(seen: Sequence[BinSeen]) -> BinFigures:
    """The figures of these bins, one ward's or a whole council's."""
    states = Counter(one.state for one in seen)
    measured = [one for one in seen if one.fill_pct is not None]
    heard = [one for one in seen if one.state in ("measured", "not_measurable")]
    sensors = len(seen) - states["no_sensor"]
    quarters = Counter(nearest_quarter(one.fill_pct) for one in measured if one.fill_pct is not None)
    emptied = sum(one.emptied_7d for one in heard)
    return BinFigures(
        bins=len(seen),
        measured=len(measured),
        not_measurable=states["not_measurable"],
        silent=states["silent"],
        no_sensor=states["no_sensor"],
        full=_figure(quarters[100], measured, len(seen)),
        nearly_full=_figure(quarters[75], measured, len(seen)),
        full_share=_figure(quarters[100] / max(len(measured), 1), measured, len(seen)),
        emptied_7d=_figure(emptied, heard, len(seen)),
        emptied_7d_per_bin=_figure(emptied / max(len(heard), 1), heard, len(seen)),
        heard_share=Figure(len(heard) / sensors if sensors else None, len(heard), sensors, _oldest(heard)),
    )


def _figure(value: float, basis: Sequence[BinSeen], total: int) -> Figure:
    """The value where anything is known that it could rest on."""
    return Figure(value if basis else None, len(basis), total, _oldest(basis))


def _oldest(basis: Sequence[BinSeen]) -> datetime | None:
    return min((one.observed_at for one in basis if one.observed_at is not None), default=None)
