"""The town, on plain PostgreSQL and on TimescaleDB."""

from collections.abc import Iterator

import pytest

from tests.jobs.week import Town, town


@pytest.fixture
def plain_town(database_url: str) -> Iterator[Town]:
    """On plain PostgreSQL."""
    with town(database_url) as opened:
        yield opened


@pytest.fixture(params=["database_url", pytest.param("timescale_url", marks=pytest.mark.timescale)])
def any_town(request: pytest.FixtureRequest) -> Iterator[Town]:
    """On plain PostgreSQL, and on TimescaleDB."""
    with town(request.getfixturevalue(request.param)) as opened:
        yield opened


@pytest.fixture
def timescale_town(timescale_url: str) -> Iterator[Town]:
    """On TimescaleDB. Mark the test `timescale`."""
    with town(timescale_url) as opened:
        yield opened
