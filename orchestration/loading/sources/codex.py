"""Transcripts (rollouts) that the Codex CLI leaves on the machine of its user."""

from orchestration.loading.sources.declaration import FileRun, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
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
    Source(
        name="codex_exec",
        entity="codex_lines",
        title="what `codex exec --json` prints",
        run_keys=(),
        signatures=(
            Signature(
                all_of=keys("type", "thread_id"),
                none_of=keys("timestamp", "payload", "id", "session_id", "sessionId"),
            ),
        ),
        file_run=FileRun(
            path=r"([^/]+?)\.(?:jsonl|ndjson|json)",
            line_type="thread.started",
            line_keys=("thread_id",),
        ),
    ),
)
