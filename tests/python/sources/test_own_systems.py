"""Logs of documents C, D and E and of the Codex CLI, from files to conformed rows.

Expected totals are counted while the files are written.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration import settings
from sources.chat_logs import write_chat
from sources.codex_logs import write_codex
from sources.orchestrator_logs import write_orchestrator
from sources.pipeline_logs import write_pipelines
from sources.totals import Totals, call_totals

WRITERS = {
    "chat": write_chat,
    "codex": write_codex,
    "orchestrator": write_orchestrator,
    "pipelines": write_pipelines,
}
CONFORMED = {
    path.stem: path.parts[-3]
    for path in (settings.project_dir() / "models" / "conformed").glob("*/int_*__*.sql")
    if path.stem.split("__")[1] in WRITERS
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> tuple[Path, dict[str, Totals]]:
    """Write the logs of every source, and return what they hold."""
    folder = tmp_path_factory.mktemp("own_systems")
    return folder, {source: write(folder / source) for source, write in WRITERS.items()}


@pytest.fixture(scope="module")
def warehouse(expected, warehouses):
    """Return a warehouse of all of them, loaded without naming sources."""
    from warehouses import EVERY_SOURCE, Warehouse

    made = Warehouse(warehouses / "own_systems", expected[0])
    made.load()
    wanted = ("int_runs", "int_evaluations", *CONFORMED)
    made.build("--select", *(f"+{model}" for model in wanted), *EVERY_SOURCE)
    return made


def one(warehouse, sql: str) -> dict:
    """Return the only row of a query."""
    [row] = warehouse.rows(sql)
    return row


def counts(warehouse, sql: str) -> dict:
    """Return the counts of a query by what is counted."""
    return {row["name"]: row["count"] for row in warehouse.rows(sql)}


@pytest.mark.parametrize("source", WRITERS)
def test_calls_add_up_to_what_was_written(warehouse, expected, source):
    """R003, R107: calls, input, cached and output tokens and reported cost, each counted once."""
    written = expected[1][source]
    found = call_totals(warehouse, source)
    for name in ("calls", "input_tokens", "cached_tokens", "output_tokens", "reported_cost_usd"):
        assert getattr(found, name) == getattr(written, name), name


@pytest.mark.parametrize("source", WRITERS)
def test_every_run_is_one(warehouse, expected, source):
    found = one(
        warehouse,
        "select countIf(is_completed) as runs, uniqExact(run_id) = count() as is_unique, "
        "countIf(workflow_id = '') as nameless from intermediate.int_runs "
        f"where source = '{source}'",
    )
    assert found == {"runs": expected[1][source].runs, "is_unique": 1, "nameless": 0}


@pytest.mark.parametrize("model", CONFORMED)
def test_every_row_is_found_by_its_run_key(warehouse, model):
    """A row under another key than its record's would be in no incremental build."""
    found = one(
        warehouse,
        "select count() as row_count, countIf((source, run_key) not in ("
        "select source, run_key from conformed.int_run_versions)) as lost "
        f"from conformed.{model}",
    )
    assert found["row_count"] > 0
    assert found["lost"] == 0


def test_no_line_was_rejected(warehouse):
    assert one(warehouse, "select count() as lines from raw.rejected_lines") == {"lines": 0}


def test_orchestrator_modes_and_quality(warehouse, expected):
    """R046, R047, R107: runs by mode, QA status in either place, none as `not_run`."""
    written = expected[1]["orchestrator"].counts
    assert counts(
        warehouse,
        "select mode as name, count() as count from conformed.int_runs__orchestrator group by 1",
    ) == {mode: written[mode] for mode in ("2loop", "3loop")}
    assert counts(
        warehouse,
        "select concat('qa_', label) as name, count() as count "
        "from conformed.int_evaluations__orchestrator group by name",
    ) == {name: count for name, count in written.items() if name.startswith("qa_")}
    assert counts(
        warehouse,
        "select project as name, min(score) as count "
        "from conformed.int_evaluations__orchestrator as qa "
        "inner join conformed.int_runs__orchestrator as runs using (run_id) group by name",
    ).keys() == {"contafuel_marketing", "blog"}


def test_the_latest_state_of_each_job_counts(warehouse, expected):
    """R045, R107: a list of jobs and, loaded after it, an older copy that maps them by id."""
    written = expected[1]["orchestrator"].counts
    assert counts(
        warehouse,
        "select concat('jobs_', status) as name, count() as count "
        "from conformed.int_jobs__orchestrator group by name",
    ) == {name: count for name, count in written.items() if name.startswith("jobs_")}


def test_pipeline_steps_and_failures(warehouse, expected):
    """R064, R073, R079: every stage a step, failures by error type, organisations."""
    written = expected[1]["pipelines"].counts
    steps = one(
        warehouse,
        "select countIf(step_kind != 'execution') as stages, "
        "countIf(step_kind = 'execution') as outside from conformed.int_steps__pipelines",
    )
    assert steps == {"stages": written["stages"], "outside": written["failures_outside_stages"]}
    assert counts(
        warehouse,
        "select concat('failed_', error_type) as name, uniqExact(run_id) as count "
        "from conformed.int_steps__pipelines where is_error group by name",
    ) == {name: count for name, count in written.items() if name.startswith("failed_")}
    assert counts(
        warehouse,
        "select organization_id as name, count() as count "
        "from conformed.int_runs__pipelines group by name",
    ) == {"acme": 25, "default": 25}


