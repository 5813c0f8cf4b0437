"""One simulated town and nine days of it, decoded, for all tests of the simulators."""

import pytest
from nine_days import SEED, STARTS_AT, Heard, listen

from simulators.town import Town, build_town


@pytest.fixture(scope="session")
def town() -> Town:
    return build_town(SEED, STARTS_AT)


@pytest.fixture(scope="session")
def heard(town: Town) -> Heard:
    return listen(town)
