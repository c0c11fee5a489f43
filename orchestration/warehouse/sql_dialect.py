"""Teach sqlglot the embedded adapter's name; importing the module is enough.

dagster-dbt reads column lineage with the dialect that is named like the dbt adapter.
"""

from sqlglot.dialects.clickhouse import ClickHouse

__all__ = ["Chdb"]


class Chdb(ClickHouse):
    """ClickHouse's SQL, under the name ``chdb``."""
