"""However logs arrive, they end in the same marts: design rule 2, R042, K2."""

import gzip
import random
from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.demo import generate

LOADS = 10
# The ledger's own mart tells how the logs arrived, so it alone may differ.
ABOUT_LOADING = "mart_source_loads"


def lines_by_table(logs: Path) -> dict[str, list[str]]:
    """Return the distinct lines of each log table, in order."""
    lines: dict[str, dict[str, None]] = defaultdict(dict)
    for file in sorted(logs.rglob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as text:
            lines[file.parent.name].update(dict.fromkeys(text))
    return {table: list(rows) for table, rows in lines.items()}


def marts(warehouse) -> dict[str, list[str]]:
    """Return every row of every mart, as text, sorted."""
    tables = warehouse.rows(
        f"select name from system.tables where database = 'marts' and name != '{ABOUT_LOADING}'"
    )
    return {
        table["name"]: [
            row["line"]
            for row in warehouse.rows(
                f"select formatRowNoNewline('JSONEachRow', *) as line from marts.{table['name']} "
                "order by line"
            )
        ]
        for table in tables
    }


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> Path:
    """Return a few weeks of small demo logs."""
    report = generate(tmp_path_factory.mktemp("logs"), days=21, workflows=58, scale=0.15)
    return report.logs


def test_ten_shuffled_loads_with_a_build_after_each_equal_one_load(logs, make_warehouse, tmp_path):
    """R042, K2: shuffled, split in ten, some lines twice — the same marts, row for row."""
    at_once = make_warehouse("at_once", logs)

    shuffle = random.Random(3)
    for table, lines in lines_by_table(logs).items():
        shuffle.shuffle(lines)
        repeated = shuffle.sample(lines, len(lines) // 20)
        for part in range(LOADS):
            folder = tmp_path / f"load_{part}"
            folder.mkdir(exist_ok=True)
            share = lines[part::LOADS] + repeated[part::LOADS]
            (folder / f"{table}.jsonl").write_text("".join(share), encoding="utf-8")

    parts = sorted(tmp_path.iterdir())
    shuffle.shuffle(parts)
    in_parts = make_warehouse("in_parts", parts[0])
    for part in parts[1:]:
        in_parts.load(part)
        in_parts.build()

    expected = marts(at_once)
    found = marts(in_parts)
    assert expected.keys() == found.keys()
    assert len(expected["run_analytics"]) > 100
    for mart, rows in expected.items():
        assert found[mart] == rows, mart
