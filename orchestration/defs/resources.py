"""Resources by name, and how runs are executed."""

import dagster as dg

from orchestration import settings
from orchestration.defs.project import dbt_project, dbt_resource

__all__ = ["resources"]


@dg.definitions
def resources() -> dg.Definitions:
    """Bind the resources.

    The embedded data directory belongs to one process at a time, so a run stays in one process
    there: its steps would only wait for each other.
    """
    is_embedded = settings.target() == "embedded"
    return dg.Definitions(
        resources={"dbt": dbt_resource(dbt_project())},
        executor=dg.in_process_executor if is_embedded else dg.multiprocess_executor,
    )
