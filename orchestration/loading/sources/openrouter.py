"""What OpenRouter lists of generations: the CSV of its activity page, and answers of its API."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.translator import Translator, at, count, row, text
from orchestration.loading.written_numbers import as_number

__all__ = ["SOURCES"]

_PLAIN_VARIANTS = ("", "standard")


class _Generations(Translator):
    """A generation is a call. With one's own key the provider's bill comes on top of credits."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        found = held if isinstance(held, list) else [held]
        return [self._call(generation) for generation in found if isinstance(generation, dict)]

    def _call(self, logged: dict[str, Any]) -> dict[str, Any]:
        identity = text(logged.get("generation_id"), logged.get("id"))
        model = text(logged.get("model_permaslug"), logged.get("model")) or "unknown"
        variant = text(logged.get("variant"))
        if variant not in _PLAIN_VARIANTS and ":" not in model:
            model = f"{model}:{variant}"
        credits_usd = _money(logged, "cost_total", "total_cost", "usage")
        byok_usd = _money(logged, "byok_usage_inference", "upstream_inference_cost")
        is_own_key = logged.get("is_byok") is True or (
            "byok_usage_inference" in logged and bool(byok_usd)
        )
        cost = credits_usd
        if is_own_key and byok_usd is not None:
            cost = (credits_usd or Decimal(0)) + byok_usd
        is_free = model.endswith(":free")
        return row(
            call_id=identity,
            response_id=identity,
            workflow_id=text(logged.get("app_name")) or "openrouter",
            called_at=at(logged.get("created_at")),
            duration_ms=logged.get("generation_time_ms", logged.get("generation_time")),
            model=model,
            provider="openrouter",
            service_tier=text(logged.get("service_tier")),
            # The counts of the model's own tokenizer are those that are billed.
            input_tokens=count(logged.get("native_tokens_prompt"), logged.get("tokens_prompt")),
            cache_read_tokens=count(
                logged.get("native_tokens_cached"), logged.get("tokens_cached")
            ),
            output_tokens=count(
                logged.get("native_tokens_completion"), logged.get("tokens_completion")
            ),
            reasoning_tokens=count(
                logged.get("native_tokens_reasoning"), logged.get("tokens_reasoning")
            ),
            is_cache_in_input=True,
            cost_usd=None if cost is None else str(cost),
            zero_cost_reason="free_tier" if is_free and not cost else "",
            finish_reason=text(
                logged.get("finish_reason_normalized"),
                logged.get("finish_reason"),
                logged.get("finish_reason_raw"),
            ),
            error_type="cancelled" if str(logged.get("cancelled")).lower() == "true" else "",
            api_key_alias=text(logged.get("api_key_name")),
            user_id=text(logged.get("user"), logged.get("external_user")),
            original={name: logged[name] for name in logged if "cost" in name or "byok" in name},
        )


def _money(logged: dict[str, Any], *names: str) -> Decimal | None:
    return next(
        (found for name in names if (found := as_number(logged.get(name))) is not None), None
    )


SOURCES = (
    Source(
        name="openrouter",
        entity="generic_calls",
        title="OpenRouter's activity (CSV), and generations of its API",
        run_keys=("run_id", "call_id"),
        signatures=(
            Signature(all_of=keys("generation_id", "tokens_prompt", "tokens_completion")),
            Signature(all_of=keys("id", "native_tokens_prompt", "native_tokens_completion")),
            Signature(all_of=keys("data.id", "data.native_tokens_prompt")),
        ),
        formats=TABLE_FORMATS,
        translator=_Generations,
        moments=("called_at",),
    ),
)
