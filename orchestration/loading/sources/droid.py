"""Sessions of Factory's Droid: one record of all that a session used."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call
from orchestration.loading.translator import (
    Translator,
    at,
    at_path,
    changed_at,
    count,
    folder_name,
    row,
    text,
    total,
)

__all__ = ["SOURCES"]

# A model of the user's own reads `custom:Name-[Provider]-0`.
_CUSTOM = re.compile(r"^custom:|-\[[^\]]*\](?:-\d+)?$")


class _Settings(Translator):
    """The counts are of the whole session, and are written again as it goes on."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        usage = record.get("tokenUsage")
        if not isinstance(usage, dict):
            return []
        sent, written, read, answered, thought = (
            count(usage.get(name))
            for name in (
                "inputTokens",
                "cacheCreationTokens",
                "cacheReadTokens",
                "outputTokens",
                "thinkingTokens",
            )
        )
        lines = list(self._lines())
        moments = [moment for line in lines if (moment := at(line.get("timestamp")))]
        began = record.get("providerLockTimestamp")
        return [
            row(
                run_id=self.path.name.split(".")[0],
                workflow_id="droid",
                project=folder_name(next((line["cwd"] for line in lines if "cwd" in line), "")),
                started_at=min(moments, default=None),
                ended_at=max(moments, default=None) or at(began) or changed_at(self.path),
                model=_CUSTOM.sub("", text(record.get("model"))) or "unknown",
                provider=text(record.get("providerLock")),
                input_tokens=sent,
                cache_read_tokens=read,
                cache_write_5m_tokens=written,
                output_tokens=total(answered, thought),
                reasoning_tokens=thought,
                is_cache_in_input=False,
                tool_calls=[tool for line in lines for tool in _tools_of(line)],
                original=usage,
            )
        ]

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Yield the session's messages, which lie next to its settings and have the times."""
        name = self.path.name.split(".")[0]
        try:
            with (self.path.parent / f"{name}.jsonl").open(encoding="utf-8") as lines:
                for line in lines:
                    found = json.loads(line)
                    if isinstance(found, dict):
                        yield found
        except (OSError, ValueError, RecursionError):
            return


def _tools_of(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    moment, content = line.get("timestamp"), at_path(line, "message", "content")
    for part in content if isinstance(content, list) else []:
        kind = at_path(part, "type")
        if kind == "tool_use":
            yield tool_call(part.get("id"), part.get("name"), begun=moment, asked=part.get("input"))
        elif kind == "tool_result":
            yield tool_call(
                part.get("tool_use_id"),
                ended=moment,
                answered=part.get("content"),
                is_error=bool(part.get("is_error")),
            )


SOURCES = (
    Source(
        name="droid",
        entity="generic_runs",
        title="Droid's sessions (~/.factory/sessions/*/*.settings.json)",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("tokenUsage"),
                one_of=(keys("model", "providerLock", "providerLockTimestamp"),),
            ),
        ),
        translator=_Settings,
        moments=("ended_at",),
    ),
)
