"""Executions of pipelines with their stages (document D)."""

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="pipeline_executions",
        entity="pipeline_executions",
        title="pipeline executions with their stages",
        run_keys=("execution_id", "run_id", "id"),
        signatures=(
            Signature(
                all_of=keys("pipeline_id", "status"),
                one_of=(
                    keys("execution_id", "run_id", "id"),
                    keys("stages", "started_at"),
                ),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
)
