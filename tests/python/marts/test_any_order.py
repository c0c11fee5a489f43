"""The order in which logs arrive does not change the marts: design rule 2, R042, K2."""

import gzip
import random
from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.demo import generate
from orchestration.loading import unload
from warehouses import Warehouse

# More loads give the same, in more time.
LOADS = 2
# The demo's logs are of the first; of others there would be models, too, all empty. Another test
# parses the project with the same vars.
SOURCES = ("--vars", "{sources: [cascade, generic]}")


def lines_by_table(logs: Path) -> dict[str, list[str]]:
    """Return the distinct lines of each log table, in order."""
    lines: dict[str, dict[str, None]] = defaultdict(dict)
    for file in sorted(logs.rglob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as text:
            lines[file.parent.name].update(dict.fromkeys(text))
    return {table: list(rows) for table, rows in lines.items()}


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> Path:
    """Return a few weeks of small demo logs."""
    report = generate(tmp_path_factory.mktemp("logs"), days=21, workflows=58, scale=0.15)
    return report.logs


@pytest.fixture(scope="module")
def parts(logs, tmp_path_factory) -> list[Path]:
    """Return the same logs in folders: lines shuffled, some twice, the folders in any order."""
    shuffle = random.Random(3)
    split = tmp_path_factory.mktemp("parts")
    for table, lines in lines_by_table(logs).items():
        shuffle.shuffle(lines)
        repeated = shuffle.sample(lines, len(lines) // 20)
        for part in range(LOADS):
            folder = split / f"load_{part}"
            folder.mkdir(exist_ok=True)
            share = lines[part::LOADS] + repeated[part::LOADS]
            (folder / f"{table}.jsonl").write_text("".join(share), encoding="utf-8")
    folders = sorted(split.iterdir())
    shuffle.shuffle(folders)
    return folders


def assert_same_marts(found: dict[str, list[str]], expected: dict[str, list[str]]) -> None:
    """Compare mart by mart, so that a failure names the mart."""
    assert found.keys() == expected.keys()
    assert len(expected["marts.run_analytics"]) > 100
    for mart, rows in expected.items():
        assert found[mart] == rows, mart


@pytest.fixture(scope="module")
def in_parts(parts, make_warehouse) -> tuple[Warehouse, list[dict[str, list[str]]]]:
    """Return a warehouse that was built after each load, and its marts after each."""
    warehouse = make_warehouse("in_parts", parts[0], *SOURCES)
    states = [warehouse.contents("marts")]
    for part in parts[1:]:
        warehouse.load(part)
        warehouse.build(*SOURCES)
        states.append(warehouse.contents("marts"))
    return warehouse, states


def test_shuffled_loads_with_a_build_after_each_equal_one_load(logs, in_parts, make_warehouse):
    """R042, K2: shuffled, split over several loads, some lines twice — the same marts, row for row.

    Sessions arrive in pieces, end in a later load than they begin in, and precede sessions that
    were already judged: each build computes the affected rows again, and only those.
    """
    at_once = make_warehouse("at_once", logs, *SOURCES)
    assert_same_marts(in_parts[1][-1], at_once.contents("marts"))


def test_unloading_equals_never_having_loaded(parts, in_parts):
    """The rows of an unloaded file are also removed from runs that it shares with other files."""
    warehouse, states = in_parts
    assert states[0]["marts.run_analytics"] != states[-1]["marts.run_analytics"]
    with warehouse.selected():
        unload(parts[1:])
    warehouse.build(*SOURCES)
    assert_same_marts(warehouse.contents("marts"), states[0])
