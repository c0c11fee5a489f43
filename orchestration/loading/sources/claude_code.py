"""Transcripts that Claude Code leaves on the machine of its user."""

from orchestration.loading.sources.declaration import Signature, Source, keys

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
        ),
    ),
)
