"""What is known of a bin from its last readings."""

import pytest

from streets.bins.status import Look, state_of

HOUR_S = 3600


@pytest.mark.parametrize(
    ("fills", "told_pct"),
    [
        ((98, 99, 100, 4), 4),
        ((20, 21, 22, 95), 22),
        ((20, 21, 95, 96), 96),
        ((20, 30, 40, 50), 50),
    ],
    ids=["a drop is believed at once", "a jump waits", "a jump is confirmed by a second reading", "a steady rise does not wait"],
)
def test_a_drop_is_believed_at_once_and_a_jump_up_when_confirmed(fills: tuple[float, ...], told_pct: float) -> None:
    looks = [Look(hour * 2.0 * HOUR_S, fill, None) for hour, fill in enumerate(fills)]
    state = state_of(looks, 2 * HOUR_S, looks[-1].at_s + 60)
    assert (state.state, state.fill_pct) == ("measured", told_pct)
