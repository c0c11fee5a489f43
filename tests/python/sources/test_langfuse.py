"""Langfuse: its exports in each shape, and its own tables in place, give the same totals."""

import csv
import json
from decimal import Decimal

import pytest

from orchestration.warehouse.client import connect
from sources.langfuse_project import make_project, to_snake_case
from warehouses import Warehouse

TRACES = 30
MODELS = ["--select", "+int_runs", "+int_tool_calls"]
BY_SOURCE = ["+int_steps__langfuse", "+int_spans__langfuse", "+int_evaluations__langfuse"]


@pytest.fixture(scope="module")
def project():
    return make_project(TRACES)


@pytest.fixture(scope="module")
def exported(project, warehouses):
    """Return a warehouse of exports in four shapes, each with a part of the traces.

    The third part comes twice, a second time in another shape.
    """
    logs = warehouses / "langfuse_logs"
    logs.mkdir()
    parts = [{trace["id"] for trace in project.traces[place::4]} for place in range(4)]

    def records(kind: str, part: int) -> list[dict]:
        key = "id" if kind == "traces" else "traceId"
        return [record for record in getattr(project, kind) if record[key] in parts[part]]

    # From the pages and the API: one array.
    for kind in ("traces", "observations", "scores"):
        (logs / f"{kind}.json").write_text(json.dumps(records(kind, 0), indent=1))
    # From blob storage: lines in snake case, with what the database says of deleted rows.
    for part in (1, 2):
        for kind in ("traces", "observations", "scores"):
            lines = [json.dumps(to_snake_case(record)) for record in records(kind, part)]
            (logs / f"{part}_{kind}.jsonl").write_text("\n".join(lines) + "\n")
    # CSV has nested values as their JSON.
    for kind in ("traces", "observations", "scores"):
        rows = [
            {
                name: json.dumps(value) if isinstance(value, dict | list) else value
                for name, value in record.items()
            }
            for record in records(kind, 2)
        ]
        with (logs / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    # Traces with everything inside.
    whole = [
        trace
        | {
            "observations": [o for o in project.observations if o["traceId"] == trace["id"]],
            "scores": [s for s in project.scores if s["traceId"] == trace["id"]],
        }
        for trace in records("traces", 3)
    ]
    (logs / "whole.jsonl").write_text("\n".join(map(json.dumps, whole)) + "\n")
    (logs / "items.json").write_text(json.dumps(project.dataset_run_items, indent=1))
    warehouse = Warehouse(warehouses / "langfuse", logs)
    warehouse.load()
    warehouse.build(*MODELS, *BY_SOURCE, "--vars", "{sources: [langfuse, litellm]}")
    return warehouse


TOTALS = """
    select
        count() as calls,
        sum(calls.input_tokens) as input_tokens,
        sum(calls.cache_read_tokens) as cache_read_tokens,
        sum(calls.cache_write_5m_tokens + calls.cache_write_1h_tokens) as cache_write_tokens,
        sum(calls.output_tokens) as output_tokens,
        sum(calls.reasoning_tokens) as reasoning_tokens,
        sum(calls.cost_usd) as cost_usd
    from intermediate.int_calls as calls
"""


def assert_totals(warehouse, expected):
    [totals] = warehouse.rows(TOTALS)
    assert abs(totals.pop("cost_usd") - expected["cost_usd"]) < Decimal("1e-9")
    assert totals == {name: value for name, value in expected.items() if name != "cost_usd"}


def test_files_are_recognised(exported):
    assert exported.rows(
        "select source, count() as files, sum(rejected_rows) as rejected from raw.loads "
        "where status = 'loaded' group by source order by source"
    ) == [
        {"source": "langfuse_dataset_run_items", "files": 1, "rejected": 0},
        {"source": "langfuse_observations", "files": 4, "rejected": 0},
        {"source": "langfuse_scores", "files": 4, "rejected": 0},
        {"source": "langfuse_traces", "files": 5, "rejected": 0},
    ]


def test_totals_of_all_shapes(exported, project):
    """Every call once, without counting `total` in addition to its parts, or the agent's copy."""
    assert_totals(exported, project.expected)


def test_own_prices_agree(exported, project):
    [cost] = exported.rows(
        "select sum(if(call_kind = 'tool', reported_cost_usd, computed_cost_usd)) as usd "
        "from intermediate.int_calls"
    )
    assert abs(cost["usd"] - project.expected["cost_usd"]) < Decimal("1e-6")


def test_traces_are_runs(exported, project):
    [runs] = exported.rows(
        "select count() as n, countIf(source = 'langfuse') as own, sum(error_count) as errors, "
        "arraySort(groupUniqArray(workflow_id)) as workflows, uniqExact(user_id) as users, "
        "groupUniqArray(project) as projects, groupUniqArray(environment) as environments "
        "from intermediate.int_runs"
    )
    assert runs == {
        "n": TRACES,
        "own": TRACES,
        "errors": TRACES // 5,
        "workflows": ["support", "triage"],
        "users": 4,
        "projects": ["shop"],
        "environments": ["production"],
    }


def test_sessions_and_experiments(exported):
    [sessions] = exported.rows(
        "select uniqExact(conversation_id) as n from conformed.int_runs__unioned"
    )
    assert sessions["n"] == TRACES // 2
    assert exported.rows(
        "select experiment_name, variant, count() as runs from conformed.int_runs__unioned "
        "where variant != '' group by all order by variant"
    ) == [
        {"experiment_name": "questions", "variant": "prompt v1", "runs": 2},
        {"experiment_name": "questions", "variant": "prompt v2", "runs": 2},
    ]


def test_tools_steps_and_spans(exported, project):
    assert exported.rows(
        "select tool_name, count() as n from conformed.int_tool_calls group by 1"
    ) == [{"tool_name": "find_order", "n": TRACES}]
    assert exported.rows(
        "select step_name, step_kind, count() as n from conformed.int_steps__langfuse group by all"
    ) == [{"step_name": "assistant", "step_kind": "agent", "n": TRACES}]
    assert exported.rows(
        "select count() as n, countIf(parent_span_id = '') as roots "
        "from conformed.int_spans__langfuse"
    ) == [{"n": len(project.observations), "roots": TRACES}]


def test_scores_are_evaluations(exported, project):
    """Only what is known to lie between 0 and 1 is a score; the rest keeps what was said."""
    rows = exported.rows(
        "select evaluation_name, evaluation_kind, score, label, call_id != '' as is_of_call "
        "from conformed.int_evaluations__langfuse where evaluation_name != 'helpful' "
        "order by evaluation_name"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("resolved", "annotation", 1.0, "1", 0),
        ("stars", "score", None, "4", 1),
        ("tone", "annotation", None, "friendly", 0),
    ]
    [helpful] = exported.rows(
        "select count() as n, sum(score) as total from conformed.int_evaluations__langfuse "
        "where evaluation_name = 'helpful' and run_id != ''"
    )
    assert helpful["n"] == TRACES
    assert helpful["total"] == pytest.approx(
        sum(score["value"] for score in project.scores if score["name"] == "helpful")
    )


TABLES = {
    "traces": """
        id String, timestamp DateTime64(3), name String, user_id Nullable(String),
        metadata Map(LowCardinality(String), String), release Nullable(String),
        version Nullable(String),
        project_id String, environment LowCardinality(String) default 'default', public Bool,
        bookmarked Bool, tags Array(String), input Nullable(String), output Nullable(String),
        session_id Nullable(String), created_at DateTime64(3), updated_at DateTime64(3)""",
    "observations": """
        id String, trace_id String, project_id String, environment LowCardinality(String),
        type LowCardinality(String), parent_observation_id Nullable(String),
        start_time DateTime64(3), end_time Nullable(DateTime64(3)), name String,
        metadata Map(LowCardinality(String), String),
        level LowCardinality(String), status_message Nullable(String), version Nullable(String),
        input Nullable(String), output Nullable(String), provided_model_name Nullable(String),
        usage_details Map(LowCardinality(String), UInt64),
        provided_cost_details Map(LowCardinality(String), Decimal64(12)),
        cost_details Map(LowCardinality(String), Decimal64(12)), total_cost Nullable(Decimal64(12)),
        prompt_name Nullable(String), prompt_version Nullable(UInt16), created_at DateTime64(3),
        updated_at DateTime64(3)""",
    "scores": """
        id String, timestamp DateTime64(3), project_id String, trace_id Nullable(String),
        session_id Nullable(String), dataset_run_id Nullable(String),
        observation_id Nullable(String), name String, value Float64, source String,
        comment Nullable(String), data_type String, string_value Nullable(String),
        created_at DateTime64(3), updated_at DateTime64(3)""",
    "dataset_run_items_rmt": """
        id String, project_id String, dataset_run_id String, dataset_item_id String,
        dataset_id String, trace_id String, observation_id Nullable(String),
        dataset_run_name String, created_at DateTime64(3), updated_at DateTime64(3)""",
}


def test_the_tables_in_place(project, warehouses):
    """Langfuse's own tables: rows yet to be merged count once, deleted ones not at all."""
    warehouse = Warehouse(warehouses / "langfuse_in_place", warehouses)
    with warehouse.selected(), connect() as client:
        client.command("create database langfuse")
        for table, columns in TABLES.items():
            client.command(
                f"create table langfuse.{table} ({columns}, event_ts DateTime64(3), "
                "is_deleted UInt8) engine = ReplacingMergeTree(event_ts, is_deleted) "
                "order by (project_id, id)"
            )
            # Parts that are not merged, as on a server between two merges.
            client.command(f"system stop merges langfuse.{table}")
            records = getattr(project, table.removesuffix("_rmt"))
            rows = [to_snake_case(record) | {"project_id": "shop"} for record in records]
            final = [row | {"event_ts": "2026-06-01 00:00:02", "is_deleted": 0} for row in rows]
            draft = [
                row | {"event_ts": "2026-06-01 00:00:01", "is_deleted": 0, "name": "draft"}
                for row in rows
            ]
            gone = [
                row
                | {
                    "id": f"gone-{version}",
                    "event_ts": f"2026-06-01 00:00:0{1 + deleted}",
                    "is_deleted": deleted,
                }
                for version, row in enumerate(rows[:3])
                for deleted in (0, 1)
            ]
            for batch in (final, draft + gone[::2], gone[1::2]):
                lines = "\n".join(json.dumps(row, default=str) for row in batch)
                client.raw_insert(
                    f"langfuse.{table}",
                    None,
                    lines.encode(),
                    fmt="JSONEachRow",
                    settings={
                        "input_format_skip_unknown_fields": 1,
                        "input_format_json_read_objects_as_strings": 1,
                        "input_format_null_as_default": 1,
                    },
                )
    warehouse.build(
        *MODELS, *BY_SOURCE, "--vars", "{sources: [langfuse], langfuse_database: langfuse}"
    )
    assert_totals(warehouse, project.expected)
    assert warehouse.rows(
        "select count() as n, countIf(workflow_id = 'draft') as drafts from intermediate.int_runs"
    ) == [{"n": TRACES, "drafts": 0}]
    assert warehouse.rows("select count() as n from conformed.int_evaluations__langfuse") == [
        {"n": len(project.scores)}
    ]
