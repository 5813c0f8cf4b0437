"""A ward's figures: each with what it rests on and how old that is."""

from datetime import UTC, datetime, timedelta

from streets.wards.figures import BinSeen, Figure, bin_figures

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def seen(state: str, fill_pct: float | None = None, hours_ago: int = 1, emptied_7d: int = 0) -> BinSeen:
    observed_at = None if state == "no_sensor" else NOON - timedelta(hours=hours_ago)
    return BinSeen("rivermouth", "E1", state, fill_pct, observed_at, emptied_7d)


def test_figures_rest_on_the_bins_that_are_known() -> None:
    """Of ten bins four are measured (one full, one three quarters full), two tilted, three silent, one has no sensor."""
    figures = bin_figures(
        [seen("measured", 95, 1, 7), seen("measured", 70, 2, 3), seen("measured", 10, 3), seen("measured", 40)]
        + [seen("not_measurable", emptied_7d=2)] * 2
        + [seen("silent", hours_ago=90, emptied_7d=1)] * 3
        + [seen("no_sensor")]
    )
    oldest = NOON - timedelta(hours=3)
    assert (figures.bins, figures.measured, figures.not_measurable, figures.silent, figures.no_sensor) == (10, 4, 2, 3, 1)
    assert figures.full == Figure(1, 4, 10, oldest)
    assert figures.full_share == Figure(0.25, 4, 10, oldest)
    assert figures.nearly_full == Figure(1, 4, 10, oldest)
    assert figures.emptied_7d == Figure(14, 6, 10, oldest)
    assert figures.emptied_7d_per_bin.value == 14 / 6
    assert figures.heard_share == Figure(6 / 9, 6, 9, oldest)


def test_a_ward_of_silent_bins_has_no_figures_and_no_zeros() -> None:
    figures = bin_figures([seen("silent")] * 4)
    assert (figures.bins, figures.silent) == (4, 4)
    assert figures.full == figures.full_share == figures.emptied_7d == Figure(None, 0, 4, None)
    assert figures.heard_share == Figure(0.0, 0, 4, None)


def test_a_ward_without_bins_has_no_figures() -> None:
    assert bin_figures([]).full == Figure(None, 0, 0, None)
    assert bin_figures([]).heard_share.value is None
