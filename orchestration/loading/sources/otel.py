"""OpenTelemetry: traces, logs and metrics as OTLP JSON."""

from orchestration.loading.otlp import PAGE_KEY, records_of
from orchestration.loading.sources.declaration import Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="otel",
        entity="otel_records",
        title="OpenTelemetry spans, log records and metrics (OTLP JSON)",
        run_keys=("runId", "traceId"),
        signatures=(
            Signature(one_of=(keys("resourceSpans", "resourceLogs", "resourceMetrics"),)),
            Signature(one_of=(keys("resource_spans", "resource_logs", "resource_metrics"),)),
            # A page of Phoenix's API holds the spans alone.
            Signature(all_of=keys("traceId", "spanId", "startTimeUnixNano", "attributes")),
            Signature(all_of=keys("trace_id", "span_id", "start_time_unix_nano", "attributes")),
            # Grafana Tempo's trace by id, in its first and its second API.
            Signature(all_of=keys("batches")),
            Signature(
                all_of=keys("trace"),
                one_of=(keys("metrics", "status", "message"),),
                none_of=keys("observations"),
            ),
        ),
        unfold=records_of,
        lists_at=("resourceSpans", "resourceLogs", "resourceMetrics", "batches", PAGE_KEY),
        members_at=(PAGE_KEY,),
    ),
)
