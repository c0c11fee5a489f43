"""Resources, and the executor of runs."""

import dagster as dg

from orchestration import settings
from orchestration.defs.project import dbt_project, dbt_resource

__all__ = ["resources"]


@dg.definitions
def resources() -> dg.Definitions:
    """Bind the resources.

    Only one process at a time can open the embedded data directory, so all steps of a run share one
    process there: separate processes would wait for each other.
    """
    is_embedded = settings.target() == "embedded"
    return dg.Definitions(
        resources={"dbt": dbt_resource(dbt_project())},
        executor=dg.in_process_executor if is_embedded else dg.multiprocess_executor,
    )
