"""The adapter: dbt-clickhouse's, with the data directory found from the project."""

from pathlib import Path

from dbt.adapters.chdb.connections import ChdbConnectionManager
from dbt.adapters.clickhouse.impl import ClickHouseAdapter
from dbt.flags import get_flags

__all__ = ["ChdbAdapter"]


class ChdbAdapter(ClickHouseAdapter):
    """dbt-clickhouse's adapter on an embedded ClickHouse."""

    ConnectionManager = ChdbConnectionManager

    def __init__(self, config, mp_context):
        # dbt may be started anywhere: a path relative to the working directory would silently make
        # a second database. `dbt debug` passes a profile, which knows no project.
        project = getattr(config, "project_root", None) or getattr(get_flags(), "PROJECT_DIR", None)
        path = Path(project or Path.cwd()) / Path(config.credentials.path).expanduser()
        config.credentials.path = str(path.resolve())
        super().__init__(config, mp_context)
