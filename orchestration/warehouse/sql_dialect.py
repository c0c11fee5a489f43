"""Register a sqlglot dialect with the embedded adapter's name, on import.

dagster-dbt parses column lineage in the dialect with the name of the dbt adapter.
"""

from sqlglot.dialects.clickhouse import ClickHouse

__all__ = ["Chdb"]


class Chdb(ClickHouse):
    """ClickHouse's SQL, under the name ``chdb``."""
