"""What Langfuse exports, or its API gives in pages: traces, observations, scores, datasets."""

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="langfuse_traces",
        entity="langfuse_traces",
        title="Langfuse traces",
        run_keys=("id", "trace.id"),
        signatures=(
            # A trace that was downloaded from its page.
            Signature(all_of=keys("trace", "observations")),
            Signature(
                all_of=keys("id", "timestamp"),
                one_of=(
                    keys("bookmarked", "public", "release", "observations"),
                    keys("sessionId", "session_id", "userId", "user_id", "tags", "htmlPath"),
                ),
                none_of=keys("traceId", "trace_id", "dataType", "data_type"),
            ),
        ),
        formats=TABLE_FORMATS,
        records_at="data",
    ),
    Source(
        name="langfuse_observations",
        entity="langfuse_observations",
        title="Langfuse observations",
        run_keys=("traceId", "trace_id", "id", "span_id"),
        moments=("startTime", "start_time"),
        signatures=(
            Signature(
                all_of=keys("type"),
                one_of=(
                    keys("id", "span_id"),
                    keys("traceId", "trace_id"),
                    keys("startTime", "start_time"),
                    keys(
                        "usageDetails",
                        "usage_details",
                        "usage",
                        "statusMessage",
                        "status_message",
                        "parentObservationId",
                        "parent_observation_id",
                        "parent_span_id",
                        "level",
                    ),
                ),
            ),
        ),
        formats=TABLE_FORMATS,
        records_at="data",
    ),
    Source(
        name="langfuse_scores",
        entity="langfuse_scores",
        title="Langfuse scores",
        run_keys=(
            "traceId",
            "trace_id",
            "sessionId",
            "session_id",
            "datasetRunId",
            "dataset_run_id",
            "id",
        ),
        signatures=(
            Signature(
                all_of=keys("id", "name", "value"),
                one_of=(keys("dataType", "data_type"), keys("timestamp", "createdAt")),
                none_of=keys("startTime", "start_time"),
            ),
        ),
        formats=TABLE_FORMATS,
        records_at="data",
    ),
    Source(
        name="langfuse_dataset_run_items",
        entity="langfuse_dataset_run_items",
        title="Langfuse dataset run items (experiments)",
        run_keys=("traceId", "trace_id"),
        signatures=(
            Signature(
                one_of=(
                    keys("datasetRunId", "dataset_run_id"),
                    keys("datasetItemId", "dataset_item_id"),
                    keys("traceId", "trace_id"),
                ),
                none_of=keys("value", "startTime", "start_time"),
            ),
        ),
        formats=TABLE_FORMATS,
        records_at="data",
    ),
)
