"""Logs of every source in one folder, loaded without naming any, in one warehouse.

Expected totals are counted while the files are written; every data test of the project passes.
"""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.demo import generate
from sources.chat_logs import write_chat
from sources.codex_logs import write_codex
from sources.langfuse_project import make_project
from sources.litellm_requests import call_everything, spend_row
from sources.orchestrator_logs import write_orchestrator
from sources.otel_spans import Recorder
from sources.pipeline_logs import write_pipelines
from sources.totals import Totals, call_totals
from warehouses import EVERY_SOURCE, Warehouse

NUMBERS = ("calls", "input_tokens", "cached_tokens", "output_tokens", "reported_cost_usd")


def write_lines(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def money(spend: float) -> Decimal:
    """Return a float as money: to 12 places, as costs are kept."""
    return Decimal(str(spend)).quantize(Decimal("1e-12"))


def write_langfuse(folder: Path) -> Totals:
    project = make_project(10)
    folder.mkdir()
    for kind in ("traces", "observations", "scores", "dataset_run_items"):
        (folder / f"{kind}.json").write_text(json.dumps(getattr(project, kind)))
    counted = project.expected
    return Totals(
        calls=counted["calls"],
        input_tokens=counted["input_tokens"],
        cached_tokens=counted["cache_read_tokens"],
        output_tokens=counted["output_tokens"],
        reported_cost_usd=counted["cost_usd"],
    )


def write_gateway_and_spans(folder: Path) -> dict[str, Totals]:
    """Write what the gateway logged, and a span of one of its requests and one of another."""
    logged, counted = call_everything()
    rows = [spend_row(*event) for event in logged.events]
    write_lines(folder / "spend_logs.jsonl", rows)
    gateway = Totals(
        calls=counted.requests,
        input_tokens=counted.input_tokens,
        cached_tokens=counted.cache_read_tokens,
        output_tokens=counted.output_tokens,
        reported_cost_usd=sum((money(row["spend"]) for row in rows), Decimal(0)),
    )

    seen = next(row for row in rows if row["call_type"].endswith("completion") and row["spend"] > 0)
    recorder = Recorder("shop")
    for model, response, tokens in (
        (seen["model"], seen["request_id"], seen),
        ("gpt-4o", "chatcmpl-of-nobody-else", {"prompt_tokens": 900, "completion_tokens": 10}),
    ):
        recorder.call(
            "chat",
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": model,
                "gen_ai.response.id": response,
                "gen_ai.usage.input_tokens": tokens["prompt_tokens"],
                "gen_ai.usage.output_tokens": tokens["completion_tokens"],
            },
            model=model,
        )
    write_lines(folder / "spans.jsonl", [recorder.document()])

    # The span is kept, since it knows the trace; what the gateway says it cost goes with it.
    spans = Totals()
    spans.add_call(seen["prompt_tokens"], seen["completion_tokens"], cost=money(seen["spend"]))
    spans.add_call(900, 10)
    gateway.calls -= 1
    gateway.input_tokens -= seen["prompt_tokens"]
    gateway.output_tokens -= seen["completion_tokens"]
    gateway.reported_cost_usd -= money(seen["spend"])
    usage = json.loads(seen["metadata"]).get("usage_object") or {}
    gateway.cached_tokens -= (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return {"litellm": gateway, "otel": spans}


def write_generic(folder: Path) -> Totals:
    totals = Totals()
    rows = []
    for number in range(20):
        rows.append(
            {
                "called_at": (
                    datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=number)
                ).isoformat(),
                "model": "gpt-4o-mini",
                "input_tokens": 100 + number,
                "output_tokens": number,
            }
        )
        totals.add_call(100 + number, number)
    write_lines(folder / "anyone.jsonl", rows)
    return totals


def write_claude_code(folder: Path) -> Totals:
    usage = {"input_tokens": 3, "cache_read_input_tokens": 1000, "output_tokens": 40}
    line = {
        "type": "assistant",
        "sessionId": "5d0c0f1e-0000-4000-8000-000000000001",
        "cwd": "/src/shop",
        "timestamp": "2026-05-01T10:00:00.000Z",
        "requestId": "req_1",
        "message": {
            "id": "msg_of_a_transcript",
            "role": "assistant",
            "model": "claude-sonnet-4-5-20250929",
            "usage": usage,
        },
    }
    # A line per content block repeats the usage.
    write_lines(folder / "session.jsonl", [line | {"uuid": str(block)} for block in range(3)])
    totals = Totals()
    totals.add_call(1003, 40, cached_tokens=1000)
    return totals


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> tuple[Path, dict[str, Totals]]:
    """Write logs in each format, and return what they hold by source."""
    folder = tmp_path_factory.mktemp("every_source")
    totals = {
        "chat": write_chat(folder / "chat"),
        "codex": write_codex(folder / "codex"),
        "orchestrator": write_orchestrator(folder / "orchestrator"),
        "pipelines": write_pipelines(folder / "pipelines"),
        "langfuse": write_langfuse(folder / "langfuse"),
        "generic": write_generic(folder / "generic"),
        "claude_code": write_claude_code(folder / "claude_code"),
        **write_gateway_and_spans(folder / "gateway"),
    }
    generate(folder / "cascade", days=14, workflows=58, scale=0.1)
    return folder, totals


@pytest.fixture(scope="module")
def warehouse(expected, warehouses) -> Warehouse:
    """Return the warehouse that they were loaded into."""
    made = Warehouse(warehouses / "every_source", expected[0])
    made.load()
    made.build(*EVERY_SOURCE)
    return made


def test_calls_of_each_source_add_up(warehouse, expected):
    """R003, R080: calls, tokens and reported cost per source equal what was written."""
    for source, written in expected[1].items():
        found = call_totals(warehouse, source)
        for name in NUMBERS:
            assert getattr(found, name) == getattr(written, name), (source, name)


def test_every_source_is_there(warehouse):
    [row] = warehouse.rows("select groupUniqArray(source) as sources from marts.fct_calls")
    project = (settings.project_dir() / "dbt_project.yml").read_text(encoding="utf-8")
    listed = project.partition("  sources: [")[2].partition("]")[0]
    assert sorted(row["sources"]) == sorted(listed.split(", "))


def test_a_call_seen_twice_is_counted_once(warehouse):
    [merge] = warehouse.rows(
        "select source, kept_source, matched_id from marts.mart_merged_calls where not is_copy"
    )
    assert (merge["source"], merge["kept_source"]) == ("litellm", "otel")
    assert merge["matched_id"].startswith("response:")


def test_every_test_of_dbt_holds(warehouse):
    """Money reconciles, keys are unique, no call is lost: over all sources at once; unit tests."""
    done = warehouse.run_dbt("--quiet", "test", "--threads", "4")
    failed = [r.node.name for r in done.result if r.status not in ("pass", "success")]
    assert not failed, failed
    kinds = Counter(result.node.resource_type for result in done.result)
    assert min(kinds["test"], kinds["unit_test"]) > 50, kinds
