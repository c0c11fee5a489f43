"""tau-bench and Who&When: success by task, tool counts and failing steps, counted independently."""

from collections import Counter, defaultdict
from urllib.parse import unquote

import pytest

from chat.benchmark_talks import read, write_benchmarks
from chat.talks import CHAT
from orchestration import settings

DATA = settings.project_dir().parent / "shared" / "data"


@pytest.fixture(scope="module")
def benchmarks(warehouses, make_warehouse):
    if not (DATA / "tau_bench").is_dir():
        pytest.skip("The benchmarks are missing; put them into ../shared/data.")
    logs = warehouses / "benchmark_logs"
    write_benchmarks(DATA, logs)
    marts = ("+fct_failure_tags", "+fct_tool_calls", "+fct_conversations")
    return make_warehouse("benchmarks", logs, "--vars", CHAT, "--select", *marts)


def test_success_by_task_r088(benchmarks):
    """R088: the share of successes of each task is the mean reward of its trials."""
    rewards = defaultdict(list)
    for session in read(DATA / "tau_bench" / "sessions.jsonl"):
        rewards[str(session["task_id"])].append(session["reward"])
    rows = benchmarks.rows(
        "select user_id, avg(score) as share from marts.fct_evaluations "
        "where evaluator = 'tau-bench' group by user_id"
    )
    found = {row["user_id"]: row["share"] for row in rows}
    assert found == {task: sum(all_of) / len(all_of) for task, all_of in rewards.items()}
    [total] = benchmarks.rows(
        "select avg(is_success) as share, count() as sessions from marts.fct_conversations "
        "where is_success is not null and startsWith(conversation_id, 'chat:tau')"
    )
    assert total == {"share": 0.4, "sessions": 100}


def test_tools_by_session_r095(benchmarks):
    """R095: calls of each tool in each session, as the messages list them."""
    wanted = Counter(
        (f"chat:{message['session_id']}", call["name"])
        for message in read(DATA / "tau_bench" / "messages.jsonl.gz")
        for call in message["tool_calls"] or []
    )
    rows = benchmarks.rows(
        "select conversation_id, tool_name, count() as calls from marts.fct_tool_calls group by all"
    )
    found = {(row["conversation_id"], row["tool_name"]): row["calls"] for row in rows}
    assert found == wanted
    assert sum(found.values()) == 677


def test_the_step_that_failed_r089(benchmarks):
    """R089: the agent and the step at fault of each failed run."""
    wanted = {
        (label["session_id"], label["mistake_step"], label["mistake_agent"])
        for label in read(DATA / "who_when" / "labels.jsonl")
    }
    rows = benchmarks.rows(
        "select conversation_id, call_id, logged_tag from marts.fct_failure_tags "
        "where evaluator = 'who-when'"
    )
    found = {
        (
            row["conversation_id"].removeprefix("chat:"),
            unquote(row["call_id"]).rsplit("/", 1)[1],
            row["logged_tag"],
        )
        for row in rows
    }
    assert found == wanted
    assert len(found) == 92
