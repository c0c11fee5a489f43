"""The conformed columns that anyone's logs can be loaded under: name, type, meaning."""

from dataclasses import dataclass

__all__ = ["CALL_COLUMNS", "RUN_COLUMNS", "GenericColumn"]


@dataclass(frozen=True)
class GenericColumn:
    """One column of a generic source.

    Attributes
    ----------
    name : str
        The name a key or header must have, as it is or through ``--map``.
    type : str
        ``text``, ``timestamp``, ``number``, ``count`` (a whole number from 0) or ``boolean``.
        Values may be written as text, as CSV has nothing else.
    meaning : str
        What the column holds, with its unit.
    requirement : str
        Columns with the same requirement stand in for each other: a row needs one of them. Empty
        for an optional column.
    choices : tuple of str
        The values it takes; empty for any.
    """

    name: str
    type: str
    meaning: str
    requirement: str = ""
    choices: tuple[str, ...] = ()


_TOKENS = (
    GenericColumn("input_tokens", "count", "Tokens sent; see is_cache_in_input."),
    GenericColumn("cache_read_tokens", "count", "Input tokens served from the provider's cache."),
    GenericColumn("cache_write_5m_tokens", "count", "Input tokens written to a 5-minute cache."),
    GenericColumn("cache_write_1h_tokens", "count", "Input tokens written to a 1-hour cache."),
    GenericColumn("output_tokens", "count", "Tokens generated, reasoning included."),
    GenericColumn("reasoning_tokens", "count", "The part of output_tokens spent on reasoning."),
    GenericColumn(
        "is_cache_in_input",
        "boolean",
        "Whether input_tokens includes cached tokens; by default as the model's price row says.",
    ),
    GenericColumn(
        "usage_units",
        "text",
        'Billed units other than text tokens, as JSON: {"web_search": 2}; units: seed usage_units.',
    ),
    GenericColumn("service_tier", "text", "standard, batch, flex, priority, fast, …"),
    GenericColumn("region", "text", "Where it was served: us, eu, a cloud's region, …"),
    GenericColumn("cost_usd", "number", "What it cost as reported, in USD; computed when absent."),
    GenericColumn(
        "zero_cost_reason",
        "text",
        "Why a reported cost of 0 is right: free_tier, cache_hit, byok, subscription, …",
    ),
    GenericColumn("finish_reason", "text", "Why the model stopped."),
    GenericColumn("api_key_id", "text", "Id or hash of the API key, never the key."),
    GenericColumn("api_key_alias", "text", "Name of the API key."),
    GenericColumn("tags", "text", "Tags, as a JSON list or with commas."),
)

_TOOL_CALLS = GenericColumn(
    "tool_calls",
    "text",
    'Tools called, as a JSON list: [{"id": "1", "name": "bash", "duration_ms": 20, "is_error": '
    "false}]; also called_at, ended_at, input_chars, result_chars.",
)

_DATE_ORDER = GenericColumn(
    "date_order",
    "text",
    "How dates like 03/04/2026 are meant: day_first or month_first; by default as the file's other "
    "dates show.",
    choices=("day_first", "month_first"),
)

_OUTCOME = (
    GenericColumn("status", "text", "ok or error; error when error_type is given."),
    GenericColumn("error_type", "text", "Class of the error."),
    GenericColumn("error_message", "text", "Text of the error."),
)

_WHO = (
    GenericColumn("user_id", "text", "Who it was done for."),
    GenericColumn("team_id", "text", "The team that pays."),
    GenericColumn("environment", "text", "production, staging, …"),
    GenericColumn("origin", "text", "What started it: api, cli, ui, schedule, …"),
    GenericColumn("caller_id", "text", "The program or query that started it."),
)

CALL_COLUMNS = (
    GenericColumn("call_id", "text", "Identity of the call; a repeated one is counted once."),
    GenericColumn(
        "response_id", "text", "The provider's id of the answer, where call_id is another."
    ),
    GenericColumn("run_id", "text", "The run the call belongs to."),
    GenericColumn("parent_run_id", "text", "The run that started this run."),
    GenericColumn("workflow_id", "text", "What is executed: pipeline, cascade, agent."),
    GenericColumn("species_hash", "text", "The run's prompt template and config."),
    GenericColumn("project", "text", "The project it belongs to."),
    GenericColumn("step_name", "text", "The step of the run that made the call."),
    GenericColumn(
        "called_at",
        "timestamp",
        "When the call was made: ISO 8601 or alike, UTC unless it says otherwise.",
        "called_at",
    ),
    GenericColumn("called_at_ms", "number", "The same in milliseconds since 1970.", "called_at"),
    GenericColumn("called_at_s", "number", "The same in seconds since 1970.", "called_at"),
    _DATE_ORDER,
    GenericColumn("duration_ms", "number", "How long the call took, in milliseconds."),
    GenericColumn("model", "text", "The model called, as its provider names it.", "model"),
    GenericColumn("provider", "text", "Who served the model."),
    *_TOKENS,
    *_OUTCOME,
    _TOOL_CALLS,
    GenericColumn("call_count", "count", "Requests that the row adds up; 1 when absent."),
    GenericColumn("evaluator_score", "number", "A judgement of the answer, from 0 to 1."),
    GenericColumn("input_chars", "count", "Characters sent."),
    GenericColumn("conversation_id", "text", "The chat the call belongs to."),
    *_WHO,
)

RUN_COLUMNS = (
    GenericColumn(
        "run_id", "text", "Identity of the run; a repeated one is counted once.", "run_id"
    ),
    GenericColumn(
        "ended_at",
        "timestamp",
        "When the run ended: ISO 8601 or alike, UTC unless it says otherwise.",
        "ended_at",
    ),
    GenericColumn(
        "workflow_id", "text", "What is executed: pipeline, cascade, agent.", "workflow_id"
    ),
    GenericColumn("started_at", "timestamp", "When the run started."),
    _DATE_ORDER,
    GenericColumn("parent_run_id", "text", "The run that started this run."),
    GenericColumn("species_hash", "text", "The run's prompt template and config."),
    GenericColumn("genus_hash", "text", "The run's workflow identity."),
    GenericColumn("project", "text", "The project it belongs to."),
    GenericColumn("model", "text", "The model that did most of the work."),
    GenericColumn("provider", "text", "Who served the model."),
    GenericColumn("input_chars", "count", "Characters of the run's input."),
    GenericColumn("input", "text", "The run's input, as JSON or text."),
    GenericColumn("step_count", "count", "Steps the run took."),
    GenericColumn("call_count", "count", "Model calls the run made."),
    *_TOKENS,
    GenericColumn("duration_ms", "number", "How long the run took, in milliseconds."),
    *_OUTCOME,
    _TOOL_CALLS,
    GenericColumn("error_count", "count", "Errors during the run."),
    GenericColumn("quality_score", "number", "A judgement of the result, from 0 to 1."),
    *_WHO,
)
