"""Cursor's usage, as its dashboard exports it: the editor keeps nothing that is billed."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.translator import Translator, at, count, row, text, total
from orchestration.loading.written_numbers import as_number

__all__ = ["SOURCES"]

# The columns share no token: their total is their sum.
_WRITTEN, _FRESH = "Input (w/ Cache Write)", "Input (w/o Cache Write)"
_COSTS = ("Cost", "Cost ($)", "API Cost")


class _Events(Translator):
    """An event is a request; one that a plan includes costs nothing, and says so in words."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        fresh, written, read = (
            count(record.get(name)) for name in (_FRESH, _WRITTEN, "Cache Read")
        )
        said = next((record[name] for name in _COSTS if text(record.get(name))), None)
        cost = as_number(said)
        kind = text(record.get("Kind")).lower()
        is_included = cost in (None, 0) and ("included" in kind or text(said).isalpha())
        return [
            row(
                workflow_id="cursor",
                called_at=at(record.get("Date")),
                model=text(record.get("Model")) or "unknown",
                provider="cursor",
                user_id=text(record.get("User")),
                step_name="max mode" if text(record.get("Max Mode")).lower() == "yes" else "",
                input_tokens=total(fresh, written, read),
                cache_read_tokens=read,
                cache_write_5m_tokens=written,
                output_tokens=count(record.get("Output Tokens")),
                is_cache_in_input=True,
                cost_usd="0" if is_included else None if cost is None else str(cost),
                zero_cost_reason="subscription" if is_included else "",
                error_type="error" if kind.startswith("errored") else "",
                original={"Kind": record.get("Kind"), "Cost": said},
            )
        ]


SOURCES = (
    Source(
        name="cursor",
        entity="generic_calls",
        title="Cursor's usage (CSV of its dashboard)",
        run_keys=("run_id", "call_id"),
        signatures=(Signature(all_of=keys("Date", "Model", _FRESH, "Output Tokens")),),
        formats=TABLE_FORMATS,
        translator=_Events,
        moments=("called_at",),
    ),
)
