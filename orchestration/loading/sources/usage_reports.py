"""What providers report of usage and cost: sums of days, which calls are reconciled against."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import Translator, at, at_path, count, row, text, total

__all__ = ["SOURCES"]

_CENTS = 100
# What results can be grouped by: null where they are not.
_GROUPS = (
    "api_key_id",
    "user_id",
    "project_id",
    "workspace_id",
    "model",
    "service_tier",
    "batch",
    "context_window",
    "inference_geo",
    "line_item",
    "description",
    "cost_type",
    "token_type",
    "size",
    "source",
)
_FIELDS_OF_COSTS = ("amount", "line_item", "token_type")


class _Report(Translator):
    """A result of a bucket is a row; its width and groups say which others repeat its usage."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        buckets = [each for each in (held if isinstance(held, list) else [held]) if each]
        results = [
            (bucket, result) for bucket in buckets for result in bucket.get("results") or [bucket]
        ]
        grouping = sorted(
            {name for _, result in results for name in _GROUPS if result.get(name) is not None}
        )
        return [self._row(bucket, result, grouping) for bucket, result in results]

    def _row(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        raise NotImplementedError

    def _joined(
        self,
        report: str,
        moments: tuple[Any, Any],
        result: dict[str, Any],
        grouping: list[str],
        **columns: Any,
    ) -> dict[str, Any]:
        begun, ended = (at(moment) for moment in moments)
        group = {name: result.get(name) for name in (*_GROUPS, "endpoint_id", "model_permaslug")}
        identity = json.dumps([report, begun, ended, group], sort_keys=True, default=str)
        return row(
            report_id=hashlib.sha256(identity.encode()).hexdigest(),
            report=report,
            # Reports of other widths and groups have the same usage again.
            breakdown=json.dumps([str(ended)[11:] != str(begun)[11:], grouping]),
            began_at=begun,
            api_key_id=text(result.get("api_key_id")),
            user_id=text(result.get("user_id")),
            original=result,
            **columns,
        )


class _OpenAI(_Report):
    """Usage counts the whole input, with what was cached; costs are dollars, by line items."""

    def _row(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        moments = (bucket.get("start_time"), bucket.get("end_time"))
        kind = text(result.get("object")).removesuffix(".result").removeprefix("organization.")
        if "amount" in result:
            # "gpt-5-2025-08-07, input": what was bought of which model.
            model = text(result.get("model")) or _model_of_line(text(result.get("line_item")))
            cost = _money(at_path(result, "amount", "value"))
            return self._joined(
                "openai_costs",
                moments,
                result,
                grouping,
                provider="openai",
                model=model,
                cost_usd=cost,
            )
        return self._joined(
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


class _Anthropic(_Report):
    """Usage counts the input in parts; costs are cents, as decimal texts."""

    def _row(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        moments = (bucket.get("starting_at"), bucket.get("ending_at"))
        model = text(result.get("model"))
        if any(name in result for name in _FIELDS_OF_COSTS):
            cents = _money(result.get("amount"))
            return self._joined(
                "anthropic_costs",
                moments,
                result,
                grouping,
                provider="anthropic",
                model=model,
                cost_usd=None if cents is None else str(Decimal(cents) / _CENTS),
            )
        written = result.get("cache_creation") or {}
        return self._joined(
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


class _ClaudeCode(_Report):
    """What a person's Claude Code used on a day, by model; the cost is an estimate, in cents."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        people = held if isinstance(held, list) else [held]
        return [
            self._row(person, model, ["model", "user_id"])
            for person in people
            if isinstance(person, dict)
            for model in person.get("model_breakdown") or []
            if isinstance(model, dict)
        ]

    def _row(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        actor = bucket.get("actor")
        person = text(at_path(actor, "email_address"), at_path(actor, "api_key_name"))
        place = {"user_id": person, "source": text(bucket.get("terminal_type"))}
        tokens = [
            count(at_path(result, "tokens", name))
            for name in ("input", "cache_read", "cache_creation")
        ]
        cents = _money(at_path(result, "estimated_cost", "amount"))
        return self._joined(
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


class _OpenRouter(_Report):
    """A day of a model at a provider; with one's own key the provider's bill comes on top."""

    def _row(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        credits_usd, byok_usd = (
            _money(result.get(name)) for name in ("usage", "byok_usage_inference")
        )
        cost = Decimal(credits_usd or 0) + Decimal(byok_usd or 0)
        return self._joined(
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


def _money(value: Any) -> str | None:
    try:
        return str(Decimal(str(value)))
    except InvalidOperation:
        return None


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
