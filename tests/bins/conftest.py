"""The street with bins, on the test's database."""

from collections.abc import Callable, Iterator

import pytest
from street_of_bins import Street

from streets.store.database import Database


@pytest.fixture
def street(database: Database, open_database: Callable[[str], Database]) -> Iterator[Street]:
    """The street, without bins as yet."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
        conn.execute(
            "INSERT INTO ward (ward_code, council, name, name_cy, boundary)"
            " VALUES ('E1', 'rivermouth', 'Quayside', 'Glan y Cei', '{}')"
        )
        yield Street(conn, open_database("streets_jobs"))
