"""Answers of cases whose right value is more than calls, tokens and dollars; see check_cases.py.

``{calls}``, ``{runs}`` and ``{merged}`` stand for the case's rows of ``marts.fct_calls``,
``marts.run_analytics`` and ``marts.mart_merged_calls``; ``{files}`` for what its load said of its
files (path, status, source, message).
"""

from dataclasses import dataclass, field

__all__ = ["ANSWERS", "Answer", "Check"]


@dataclass(frozen=True)
class Check:
    """One value that a case must have.

    Attributes
    ----------
    what : str
        What is looked at, in a word or two.
    sql : str
        Query of one value.
    right : str
        The value, as text; numbers are compared as numbers, to a millionth.
    """

    what: str
    sql: str
    right: str


CALLS = "select sum(logged_call_count) from {calls}"
COST = "select sum(cost_usd) from {calls}"
USAGE = (
    "select (sum(input_tokens), sum(cache_read_tokens), "
    "sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(output_tokens), "
    "sum(reasoning_tokens)) from {calls}"
)
# Tokens and dollars of a provider's own report.
REPORTED = (
    "select (sum(gateway_tokens), toFloat64(sum(gateway_cost_usd))) "
    "from marts.mart_gateway_reconciliation where gateway = '%s'"
)
# Costs of several calls, the least first.
COSTS = "select arraySort(groupArray(toFloat64(cost_usd))) from {calls}"


@dataclass(frozen=True)
class Answer:
    """What a case needs beyond the table in the README.

    Attributes
    ----------
    checks : tuple of Check
        Values in place of the README's where both have a value of the same, else added to them.
    options : dict of str to dict of str to str
        Keyword arguments of the load, such as ``mapping``.
    """

    checks: tuple[Check, ...] = ()
    options: dict[str, dict[str, str]] = field(default_factory=dict)


# Qwen3 Coder Plus 1, 0.1 and 5 USD a million; Gemini 3 Pro 2, 0.2 and 12; GPT-5.5 5, 0.5 and 30;
# Opus 5 5, 0.5, 6.25 and 25; what Aider, Cline, OpenCode and Pi report stands.
OTHER_AGENTS = str(
    [
        ("aider", 0.0123),
        ("amp", 0.012175),
        ("cline", 0.01),
        ("copilot_cli_events", 0.033),
        ("droid", 0.012175),
        ("gemini_cli", 0.0138),
        ("gemini_cli", 0.0138),
        ("kimi", 0.001766),
        ("opencode", 0.0123),
        ("pi", 0.0123),
        ("qwen_code", 0.00655),
    ]
)

