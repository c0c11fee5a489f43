"""OpenTelemetry: traces, logs and metrics as OTLP JSON."""

from orchestration.loading.otlp import records_of
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
            # Grafana Tempo's trace by id, in its first and its second API.
            Signature(all_of=keys("batches")),
            Signature(
                all_of=keys("trace"),
                one_of=(keys("metrics", "status", "message"),),
                none_of=keys("observations"),
            ),
        ),
        unfold=records_of,
        lists_at=("resourceSpans", "resourceLogs", "resourceMetrics", "batches"),
    ),
)
