"""The SQL of a panel, as Grafana's PostgreSQL data source wants it.

The foundation SDK has no builder for that data source, so this is the one place that knows its form. The SQL itself
lies in queries/<board>/<name>.sql; its first line says its purpose and becomes the panel's description.
"""

from pathlib import Path

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

QUERIES = Path(__file__).parent / "queries"
DATASOURCE = DataSourceRef(type_val="grafana-postgresql-datasource", uid="streets")


def purpose(name: str) -> str:
    """The sentence that the query's file begins with. Raises FileNotFoundError where there is no such query."""
    return (QUERIES / f"{name}.sql").read_text().splitlines()[0].removeprefix("-- ")


class Query(Dataquery, Builder[Dataquery]):
    """One named query; `shape` is `table` or `time_series`."""

    def __init__(self, name: str, shape: str) -> None:
        self.raw_sql = (QUERIES / f"{name}.sql").read_text().strip()
        self.shape = shape

    def build(self) -> Dataquery:
        """The query itself: it is its own model."""
        return self

    def to_json(self) -> dict[str, object]:
        """The query as it stands in a board's JSON."""
        return {
            "refId": "A",
            "datasource": DATASOURCE,
            "editorMode": "code",
            "rawQuery": True,
            "rawSql": self.raw_sql,
            "format": self.shape,
        }