ANSWERS: dict[str, Answer] = {
    # -- agents
    "codex_guardian_review": Answer(
        (
            Check("USD", "select argMax(cost_usd, called_at) from {calls}", "0.26"),
            Check("sub-runs", "select countIf(parent_run_id != '') from {runs}", "1"),
        )
    ),
    "codex_exec_json": Answer(
        (Check("files", "select groupUniqArray(status) from {files}", "['loaded']"),)
    ),
    "claude_aside_and_compact": Answer(
        (
            Check(
                "USD of main run",
                "select sum(total_cost_usd) from {runs} where parent_run_id is null",
                "1.28",
            ),
        )
    ),
    "claude_advisor": Answer(
        (
            Check(
                "USD of opus",
                "select sumIf(cost_usd, model = 'claude-opus-4-8') from {calls}",
                "1.0",
            ),
        )
    ),
    "claude_subagent_types": Answer(
        (
            Check(
                "agents",
                "select arraySort(groupArray(splitByChar(':', workflow_id)[2])) from {runs} "
                "where splitByChar(':', workflow_id)[2] in ('Explore', 'build')",
                "['Explore','build']",
            ),
        )
    ),
    # What a profile of somebody's AWS account stands for only the account knows: a seed says it.
    "claude_model_names": Answer(
        (
            Check(
                "unpriced",
                "select groupArrayIf(model, cost_usd is null) from {calls}",
                "['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc']",
            ),
        )
    ),
    "claude_stream_json": Answer(
        (Check("source of cost", "select any(cost_source) from {calls}", "reported"),)
    ),
    "codex_price_history": Answer(
        (
            Check(
                "USD",
                "select arrayMap(c -> c.3, arraySort(groupArray((toDate(called_at), -cost_usd, "
                "toFloat64(cost_usd))))) from {calls}",
                "[0.8,0.4,0.16,0.6]",
            ),
        )
    ),
    "other_agents": Answer(
        (
            Check("files", "select groupUniqArray(status) from {files}", "['loaded']"),
            # Qwen 4,000 fresh, 8,000 cached and 350 out; Pi and OpenCode say what they cost.
            Check(
                "USD by tool",
                "select arraySort(groupArray((source, toFloat64(cost_usd)))) from {calls}",
                OTHER_AGENTS,
            ),
        )
    ),
    # -- observability
    "otel_cache_counts": Answer((Check("usage", USAGE, "(130213,128955,1253,500,0)"),)),
    "otel_vercel_v5": Answer(
        (Check("USD", COST, "0.00060664"), Check("usage", USAGE, "(2224,2048,0,1469,1152)"))
    ),
    "otel_vercel_v6_anthropic": Answer((Check("calls", CALLS, "1"), Check("USD", COST, "0.01215"))),
    "otel_google_adk": Answer(
        (Check("USD", COST, "0.02408"), Check("usage", USAGE, "(36100,0,0,5300,0)"))
    ),
    "otel_claude_code_spans": Answer((Check("calls", CALLS, "1"), Check("USD", COST, "0.210009"))),
    "otel_strands_cache_write": Answer(
        (Check("calls", CALLS, "1"), Check("USD", COST, "0.083655"))
    ),
    "otel_no_usage": Answer(
        (
            Check("calls", CALLS, "1"),
            Check("input", "select any(isNull(input_tokens)) from {calls}", "1"),
            Check(
                "cost", "select any((cost_source, isNull(cost_usd))) from {calls}", "('missing',1)"
            ),
        )
    ),
    "otel_service_tier": Answer((Check("USD", COSTS, "[1.4,2.8,4.9]"),)),
    "otel_mlflow": Answer(
        (Check("USD", COST, "0.0035"), Check("usage", USAGE, "(1000,0,0,100,0)"))
    ),
    "otlp_logs_and_metrics": Answer((Check("calls", CALLS, "1"), Check("USD", COST, "0.21"))),
    "langfuse_nested_generation": Answer((Check("USD", COST, "0.0035"),)),
    "langfuse_api_pages": Answer((Check("calls", CALLS, "3"),)),
    "langfuse_agent_and_tool_cost": Answer((Check("USD", COSTS, "[0.0035,0.01]"),)),
    "langfuse_zero_provided_cost": Answer((Check("USD", COST, "3.87"),)),
    "litellm_zero_spend": Answer((Check("USD", COSTS, "[2.5,2.5]"),)),
    "litellm_ui_page": Answer((Check("calls", CALLS, "1"),)),
    # A cost below zero is unknown, and computed; the other request's is believed.
    "litellm_negative_spend": Answer(
        (
            Check("USD", COSTS, "[0.0035,0.00399]"),
            Check("reported", "select count(reported_cost_usd) from {calls}", "1"),
        )
    ),
    "bedrock_invocation_logs": Answer((Check("USD", COSTS, "[0.0045,0.01683]"),)),
    "helicone": Answer((Check("USD", COST, "0.0035"),)),
    "langsmith": Answer((Check("USD", COST, "0.0035"), Check("calls", CALLS, "1"))),
    # The page of days is not of calls: it is what they are reconciled against.
    "openrouter_activity": Answer(
        (Check("USD", COST, "0.0069"), Check("reported", REPORTED % "openrouter", "(11000,0.045)"))
    ),
    "openai_admin_pages": Answer((Check("reported", REPORTED % "openai", "(1100000,1.8)"),)),
    # The costs are cents.
    "anthropic_admin_pages": Answer(
        (Check("reported", REPORTED % "anthropic", "(3700,1.2378912)"),)
    ),
    # Of dollars that are none the computed ones; of minus 1,000 tokens neither tokens nor cost.
    "generic_spreadsheet_numbers": Answer(
        (
            Check("USD", COSTS, "[0.000125,0.0035,0.0035,0.5,0.5,2.5,2.5,1500000.0]"),
            Check("unknown", "select countIf(cost_source = 'missing') from {calls}", "1"),
        )
    ),
}
