"""What LiteLLM's proxy logged of the requests that went through it."""

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="litellm_spend_logs",
        entity="litellm_spend_logs",
        title="LiteLLM's requests (LiteLLM_SpendLogs)",
        # The proxy's session; where a client sent a trace id alone, that; else the request itself.
        run_keys=(
            "session_id",
            "metadata.trace_id",
            "metadata.spend_logs_metadata.trace_id",
            "request_id",
        ),
        signatures=(Signature(all_of=keys("request_id", "call_type", "spend", "startTime")),),
        moments=("startTime",),
        formats=TABLE_FORMATS,
        records_at="data",
    ),
    Source(
        name="litellm_daily_spend",
        entity="litellm_daily_spend",
        title="LiteLLM's daily totals (LiteLLM_Daily…Spend)",
        run_keys=("id",),
        signatures=(Signature(all_of=keys("id", "date", "spend", "api_requests")),),
        formats=TABLE_FORMATS,
        records_at="data",
    ),
)
