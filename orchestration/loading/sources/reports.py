"""What reports of usage and cost have in common: rows of buckets, each with what groups it."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from orchestration.loading.translator import Translator, at, row, text, unread
from orchestration.loading.written_numbers import as_number

__all__ = ["Report", "money"]

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


class Report(Translator):
    """A result of a bucket is a row; its width and groups say which others repeat its usage."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Return a row for each result of the buckets of a page."""
        held = record.get("data", record)
        buckets = [each for each in (held if isinstance(held, list) else [held]) if each]
        results = [(bucket, result) for bucket in buckets for result in _results_of(bucket)]
        grouping = sorted(
            {
                name
                for _, result in results
                if isinstance(result, dict)
                for name in _GROUPS
                if result.get(name) is not None
            }
        )
        return [
            self.row_of(bucket, result, grouping) if isinstance(result, dict) else unread(result)
            for bucket, result in results
        ]

    @abstractmethod
    def row_of(
        self, bucket: dict[str, Any], result: dict[str, Any], grouping: list[str]
    ) -> dict[str, Any]:
        """Return the row of a result of a bucket."""

    def joined(
        self,
        report: str,
        moments: tuple[Any, Any],
        result: dict[str, Any],
        grouping: list[str],
        **columns: Any,
    ) -> dict[str, Any]:
        """Return a provider's columns, with what makes the row the same again in another page."""
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


def _results_of(bucket: Any) -> list[Any]:
    """Return what a bucket holds; one without a list of results is a result itself."""
    if not isinstance(bucket, dict) or "results" not in bucket:
        return [bucket]
    found = bucket["results"]
    return found if isinstance(found, list) else [found] if found else []


def money(value: Any, currency: Any = "usd") -> str | None:
    """Return US dollars as an exact text; None for what is no number, or other money."""
    number = as_number(value)
    is_other = isinstance(currency, str) and currency.lower() != "usd"
    return None if number is None or is_other else str(number)