def test_codex_turns_take_the_model_of_their_context(warehouse, expected):
    """A re-sent count, a re-saved file and the copy in a fork are no turns of their own."""
    written = expected[1]["codex"].counts
    assert counts(
        warehouse,
        "select model as name, count() as count from intermediate.int_calls "
        "where source = 'codex' group by name",
    ) == {model: written[model] for model in ("gpt-5", "gpt-5-codex")}
    found = one(
        warehouse,
        "select sum(reasoning_tokens) as reasoning, countIf(cost_usd is null) as unpriced, "
        "sum(input_tokens) = sum(uncached_input_tokens + cache_read_tokens) as adds_up "
        "from intermediate.int_calls where source = 'codex'",
    )
    assert found == {"reasoning": written["reasoning_tokens"], "unpriced": 0, "adds_up": 1}
    tools = one(
        warehouse,
        "select count() as tool_calls, countIf(is_error) as failed_tool_calls "
        "from conformed.int_tool_calls__codex",
    )
    assert tools == {name: written[name] for name in tools}


def test_chat_evaluations(warehouse, expected):
    """R081, R085, R088, R089, R097: stars, verdicts and tags as last given; judgments."""
    written = expected[1]["chat"].counts
    found = one(
        warehouse,
        "select countIf(evaluation_kind = 'rating') as ratings, "
        "toUInt64(sumIf(toInt64OrZero(label), evaluation_kind = 'rating')) as rating_sum, "
        "countIf(evaluation_kind = 'success') as verdicts, "
        "countIf(evaluation_kind = 'success' and score = 1) as successes, "
        "sum(length(failure_tags)) as tags, "
        "countIf(evaluation_kind = 'benchmark_judgment') as judgments, "
        "countIf(evaluation_kind = 'benchmark_judgment' and score = 1) as passed_judgments "
        "from conformed.int_evaluations__chat",
    )
    assert found == {name: written[name] for name in found}
    orphans = one(
        warehouse,
        "select countIf(call_id not in (select call_id from intermediate.int_calls)) as orphans "
        "from intermediate.int_evaluations where source = 'chat'",
    )
    assert orphans == {"orphans": 0}


def test_chat_conversations_tools_spans_and_models(warehouse, expected):
    """R080, R082, R083, R084: messages, A/B groups, tools, the tree of spans, training methods."""
    written = expected[1]["chat"].counts
    found = one(
        warehouse,
        "select count() as conversations, sum(message_count) as messages "
        "from conformed.int_conversations__chat",
    )
    assert found == {name: written[name] for name in found}
    tools = one(
        warehouse,
        "select count() as tool_calls, countIf(is_error) as failed_tool_calls "
        "from conformed.int_tool_calls__chat",
    )
    assert tools == {name: written[name] for name in tools}
    errors = "select countIf(is_error) as errors from intermediate.int_calls where source = 'chat'"
    assert one(warehouse, errors) == {"errors": written["errors"]}
    spans = one(
        warehouse,
        "select count() as spans, countIf(duration_ms is null) as open, "
        "countIf(parent_span_id != '' and parent_span_id not in ("
        "select span_id from conformed.int_spans__chat)) as orphans "
        "from conformed.int_spans__chat",
    )
    assert spans == {"spans": written["spans"], "open": 0, "orphans": 0}
    assert counts(
        warehouse,
        "select training_method as name, count() as count "
        "from conformed.int_models__chat group by name",
    ) == {"base": 2, "dpo": 1}
    variants = counts(
        warehouse,
        "select variant as name, count() as count from conformed.int_runs__unioned "
        "where source = 'chat' and experiment_name = 'short answers' group by name",
    )
    assert variants.keys() == {"group-a", "group-b"}


def test_ten_messages_cost_what_the_document_computes(warehouse):
    """R086, R108: input_tokens/1000 * input price + output_tokens/1000 * output price."""
    prices = {"gpt-4o-mini": ("0.00015", "0.0006"), "claude-sonnet-4-5": ("0.003", "0.015")}
    calls = warehouse.rows(
        "select model, input_tokens, output_tokens, cost_usd from intermediate.int_calls "
        f"where source = 'chat' and model in {tuple(prices)} order by call_id limit 10"
    )
    assert len(calls) == 10
    for call in calls:
        input_price, output_price = map(Decimal, prices[call["model"]])
        tokens = Decimal(call["input_tokens"]), Decimal(call["output_tokens"])
        assert call["cost_usd"] == tokens[0] / 1000 * input_price + tokens[1] / 1000 * output_price


def test_loading_the_files_in_another_order_changes_nothing(warehouse, expected):
    """A second load of everything, file by file in reverse, is unchanged files only."""
    from orchestration.loading import load

    files = sorted((path for path in expected[0].rglob("*") if path.is_file()), reverse=True)
    with warehouse.selected():
        report = load(files)
    assert {file.status for file in report.files} == {"unchanged"}


def test_a_source_that_is_switched_off_is_not_built(empty_warehouse):
    """Var `sources`: its models and their tests are gone, and nothing refers to them."""
    from warehouses import FEW_SOURCES

    warehouse = empty_warehouse("few_sources")
    done = warehouse.run_dbt("--quiet", "parse", *FEW_SOURCES, variables=FEW_SOURCES[1])
    assert done.success, done.exception
    names = {node.name for node in done.result.nodes.values()}
    assert "stg_generic__calls" in names
    assert not names & set(CONFORMED)
