"""Build when others have written to tables on a server that are read in place."""

import hashlib
import json

import dagster as dg

from orchestration import settings
from orchestration.defs.automation.jobs import build
from orchestration.loading.in_place import table_states, tables_in_place
from orchestration.warehouse.client import connect

__all__ = ["server_tables"]


@dg.sensor(
    name="server_tables",
    job=build,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Builds when runs have ended in tables that a server holds and others write (vars "
        "`otel_traces_table`, `langfuse_database`), and nothing was written for a minute."
    ),
)
def server_tables(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Request a build of what is new and has come to rest."""
    tables = tables_in_place(settings.project_vars())
    if settings.target() == "embedded" or not tables:
        return dg.SkipReason("No tables of a server are read in place.")
    cursor = json.loads(context.cursor) if context.cursor else {}
    with connect() as client:
        now = table_states(client, tables)
    state = hashlib.blake2b(json.dumps(now).encode(), digest_size=16).hexdigest()
    seen, built = cursor.get("seen"), cursor.get("built")
    is_at_rest = state == seen
    requests = [dg.RunRequest(run_key=state)] if is_at_rest and state != built else []
    return dg.SensorResult(
        run_requests=requests,
        cursor=json.dumps({"seen": state, "built": state if requests else built}),
    )
