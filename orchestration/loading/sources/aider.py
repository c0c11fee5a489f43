"""What Aider writes with `--analytics-log`: an event per message that it sent."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import Translator, at, count, row, text

__all__ = ["SOURCES"]


class _Analytics(Translator):
    """A session has no id: it begins with the event `launched`, and where its cost begins again."""

    _session = ""
    _spent = 0.0
    _number = 0

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        properties = record.get("properties") or {}
        user, moment = text(record.get("user_id")), record.get("time")
        if record.get("event") == "launched":
            self._begin(user, moment)
        if record.get("event") != "message_send":
            return []
        spent = float(properties.get("total_cost") or 0)
        if not self._session or spent < self._spent:
            self._begin(user, moment)
        self._spent, self._number = spent, self._number + 1
        return [
            row(
                call_id=f"{self._session}/{self._number}",
                run_id=self._session,
                workflow_id="aider",
                step_name=text(properties.get("edit_format")),
                called_at=at(moment),
                model=text(properties.get("main_model")) or "unknown",
                input_tokens=count(properties.get("prompt_tokens")),
                output_tokens=count(properties.get("completion_tokens")),
                is_cache_in_input=True,
                cost_usd=properties.get("cost"),
                original=properties,
            )
        ]

    def _begin(self, user: str, moment: Any) -> None:
        self._session, self._spent, self._number = f"{user}/{moment}", 0.0, 0


SOURCES = (
    Source(
        name="aider",
        entity="generic_calls",
        title="Aider's analytics log",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("event", "properties", "user_id", "time")),),
        translator=_Analytics,
        moments=("called_at",),
    ),
)
