"""Built warehouses that tests share: made once per session, on first use."""

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# There are as many test processes as cores: more threads of boosting would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from xdist.scheduler import LoadFileScheduling

from kept_engine import let_engine_stop
from orchestration import settings
from orchestration.demo import generate
from warehouses import Warehouse

TRANSCRIPTS = settings.project_dir().parent / "shared" / "data" / "claude_code"
# The longest files run first, so that no process has one left at the end.
LONGEST = (
    "test_commands",
    "test_what_is_built",
    "test_incremental",
    "test_any_order",
    "test_reference",
    "test_every_source",
    "test_hostile_values",
    "test_wheel",
    "test_company_marts",
    "test_processes",
    "test_again",
    "test_copied_calls",
    "test_each_source_alone",
    "test_dashboard",
    "test_calls_in_two_sources",
    "test_own_source",
    "test_page",
)
# Those that read the session's warehouses, each of which takes a process half a minute to build.
SHARED = ("demo_warehouse", "random_warehouse", "transcripts_warehouse")
SHARING = (
    "marts/test_summary_facts.py",
    "marts/test_tables.py",
    "marts/test_transcripts.py",
    "marts/test_usage.py",
    "reference/test_complexity.py",
    "reference/test_reference.py",
    "statistics/test_comparisons.py",
    "statistics/test_experiments.py",
    "statistics/test_predictions.py",
    "statistics/test_published_examples.py",
    "statistics/test_trends.py",
)
# Folders whose files share warehouses of their own.
SHARING_FOLDERS = ("chat", "cost")
SMALL_DEMO = {"days": 30, "workflows": 58, "scale": 0.4}


class _Scheduling(LoadFileScheduling):
    """A file's tests in one process, and in one, too, those of all files that share warehouses."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        folder = Path(file).parent.name
        if folder in SHARING_FOLDERS:
            return folder
        return "sharing" if file.endswith(SHARING) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Share tests out between processes: run with `--dist loadfile --no-loadscope-reorder`."""
    return _Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; refuse one that would build a session's warehouse again."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if not set(SHARED).isdisjoint(fixtures) and not item.path.as_posix().endswith(SHARING):
            raise pytest.UsageError(f"{item.path} reads a session's warehouse: add it to SHARING.")
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


def pytest_configure() -> None:
    """Search for garbage less often: imports and tests make millions of objects that stay."""
    gc.set_threshold(100_000)


def pytest_collection_finish() -> None:
    """Do not search what imports and tests are made of for garbage at all."""
    gc.freeze()


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End what a file's queries kept running."""
    if nextitem is None or nextitem.path != item.path:
        let_engine_stop()


@pytest.fixture(scope="session")
def warehouses(tmp_path_factory) -> Path:
    """Return the folder of the session's warehouses."""
    return tmp_path_factory.mktemp("warehouses")


@pytest.fixture(scope="session")
def make_warehouse(warehouses) -> Callable[..., Warehouse]:
    """Return a function that loads and builds logs into a warehouse of a name.

    What follows the two goes to ``dbt build``, to build only a part of it.
    """

    def make(name: str, logs: Path, *selection: str) -> Warehouse:
        warehouse = Warehouse(warehouses / name, logs)
        warehouse.load()
        warehouse.build(*selection)
        return warehouse

    return make


@pytest.fixture(scope="session")
def empty_warehouse(warehouses) -> Callable[[str], Warehouse]:
    """Return a function that makes a warehouse of a name into which nothing is loaded."""
    return lambda name: Warehouse(warehouses / name, warehouses / f"{name}_logs")


@pytest.fixture(scope="session")
def demo_warehouse(warehouses, make_warehouse) -> Warehouse:
    """Return a small demo, with all its faults, loaded and built."""
    return make_warehouse("demo", generate(warehouses / "demo_logs", **SMALL_DEMO).logs)


@pytest.fixture(scope="session")
def transcripts_warehouse(make_warehouse) -> Warehouse:
    """Return the real transcripts, loaded and built."""
    if not TRANSCRIPTS.is_dir():
        pytest.skip("The real transcripts are missing; put them into ../shared/data/claude_code.")
    return make_warehouse("transcripts", TRANSCRIPTS)
