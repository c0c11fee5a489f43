"""Transcripts that coding agents leave on the machine of their user."""

from orchestration.loading.sources.declaration import FileRun, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="claude_code",
        entity="claude_code_lines",
        title="Claude Code transcripts",
        run_keys=("sessionId",),
        signatures=(
            # Langfuse's observations have both keys, too.
            Signature(all_of=keys("sessionId", "type"), none_of=keys("traceId")),
            # Lines that carry no session: they open many transcripts and fill some.
            Signature(all_of=keys("type", "summary", "leafUuid")),
            Signature(all_of=keys("type", "messageId", "snapshot")),
            # Files next to sub-agents' transcripts: their types, and the journals of workflows.
            Signature(all_of=keys("agentType"), none_of=keys("sessionId", "type")),
            Signature(all_of=keys("type", "key", "agentId"), none_of=keys("sessionId")),
        ),
        file_run=FileRun(path=r"/([^/]+)/subagents/"),
    ),
    Source(
        name="codex",
        entity="codex_lines",
        title="Codex CLI transcripts (rollouts)",
        # No line repeats the session: the first one says it, and so does the file's name.
        run_keys=(),
        signatures=(
            Signature(all_of=keys("timestamp", "type", "payload"), none_of=keys("sessionId")),
        ),
        file_run=FileRun(
            path=r"(?:^|/)(?:rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-)?([^/]+?)(?:_[0-9a-f-]{36})?\.(?:jsonl|ndjson|json)",
            line_type="session_meta",
            line_keys=("payload", "id"),
        ),
    ),
)
