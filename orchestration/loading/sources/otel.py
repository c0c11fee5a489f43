"""OpenTelemetry."""

from orchestration.loading.otlp import spans_of
from orchestration.loading.sources.declaration import Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="otel",
        entity="otel_spans",
        title="OpenTelemetry spans (OTLP JSON)",
        run_keys=("traceId",),
        signatures=(Signature(all_of=keys("resourceSpans")),),
        unfold=spans_of,
    ),
)
