"""The company's other logs: the same whatever else is written, and listed in the truth table."""

import csv
import gzip
import hashlib
from collections import Counter
from decimal import Decimal

import pytest

from demo.small import call_cost
from orchestration.demo import DEMO_SOURCES, generate
from orchestration.demo.catalogue import MINIMUM_WORKFLOWS
from orchestration.demo.company.prices import Tokens, cost_of
from orchestration.demo.company.truth import TRUTH_COLUMNS
from orchestration.errors import BadInputError

CASCADE_TABLES = ("unified_logs", "cascade_sessions", "prompt_lineage")
TINY = {"days": 21, "workflows": MINIMUM_WORKFLOWS, "scale": 0.2}
KINDS = ("total", "duplicate", "discrepancy", "effect", "fault", "saving", "budget")
# Of the cascades' lines and labels with these arguments: many tests count what is in them.
CASCADES = "fbbe2804f07b0b907520bd2de41189a093e7035d325ac5e7b76ae3af9c1921d1"


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("everything"), **TINY, sources=DEMO_SOURCES)


def contents(report):
    return {path.relative_to(report.logs).as_posix(): path.read_bytes() for path in report.files}


def facts(report):
    with report.truth.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(report, source, metric):
    [fact] = [fact for fact in facts(report) if fact["fact_id"] == f"total/{source}/{metric}"]
    return Decimal(fact["logged_value"])


@pytest.mark.parametrize("source", DEMO_SOURCES)
def test_a_source_is_the_same_alone(everything, tmp_path, source):
    alone = contents(generate(tmp_path, **TINY, sources=[source]))
    folders = CASCADE_TABLES if source == "cascade" else (source,)
    whole = contents(everything)
    assert alone == {name: whole[name] for name in whole if name.split("/")[0] in folders}
    assert alone


def test_the_cascades_do_not_move(everything):
    lines = hashlib.sha256(everything.labels.read_bytes())
    for name, content in sorted(contents(everything).items()):
        if name.split("/")[0] in CASCADE_TABLES:
            lines.update(gzip.decompress(content))
    assert lines.hexdigest() == CASCADES


def test_a_later_demo_takes_only_its_own_files_away(tmp_path):
    generate(tmp_path, **TINY, sources=["chat", "codex"])
    report = generate(tmp_path, **TINY, sources=["codex"])
    assert sorted(path for path in report.logs.rglob("*.*")) == sorted(report.files)
    mine = report.logs / "codex" / "mine.jsonl"
    mine.write_text("{}")
    with pytest.raises(BadInputError, match=r"mine\.jsonl"):
        generate(tmp_path, **TINY, sources=["codex"])
    assert mine.exists()


def test_an_unknown_source_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="choose from cascade, chat"):
        generate(tmp_path, **TINY, sources=["carrier pigeons"])
    assert not list(tmp_path.iterdir())


def test_the_truth_table_names_each_fact_once(everything):
    rows = facts(everything)
    assert tuple(rows[0]) == TRUTH_COLUMNS
    assert max(Counter(row["fact_id"] for row in rows).values()) == 1
    assert {row["source"] for row in rows} == set(DEMO_SOURCES)
    kinds = Counter(row["kind"] for row in rows)
    assert set(kinds) == {
        *("total", "duplicate", "discrepancy"),
        *("effect", "fault", "saving", "budget"),
    }
    for row in rows:
        assert row["injected_value"] or row["logged_value"], row
        assert row["starts_at"] <= row["ends_at"]


def test_totals_of_the_cascades_are_those_of_their_lines(faulty):
    """R003: counted from the files again; what was delivered twice counts once."""
    calls = [row for row in faulty.records("unified_logs") if row["model"]]
    report = faulty.report
    assert total(report, "cascade", "call_count") == len(calls)
    assert total(report, "cascade", "run_count") == len({row["session_id"] for row in calls})
    assert total(report, "cascade", "input_tokens") == sum(row["tokens_in"] for row in calls)
    assert float(total(report, "cascade", "cost_usd")) == pytest.approx(sum(map(call_cost, calls)))


def test_faults_of_the_cascades_count_their_labels(faulty):
    labels = Counter(label["fault_id"] for label in faulty.labels if label["run_id"])
    found = {
        fact["fact_id"].removeprefix("fault/cascade/"): int(fact["logged_value"])
        for fact in facts(faulty.report)
        if fact["kind"] == "fault"
    }
    assert {name: count for name, count in found.items() if count} == labels
    assert "missing_day/1" in found


def test_list_prices_by_hand():
    tokens = Tokens(1_000_000, 2_000_000, 100_000, 10_000, 1000)
    cost = cost_of("claude-sonnet-4-5-20250929", tokens)
    assert cost == Decimal("3") + Decimal("0.6") + Decimal("0.375") + Decimal("0.06") + Decimal(
        "0.015"
    )
    assert tokens.input == 3_110_000
