"""What providers report of usage and cost: sums of days, which calls are reconciled against."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.sources.reports import Report, money
from orchestration.loading.translator import as_object, at_path, count, text, total, unread

__all__ = ["SOURCES"]

_CENTS = 100
_FIELDS_OF_COSTS = ("amount", "line_item", "token_type")


class _OpenAI(Report):
    """Usage counts the whole input, with what was cached; costs are dollars, by line items."""

    def row_of(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        moments = (bucket.get("start_time"), bucket.get("end_time"))
        kind = text(result.get("object")).removesuffix(".result").removeprefix("organization.")
        if "amount" in result:
            # "gpt-5-2025-08-07, input": what was bought of which model.
            model = text(result.get("model")) or _model_of_line(text(result.get("line_item")))
            cost = money(at_path(result, "amount", "value"), at_path(result, "amount", "currency"))
            return self.joined(
                "openai_costs",
                moments,
                result,
                grouping,
                provider="openai",
                model=model,
                cost_usd=cost,
            )
        return self.joined(
            f"openai_{kind or 'usage'}",
            moments,
            result,
            grouping,
            provider="openai",
            model=text(result.get("model")),
            request_count=count(result.get("num_model_requests")),
            input_tokens=count(result.get("input_tokens")),
            output_tokens=count(result.get("output_tokens")),
        )


class _Anthropic(Report):
    """Usage counts the input in parts; costs are cents, as decimal texts."""

    def row_of(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        moments = (bucket.get("starting_at"), bucket.get("ending_at"))
        model = text(result.get("model"))
        if any(name in result for name in _FIELDS_OF_COSTS):
            cents = money(result.get("amount"), result.get("currency"))
            return self.joined(
                "anthropic_costs",
                moments,
                result,
                grouping,
                provider="anthropic",
                model=model,
                cost_usd=None if cents is None else str(Decimal(cents) / _CENTS),
            )
        written = as_object(result.get("cache_creation"))
        return self.joined(
            "anthropic_usage",
            moments,
            result,
            grouping,
            provider="anthropic",
            model=model,
            input_tokens=total(
                count(result.get("uncached_input_tokens")),
                count(result.get("cache_read_input_tokens")),
                *(count(tokens) for tokens in written.values()),
            ),
            output_tokens=count(result.get("output_tokens")),
        )


class _ClaudeCode(Report):
    """What a person's Claude Code used on a day, by model; the cost is an estimate, in cents."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        people = held if isinstance(held, list) else [held]
        return [
            self.row_of(person, model, ["model", "user_id"])
            if isinstance(model, dict)
            else unread(model)
            for person in people
            for model in at_path(person, "model_breakdown") or []
        ]

    def row_of(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        actor = bucket.get("actor")
        person = text(at_path(actor, "email_address"), at_path(actor, "api_key_name"))
        place = {"user_id": person, "source": text(bucket.get("terminal_type"))}
        tokens = [
            count(at_path(result, "tokens", name))
            for name in ("input", "cache_read", "cache_creation")
        ]
        cents = money(
            at_path(result, "estimated_cost", "amount"),
            at_path(result, "estimated_cost", "currency"),
        )
        return self.joined(
            "claude_code_usage",
            (bucket.get("date"), None),
            result | place | {"size": text(bucket.get("customer_type"))},
            grouping,
            provider="claude_code",
            model=text(result.get("model")),
            input_tokens=total(*tokens),
            output_tokens=count(at_path(result, "tokens", "output")),
            cost_usd=None if cents is None else str(Decimal(cents) / _CENTS),
        )


class _OpenRouter(Report):
    """A day of a model at a provider; with one's own key the provider's bill comes on top."""

    def row_of(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        credits_usd, byok_usd = (
            money(result.get(name)) for name in ("usage", "byok_usage_inference")
        )
        cost = Decimal(credits_usd or 0) + Decimal(byok_usd or 0)
        return self.joined(
            "openrouter_activity",
            (result.get("date"), None),
            result,
            grouping,
            provider="openrouter",
            model=text(result.get("model_permaslug"), result.get("model")),
            request_count=count(result.get("requests")),
            input_tokens=count(result.get("prompt_tokens")),
            output_tokens=count(result.get("completion_tokens")),
            cost_usd=None if credits_usd is None else str(cost),
        )


def _model_of_line(line_item: str) -> str:
    model, comma, _ = line_item.partition(", ")
    return model if comma else ""


def _sources() -> Iterator[Source]:
    pages = (
        ("openai_reports", "OpenAI", _OpenAI, keys("start_time", "end_time", "results")),
        ("anthropic_reports", "Anthropic", _Anthropic, keys("starting_at", "ending_at", "results")),
        (
            "claude_code_reports",
            "Claude Code",
            _ClaudeCode,
            keys("date", "actor", "model_breakdown"),
        ),
        (
            "openrouter_reports",
            "OpenRouter",
            _OpenRouter,
            keys("date", "model_permaslug", "requests"),
        ),
    )
    for name, provider, translator, members in pages:
        yield Source(
            name=name,
            entity="generic_usage_reports",
            title=f"{provider}'s reports of usage and cost (pages of its API)",
            run_keys=("report_id",),
            signatures=(Signature(all_of=members),),
            records_at="data",
            translator=translator,
            moments=("began_at",),
        )


SOURCES = tuple(_sources())
