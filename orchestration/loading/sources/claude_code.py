"""Transcripts that Claude Code leaves on the machine of its user."""

from orchestration.loading.sources.declaration import FileRun, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="claude_code",
        entity="claude_code_lines",
        title="Claude Code transcripts, and what `claude -p` prints as stream-json or json",
        run_keys=("sessionId", "session_id"),
        signatures=(
            # Langfuse's observations have both keys, too.
            Signature(all_of=keys("sessionId", "type"), none_of=keys("traceId")),
            # Lines that carry no session: they open many transcripts and fill some.
            Signature(all_of=keys("type", "summary", "leafUuid")),
            Signature(all_of=keys("type", "messageId", "snapshot")),
            # What the client prints without a terminal.
            Signature(
                all_of=keys("type", "session_id"),
                one_of=(keys("message", "subtype", "event", "total_cost_usd"),),
                none_of=keys("sessionId", "cascade_id"),
            ),
            # What lies next to sub-agents' transcripts: their types, and the journals of workflows.
            Signature(all_of=keys("agentType"), none_of=keys("sessionId", "type")),
            Signature(all_of=keys("type", "key", "agentId"), none_of=keys("sessionId")),
        ),
        # Qwen Code's lines have the same envelope, and other contents.
        foreign_keys=keys("usageMetadata", "toolCallResult", "systemPayload"),
        file_run=FileRun(path=r"/([^/]+)/subagents/"),
    ),
)
