"""What OpenRouter lists of generations: the CSV of its activity page, and answers of its API."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.translator import Translator, at, count, row, text

__all__ = ["SOURCES"]

_PLAIN_VARIANTS = ("", "standard")


class _Generations(Translator):
    """A generation is a call. With one's own key the provider's bill comes on top of credits."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        found = held if isinstance(held, list) else [held]
        return [self._call(generation) for generation in found if isinstance(generation, dict)]

    def _call(self, told: dict[str, Any]) -> dict[str, Any]:
        identity = text(told.get("generation_id"), told.get("id"))
        model = text(told.get("model_permaslug"), told.get("model")) or "unknown"
        variant = text(told.get("variant"))
        if variant not in _PLAIN_VARIANTS and ":" not in model:
            model = f"{model}:{variant}"
        credits_usd = _money(told, "cost_total", "total_cost", "usage")
        byok_usd = _money(told, "byok_usage_inference", "upstream_inference_cost")
        is_own_key = told.get("is_byok") is True or (
            "byok_usage_inference" in told and bool(byok_usd)
        )
        cost = credits_usd
        if is_own_key and byok_usd is not None:
            cost = (credits_usd or Decimal(0)) + byok_usd
        is_free = model.endswith(":free")
        return row(
            call_id=identity,
            response_id=identity,
            workflow_id=text(told.get("app_name")) or "openrouter",
            called_at=at(told.get("created_at")),
            duration_ms=told.get("generation_time_ms", told.get("generation_time")),
            model=model,
            provider="openrouter",
            service_tier=text(told.get("service_tier")),
            # The counts of the model's own tokenizer are those that are billed.
            input_tokens=count(told.get("native_tokens_prompt"), told.get("tokens_prompt")),
            cache_read_tokens=count(told.get("native_tokens_cached"), told.get("tokens_cached")),
            output_tokens=count(
                told.get("native_tokens_completion"), told.get("tokens_completion")
            ),
            reasoning_tokens=count(
                told.get("native_tokens_reasoning"), told.get("tokens_reasoning")
            ),
            is_cache_in_input=True,
            cost_usd=None if cost is None else str(cost),
            zero_cost_reason="free_tier" if is_free and not cost else "",
            finish_reason=text(
                told.get("finish_reason_normalized"),
                told.get("finish_reason"),
                told.get("finish_reason_raw"),
            ),
            error_type="cancelled" if str(told.get("cancelled")).lower() == "true" else "",
            api_key_alias=text(told.get("api_key_name")),
            user_id=text(told.get("user"), told.get("external_user")),
            original={name: told[name] for name in told if "cost" in name or "byok" in name},
        )


def _money(told: dict[str, Any], *names: str) -> Decimal | None:
    for name in names:
        try:
            return Decimal(str(told[name]))
        except (KeyError, InvalidOperation):
            continue
    return None


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
