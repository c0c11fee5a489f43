"""K15: a call that several logs hold counts once, with the run that made it, in any order."""

from collections import defaultdict
from datetime import UTC
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.loading import unload
from reference.claude_code import read_claude_code
from reference.codex import read_codex
from reference.prices import PriceBook
from sources import copied_claude_calls, copied_codex_calls
from warehouses import Warehouse

SOURCES = ("--vars", "{sources: [claude_code, codex, otel]}")
SELECTION = ("--select", "+fct_calls", "+mart_merged_calls", "+int_runs", "+fct_tool_calls")


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> tuple[Path, dict[str, dict[str, list[int]]]]:
    """Write all scenarios: copies into a folder that is loaded before the one of the originals."""
    folder = tmp_path_factory.mktemp("copied_calls")
    owned = {}
    for module in (copied_claude_calls, copied_codex_calls):
        for scenario in module.SCENARIOS:
            name = scenario.__name__
            (folder / "early" / name).mkdir(parents=True)
            (folder / "late" / name).mkdir(parents=True)
            owned[name] = scenario(folder / "early" / name, folder / "late" / name)
    return folder, owned


@pytest.fixture(scope="module")
def warehouse(logs, warehouses) -> tuple[Warehouse, list[dict[str, list[str]]]]:
    """Return a warehouse built after each load, after a removal and in full, and all its states."""
    folder, _ = logs
    made = Warehouse(warehouses / "copied_calls", folder)
    states = []
    for part in ("early", "late"):
        made.load(folder / part)
        made.build(*SELECTION, *SOURCES)
        states.append(made.contents("marts"))
    with made.selected():
        unload([folder / "late"])
    made.build(*SELECTION, *SOURCES)
    states.append(made.contents("marts"))
    made.load(folder / "late")
    made.build(*SELECTION, *SOURCES)
    states.append(made.contents("marts"))
    made.build(*SELECTION, *SOURCES, "--full-refresh")
    states.append(made.contents("marts"))
    return made, states


@pytest.fixture(scope="module")
def calls(warehouse) -> dict[str, list[int]]:
    """Return by run what names its calls: the cache reads, or the input of Codex."""
    found = defaultdict(list)
    for row in warehouse[0].rows(
        "select run_id, if(source = 'codex', input_tokens, cache_read_tokens) as name "
        "from marts.fct_calls"
    ):
        found[row["run_id"]].append(row["name"])
    return {run: sorted(names) for run, names in found.items()}


@pytest.mark.parametrize(
    "name",
    [s.__name__ for s in (*copied_claude_calls.SCENARIOS, *copied_codex_calls.SCENARIOS)],
)
def test_every_call_is_its_own_runs(logs, calls, name):
    owned = logs[1][name]
    assert {run: calls.get(run, []) for run in owned} == owned


def test_no_call_is_anybody_elses(logs, calls):
    assert set(calls) == {run for owned in logs[1].values() for run in owned}


def test_any_order_of_loads_gives_the_same(warehouse):
    """R042: copies before originals, originals taken away and brought back, all at once."""
    first, both, without, again, full = warehouse[1]
    assert first == without
    for table, rows in full.items():
        assert both[table] == again[table] == rows, table
    assert len(full["marts.fct_calls"]) > len(first["marts.fct_calls"]) > 30


def test_copies_are_shown_with_a_reason(warehouse):
    rows = warehouse[0].rows("select * from marts.mart_merged_calls")
    assert len(rows) > 20
    for row in rows:
        assert row["is_copy"]
        assert row["source"] == row["kept_source"]
        assert "copy" in row["kept_reason"] or "ends first" in row["kept_reason"]


def test_an_independent_reading_agrees(logs, warehouse):
    """Calls, tokens and costs of the reference, which knows nothing of the SQL."""
    book = PriceBook(settings.project_dir() / "seeds" / "model_prices.csv")
    runs = [*read_claude_code(logs[0], book), *read_codex(logs[0], book)]
    expected = sorted(
        (run.run_id, str(call.called_at), call.total_input, call.tokens.output, call.cost)
        for run in runs
        for call in run.calls
    )
    found = sorted(
        (
            row["run_id"],
            str(row["called_at"].replace(tzinfo=UTC)),
            row["input_tokens"],
            row["output_tokens"],
            row["cost_usd"],
        )
        for row in warehouse[0].rows("select * from marts.fct_calls")
    )
    assert found == expected
