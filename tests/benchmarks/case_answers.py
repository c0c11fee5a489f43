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
        (Check("files", "select groupUniqArray(status) from {files}", "['skipped']"),)
    ),
}
