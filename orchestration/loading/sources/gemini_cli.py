"""Chats that the Gemini CLI keeps: a line per message, before 2026 a document per chat."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import Translator, at, at_path, count, row, text, total

__all__ = ["SOURCES"]


class _Chat(Translator):
    """A message with tokens is a call; it is written again whenever it changes."""

    _session = ""
    _parent = ""
    _kind = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        self._session = text(record.get("sessionId"), self._session)
        self._kind = text(record.get("kind"), self._kind)
        if self._kind == "subagent":
            # A sub-agent's file lies in the folder of its parent's session.
            self._parent = self.path.parent.name
        changed = record.get("$set")
        messages = [record]
        for held in (record, changed):
            if isinstance(held, dict) and isinstance(held.get("messages"), list):
                messages += held["messages"]
        return [found for message in messages if (found := self._call(message))]

    def _call(self, message: Any) -> dict[str, Any] | None:
        tokens = at_path(message, "tokens")
        if not isinstance(tokens, dict) or message.get("type", "gemini") != "gemini":
            return None
        sent, cached, answered, thought, by_tools, all_of_them = (
            count(tokens.get(name))
            for name in ("input", "cached", "output", "thoughts", "tool", "total")
        )
        # The total tells whether cached tokens are a part of the input, as the API counts.
        whole = total(sent, answered, thought, by_tools)
        is_apart = cached and whole != all_of_them and total(whole, cached) == all_of_them
        session = self._session or self.path.name.split(".")[0]
        return row(
            call_id=text(message.get("id")),
            run_id=session,
            parent_run_id=self._parent,
            workflow_id="gemini_cli",
            project=self._project(),
            called_at=at(message.get("timestamp")),
            model=text(message.get("model")) or "unknown",
            provider="google",
            input_tokens=total(sent, by_tools),
            cache_read_tokens=cached,
            output_tokens=total(answered, thought),
            reasoning_tokens=thought,
            is_cache_in_input=not is_apart,
            original=tokens,
        )

    def _project(self) -> str:
        """Return the folder below tmp: the project's name, or a hash of its path."""
        parts = self.path.parts
        return parts[parts.index("chats") - 1] if "chats" in parts[1:] else ""


SOURCES = (
    Source(
        name="gemini_cli",
        entity="generic_calls",
        title="Gemini CLI chats (~/.gemini/tmp/*/chats)",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("sessionId", "projectHash")),
            Signature(all_of=keys("sessionId", "startTime", "messages")),
        ),
        translator=_Chat,
        moments=("called_at",),
    ),
)
