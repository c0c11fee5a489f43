"""Requests that went through Helicone: its export, and pages of its API."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.translator import Translator, as_object, at, count, row, text, units
from orchestration.loading.written_numbers import as_number

__all__ = ["SOURCES"]

_NO_REFERENCE = "00000000-0000-0000-0000-000000000000"
# ClickHouse's rows have a cost in billionths; nobody pays that many dollars for one call.
_LEAST_BILLIONTHS = 100
_FIRST_ERROR = 400


class _Requests(Translator):
    """A request is a call; one that Helicone answered from its own cache was not billed."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        found = held if isinstance(held, list) else [held]
        return [self._call(request) for request in found if isinstance(request, dict)]

    def _call(self, logged: dict[str, Any]) -> dict[str, Any]:
        properties = {
            name.lower(): value
            for held in (logged.get("properties"), logged.get("request_properties"))
            for name, value in as_object(held).items()
        }
        identity = text(logged.get("request_id"))
        model = text(logged.get("response_model"), logged.get("model"), logged.get("request_model"))
        model = text(logged.get("model_override"), logged.get("model"), model)
        provider = text(logged.get("provider")).lower()
        session = text(properties.get("helicone-session-id"))
        status = _whole(logged.get("response_status"))
        is_failure = status is not None and (status < 0 or status >= _FIRST_ERROR)
        is_own_cache = text(logged.get("cache_reference_id")) not in ("", _NO_REFERENCE)
        return row(
            call_id=identity,
            response_id=text(logged.get("response_id")),
            run_id=session or identity,
            conversation_id=session,
            workflow_id=text(properties.get("helicone-session-name")) or "helicone",
            step_name=text(properties.get("helicone-session-path")),
            called_at=at(logged.get("request_created_at"), logged.get("created_at")),
            duration_ms=logged.get("delay_ms"),
            model=model or "unknown",
            provider=provider,
            input_tokens=count(logged.get("prompt_tokens")),
            cache_read_tokens=count(logged.get("prompt_cache_read_tokens")),
            cache_write_5m_tokens=count(logged.get("prompt_cache_write_tokens")),
            output_tokens=count(logged.get("completion_tokens")),
            reasoning_tokens=count(logged.get("reasoning_tokens")),
            usage_units=units(
                audio_input_tokens=count(logged.get("prompt_audio_tokens")),
                audio_output_tokens=count(logged.get("completion_audio_tokens")),
            ),
            # The counts are the provider's own: Anthropic's leave the cached tokens out.
            is_cache_in_input=not (provider == "anthropic" or "claude" in model),
            cost_usd="0" if is_own_cache else _cost_of(logged),
            zero_cost_reason="cache_hit" if is_own_cache else "",
            error_type=f"status_{status}" if is_failure else "",
            user_id=text(logged.get("request_user_id"), logged.get("user_id")),
            original={name: logged[name] for name in ("cost", "costUSD") if name in logged},
        )


def _cost_of(logged: dict[str, Any]) -> str | None:
    for name in ("costUSD", "cost_usd", "cost"):
        cost = as_number(logged.get(name))
        if cost is None:
            continue
        is_billionths = name == "cost" and cost == int(cost) and cost >= _LEAST_BILLIONTHS
        return str(cost / 10**9 if is_billionths else cost)
    return None


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


SOURCES = (
    Source(
        name="helicone",
        entity="generic_calls",
        title="Helicone's requests",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("request_id", "request_created_at")),),
        formats=TABLE_FORMATS,
        records_at="data",
        translator=_Requests,
        moments=("called_at",),
    ),
)
