"""Tools whose logs are translated: every call once, every token, each with its tool's name.

One warehouse holds the logs of all of them, so none is taken for another's. What it computes as
costs is checked by an own reading of the price book in Python.
"""

import csv
from collections import Counter
from decimal import Decimal

import pytest

from orchestration import settings
from orchestration.loading import load
from orchestration.loading.sources import SOURCES
from reference.priced_calls import PRICED_CALLS, compare
from reference.prices import PriceBook
from sources import tool_logs
from sources.tool_writers import WRITERS
from warehouses import Warehouse

# A tool whose records come in two shapes has a source for each.
SOURCES_OF = {
    "aider": ("aider", "aider_history"),
    "copilot": ("copilot_cli", "copilot_cli_events", "copilot_cli_spans"),
    "cline": ("cline", "cline_cli"),
}
BUILD = (
    "--select",
    "+fct_calls",
    "+run_analytics",
    "+fct_tool_calls",
    "+mart_data_issues",
)
CALLS = """
    select
        model,
        input_tokens,
        cache_read_tokens,
        output_tokens,
        if(cost_source = 'reported', toString(cost_usd), null) as cost
    from marts.fct_calls
    where source in {sources}
"""


@pytest.fixture(scope="module")
def tools(warehouses, tmp_path_factory):
    logs = tmp_path_factory.mktemp("tools")
    warehouse = Warehouse(warehouses / "tools", logs)
    expected = {tool: write(logs) for tool, write in WRITERS.items()}
    with warehouse.selected():
        report = load([logs])
    warehouse.build(*BUILD)
    yield warehouse, expected, report
    for database in tool_logs.RUNNING:
        database.close()


def as_counted(calls):
    """Return calls as a bag; costs by their value, however they are written."""
    return Counter(
        (*call[:-1], None if call[-1] is None else Decimal(call[-1]).normalize()) for call in calls
    )


@pytest.mark.parametrize("tool", WRITERS)
def test_every_call_of_a_tool_counts_once(tools, tool):
    warehouse, expected, _ = tools
    sources = SOURCES_OF.get(tool, (tool,))
    rows = warehouse.rows(CALLS.format(sources=str(sources).replace(",)", ")")))

    assert as_counted(tuple(row.values()) for row in rows) == as_counted(expected[tool])


def test_nothing_is_rejected_or_taken_for_another(tools):
    _, _, report = tools
    names = {name for tool in WRITERS for name in SOURCES_OF.get(tool, (tool,))}

    assert [file.message for file in report.files if file.status == "failed"] == []
    assert sum(file.rejected_rows for file in report.files) == 0
    assert {file.source for file in report.files if file.status == "loaded"} == names
    # Reports of providers are in test_usage_reports.
    translated = {
        source.name
        for source in SOURCES
        if source.translator and source.entity != "generic_usage_reports"
    }
    assert translated == names, "a tool that is translated has its example here"


def test_spoken_tokens_have_a_price_of_their_own(tools):
    warehouse, _, _ = tools
    [units] = warehouse.rows(
        "select distinct usage_units from intermediate.int_calls "
        "where source = 'vertex' and input_tokens > 0"
    )

    amounts = {name: float(amount) for name, amount in units["usage_units"].items()}
    assert amounts == {"audio_input_tokens": 150, "audio_cache_read_tokens": 50}


def test_every_tool_has_its_place_among_the_logs_of_one_call():
    with (settings.project_dir() / "seeds" / "source_precedence.csv").open() as seed:
        ranked = {row["source"] for row in csv.DictReader(seed)}

    assert {name for tool in WRITERS for name in SOURCES_OF.get(tool, (tool,))} <= ranked


def test_a_file_without_usage_is_said_to_have_none(tools):
    """What Copilot's store has of a session, its events do not bring again."""
    _, _, report = tools
    files = {
        session: file
        for file in report.files
        for session in ("cop-2", "cop-4")
        if f"copilot-with-store/session-state/{session}" in file.path
    }

    assert {(file.status, file.source) for file in files.values()} == {
        ("empty", "copilot_cli_events")
    }
    assert files["cop-2"].message.endswith("copilot-with-store/session-store.db.")
    assert files["cop-4"].message.endswith("copilot-with-store/otel/copilot.jsonl.")
    # The file of an OpenCode message that its database has, too.
    assert report.without_usage == {"copilot_cli_events": 2, "opencode": 1}


