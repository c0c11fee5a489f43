"""dbt-clickhouse on an embedded ClickHouse: the ``chdb`` adapter."""

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.chdb.adapter import ChdbAdapter
from dbt.adapters.chdb.connections import ChdbCredentials
from dbt.include import chdb

__all__ = ["Plugin"]

Plugin = AdapterPlugin(
    adapter=ChdbAdapter,
    credentials=ChdbCredentials,
    include_path=chdb.PACKAGE_PATH,
    dependencies=["clickhouse"],
)
