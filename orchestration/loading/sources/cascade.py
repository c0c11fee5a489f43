"""The cascade runner's own tables (documents A and B)."""

from orchestration.loading.sources.declaration import Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="unified_logs",
        entity="unified_logs",
        title="cascade events (unified_logs)",
        run_keys=("session_id",),
        signatures=(
            Signature(
                all_of=keys("message_id", "session_id"), one_of=(keys("node_type", "cell_name"),)
            ),
            # The columns that the documents' own queries read, and no more.
            Signature(
                all_of=keys("session_id", "cell_name"),
                one_of=(
                    keys("node_type", "species_hash"),
                    keys("model", "cost", "evaluator_score"),
                ),
                none_of=keys("prompt_id", "full_prompt_text"),
            ),
        ),
    ),
    Source(
        name="cascade_sessions",
        entity="cascade_sessions",
        title="cascade sessions",
        run_keys=("session_id",),
        signatures=(
            Signature(
                all_of=keys("session_id", "cascade_id"),
                one_of=(keys("created_at", "input_data", "completed_at", "depth"),),
                none_of=keys("message_id", "prompt_id"),
            ),
            Signature(
                all_of=keys("session_id", "created_at"),
                one_of=(keys("input_data", "input"),),
                # Traces and chats of others have sessions too, and ids of their own.
                none_of=keys(
                    "message_id", "prompt_id", "conversation_id", "role", "id", "trace_id"
                ),
            ),
        ),
    ),
    Source(
        name="prompt_lineage",
        entity="prompt_lineage",
        title="cascade prompts (prompt_lineage)",
        run_keys=("session_id",),
        signatures=(
            Signature(
                all_of=keys("prompt_id", "session_id"),
                one_of=(keys("full_prompt_text", "generation", "species_hash"),),
                none_of=keys("message_id"),
            ),
            Signature(
                all_of=keys("full_prompt_text", "species_hash"),
                one_of=(keys("is_winner", "generation"),),
                none_of=keys("message_id"),
            ),
        ),
    ),
)