def test_tools_are_called_once_with_their_results(tools):
    """A result that is logged later, a fork and a message that is written again add none."""
    warehouse, _, _ = tools
    rows = warehouse.rows(
        "select source, tool_name, is_error, duration_ms from marts.fct_tool_calls"
    )

    assert Counter((row["source"], row["tool_name"], row["is_error"]) for row in rows) == {
        ("amp", "grep", False): 2,
        ("cline", "readFile", False): 1,
        ("copilot_cli", "bash", True): 1,
        ("copilot_cli_events", "bash", True): 1,
        ("droid", "Execute", False): 1,
        ("gemini_cli", "ls", False): 1,
        ("goose", "shell", True): 1,
        ("kimi", "Bash", False): 2,
        ("kimi", "Glob", True): 1,
        ("langsmith", "search", True): 1,
        ("opencode", "bash", False): 1,
        ("phoenix", "find", False): 1,
        ("pi", "read", True): 1,
        ("pi", "read", False): 1,
        ("qwen_code", "edit", True): 1,
    }
    durations = {row["source"]: row["duration_ms"] for row in rows if row["duration_ms"]}
    assert durations["opencode"] == 70
    assert durations["copilot_cli_events"] == 60_000
    assert durations["goose"] == 3000


def test_counts_that_cannot_be_read_are_data_issues(tools):
    warehouse, _, _ = tools
    rows = warehouse.rows(
        "select source, line_number, rule, logged_value, handling from marts.mart_data_issues "
        "where source = 'cline'"
    )

    shared = {"source": "cline", "rule": "is no whole number from 0", "handling": "unknown"}
    assert sorted(rows, key=lambda row: row["logged_value"]) == [
        {**shared, "line_number": 6, "logged_value": value} for value in ("-5", "many")
    ]


def test_sub_agents_are_below_their_session(tools):
    warehouse, _, _ = tools
    rows = warehouse.rows(
        "select run_id, parent_run_id from marts.run_analytics where parent_run_id != ''"
    )

    assert {(row["run_id"], row["parent_run_id"]) for row in rows} >= {
        ("gemini_cli:gem-sub", "gemini_cli:gem-main"),
        ("qwen_code:q2/scout", "qwen_code:q2"),
        ("opencode:ses_file", "opencode:ses_db"),
        ("kimi:session_2/scout", "kimi:session_2"),
    }


def test_runs_know_their_project(tools):
    warehouse, _, _ = tools
    rows = warehouse.rows(
        "select distinct source, project from marts.run_analytics where project != ''"
    )
    projects = {row["source"]: row["project"] for row in rows}

    for tool in ("gemini_cli", "qwen_code", "opencode", "copilot_cli", "pi", "droid", "goose"):
        assert projects[tool] == "shop", tool


def test_a_copy_is_the_run_s_that_made_the_call(tools):
    warehouse, _, _ = tools
    rows = warehouse.rows("select kept_run_id, run_id, reason from intermediate.int_call_copies")
    kept = {(row["run_id"], row["kept_run_id"]) for row in rows}

    assert ("qwen_code:q2", "qwen_code:q1") in kept
    assert ("pi:s2", "pi:s1") in kept
    assert ("opencode:ses_fork", "opencode:ses_db") in kept


def test_costs_are_what_python_reads_from_the_price_book(tools):
    warehouse, _, _ = tools
    seed = settings.project_dir() / "seeds" / "model_prices.csv"
    compared = compare(PriceBook(seed), warehouse.rows(PRICED_CALLS))

    assert compared.differing == []
    assert compared.not_compared == []


def test_loading_again_changes_nothing(tools):
    warehouse, _, _ = tools
    with warehouse.selected():
        again = load([warehouse.logs])

    assert {file.status for file in again.files} <= {"unchanged", "skipped", "empty"}
