"""Versions of many devices at one post, and of many lines of one device, set against all others one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streets.assets.rows import InstallationRow, Line
from streets.assets.versions import at_once, ended, share_a_line, together

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = st.integers(0, 12)


@st.composite
def rows(draw: st.DrawFn) -> InstallationRow:
    since, lasts = draw(HOURS), draw(st.none() | st.integers(1, 6))
    return InstallationRow(
        device=f"24e124713d00000{draw(st.integers(1, 4))}",
        model="em310-udl",
        bin_id="B1",
        line=draw(st.sampled_from([None, 1, 2])),
        valid_from=BEGIN + since * HOUR,
        valid_to=None if lasts is None else BEGIN + (since + lasts) * HOUR,
        empty_mm=900,
        full_mm=300,
    )


@given(st.lists(rows(), max_size=12, unique_by=lambda row: (row.device, row.valid_from, row.line)))
def test_a_version_ends_where_the_next_that_shares_a_line_begins(made: list[InstallationRow]) -> None:
    for row, line in zip(made, ended([Line("", row, frozenset()) for row in made], []), strict=True):
        later = [
            other.valid_from
            for other in made
            if other.device == row.device and other.valid_from > row.valid_from and share_a_line(other.line, row.line)
        ]
        assert line.asset.valid_to == min([at for at in (row.valid_to, *later) if at is not None], default=None)


@given(st.lists(rows(), max_size=12, unique_by=lambda row: (row.device, row.valid_from)))
def test_every_version_that_holds_at_once_with_another_devices_is_found(made: list[InstallationRow]) -> None:
    made = [line.asset for line in ended([Line("", replace(row, line=None), frozenset()) for row in made], [])]
    expected = {
        (row.device, row.valid_from): {other.device for other in made if other.device != row.device and together(row, other)}
        for row in made
    }
    found = at_once(made)
    assert found.keys() == {key for key, others in expected.items() if others}
    assert all(other in expected[key] for key, other in found.items())
