"""Dumps of a chat product's tables (document E)."""

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="chat_messages",
        entity="chat_messages",
        title="chat messages",
        # A message outside any conversation is a conversation of its own.
        run_keys=("conversation_id", "id"),
        signatures=(Signature(all_of=keys("id", "conversation_id", "role", "created_at")),),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="chat_conversations",
        entity="chat_conversations",
        title="chat conversations, with their experiment",
        run_keys=("id",),
        signatures=(
            Signature(
                all_of=keys("id", "created_at"),
                one_of=(keys("experiment_name", "is_widget_session"),),
                none_of=keys("conversation_id", "message_id", "cascade_id"),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="chat_evaluations",
        entity="chat_evaluations",
        title="ratings and judgements of chat messages (message_evaluations)",
        run_keys=("id",),
        signatures=(
            Signature(
                all_of=keys("id", "message_id"),
                one_of=(keys("rating", "success", "failure_tags"),),
                none_of=keys("benchmark_id", "benchmark_name", "role"),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="chat_judgments",
        entity="chat_judgments",
        title="judgments of benchmark runs",
        run_keys=("id",),
        signatures=(
            Signature(
                all_of=keys("id"),
                one_of=(keys("benchmark_id", "benchmark_name"), keys("passed", "judgment")),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="chat_models",
        entity="chat_models",
        title="the model registry, with training methods (llm_models)",
        run_keys=("id",),
        signatures=(
            Signature(
                all_of=keys("id", "model_id"),
                one_of=(keys("training_method", "base_model", "training_dataset"),),
                none_of=keys("conversation_id", "message_id"),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="chat_traces",
        entity="chat_traces",
        title="execution traces of chat operations",
        run_keys=("conversation_id", "trace_id"),
        signatures=(
            Signature(
                all_of=keys("trace_id", "span_name"),
                one_of=(keys("operation_type", "duration_ms"),),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="experiments",
        entity="experiments",
        title="the registry of experiments",
        run_keys=("experiment_name",),
        signatures=(
            Signature(
                all_of=keys("experiment_name", "status"),
                one_of=(keys("primary_metric", "control_variant", "hypothesis"),),
                none_of=keys("id"),
            ),
        ),
        formats=TABLE_FORMATS,
    ),
    Source(
        name="cohorts",
        entity="cohorts",
        title="cohorts of users and their criteria",
        run_keys=("cohort_name",),
        signatures=(Signature(all_of=keys("cohort_name", "field", "operator", "value")),),
        formats=TABLE_FORMATS,
    ),
)
