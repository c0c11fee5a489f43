"""The orchestrator's run summaries and its job list (document C)."""

from orchestration.loading.sources.declaration import FileRun, Signature, Source, keys

__all__ = ["SOURCES"]

_ONLY_OF_RUNS = keys("models", "qa", "qa_status", "total_cost", "total_tokens", "duration_seconds")

SOURCES = (
    Source(
        name="orchestrator_runs",
        entity="orchestrator_runs",
        title="orchestrator runs (run_logs/*/run_summary.json)",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("started_at", "project_dir"), one_of=(_ONLY_OF_RUNS,)),
            Signature(all_of=keys("started_at", "project_dir", "mode"), none_of=keys("job_id")),
        ),
        # A run's folder is named for it.
        file_run=FileRun(path=r"([^/]+)/run_summary\.json"),
    ),
    Source(
        name="orchestrator_jobs",
        entity="orchestrator_jobs",
        title="orchestrator jobs (jobs_state.json)",
        run_keys=("job_id", "id", "_key"),
        signatures=(
            Signature(
                all_of=keys("status"),
                one_of=(
                    keys("job_id", "id", "_key"),
                    keys("project_dir", "project_name"),
                    keys("created_at", "queued_at", "started_at"),
                ),
                none_of=_ONLY_OF_RUNS,
            ),
        ),
        records_at="jobs",
    ),
)
