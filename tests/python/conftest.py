"""Built warehouses that tests share: made once per session, on first use."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# There are as many test processes as cores: more threads of boosting would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from xdist.scheduler import LoadFileScheduling

from orchestration import settings
from orchestration.demo import generate
from orchestration.loading.load import load
from orchestration.warehouse.client import connect
from parsing import DEFAULT_VARS, shared_parse, target_name

TRANSCRIPTS = settings.project_dir().parent / "shared" / "data" / "claude_code"
# Of the other sources there would be as many models again, all empty.
FEW_SOURCES = ("--vars", "{sources: [claude_code, cascade, generic]}")
EVERY_SOURCE = ("--vars", DEFAULT_VARS)
# The longest files run first, so that no process has one left at the end.
LONGEST = (
    "test_incremental",
    "test_any_order",
    "test_commands",
    "test_reference",
    "test_every_source",
    "test_calls_in_two_sources",
    "test_own_source",
)
# Those that read the session's warehouses.
SHARING = (
    "test_complexity",
    "test_experiments",
    "test_predictions",
    "test_reference",
    "test_summary_facts",
    "test_tables",
    "test_transcripts",
)
SMALL_DEMO = {"days": 30, "workflows": 58, "scale": 0.4}


class _Scheduling(LoadFileScheduling):
    """A file's tests in one process, and in one, too, those of all files that share warehouses."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "sharing" if Path(file).stem in SHARING else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Share tests out between processes: run with `--dist loadfile --no-loadscope-reorder`."""
    return _Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


def session_folder(basetemp: Path) -> Path:
    """Return the folder that all processes of the session share."""
    return basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp


@dataclass(frozen=True)
class Warehouse:
    """A warehouse in a folder of its own, and the logs it was built from."""

    home: Path
    logs: Path

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query, each by column name."""
        with self.selected(), connect() as client:
            return list(client.query(sql).named_results())

    def contents(self, *databases: str) -> dict[str, list[str]]:
        """Return every row of every table, as text, sorted.

        Without the ledger's own mart: it shows how the logs arrived, which may differ.
        """
        with self.selected(), connect() as client:
            tables = client.query(
                "select concat(database, '.', name) from system.tables "
                "where database in {databases:Array(String)} and name != 'mart_source_loads'",
                parameters={"databases": list(databases)},
            ).result_rows
            line = "formatRowNoNewline('JSONEachRow', *) as line"
            return {
                table: [
                    row
                    for (row,) in client.query(
                        f"select {line} from {table} order by line"
                    ).result_rows
                ]
                for (table,) in tables
            }

    def load(self, logs: Path | None = None) -> None:
        """Load the warehouse's own logs, or further ones."""
        with self.selected():
            report = load([logs or self.logs])
        failed = [file for file in report.files if file.status == "failed"]
        assert not failed, failed

    def build(self, *selection: str) -> None:
        """Build seeds and models, without their tests; of few sources, unless vars say otherwise.

        In this process: starting dbt costs as much as building a small warehouse.
        """
        from dbt.cli.main import dbtRunner

        command = ["--quiet", "build", "--exclude-resource-type", "test", "unit_test"]
        if "--vars" not in selection:
            selection += FEW_SOURCES
        variables = selection[selection.index("--vars") + 1]
        with self.selected(variables), pytest.MonkeyPatch.context() as environment:
            # They are not read: saves a tenth of the time.
            environment.setenv("DBT_LOG_LEVEL_FILE", "none")
            environment.setenv("DBT_WRITE_JSON", "false")
            done = dbtRunner().invoke([*command, *selection])
        assert done.success, done.exception or [
            result.message for result in done.result if result.status not in ("success", "pass")
        ]

    @contextlib.contextmanager
    def selected(self, variables: str = DEFAULT_VARS) -> Iterator[None]:
        """Point this process at the warehouse for the length of a ``with`` block."""
        target = self.home.parent / target_name(variables)
        with (
            pytest.MonkeyPatch.context() as environment,
            shared_parse(target, session_folder(self.home.parent.parent) / target.name),
        ):
            environment.setenv("TOKENHOUSE_HOME", str(self.home))
            environment.setenv("TOKENHOUSE_TARGET", "embedded")
            environment.delenv("TOKENHOUSE_DATABASE_PREFIX", raising=False)
            environment.setenv("DBT_PROJECT_DIR", str(settings.project_dir()))
            environment.setenv("DBT_PROFILES_DIR", str(settings.project_dir() / "profiles"))
            environment.setenv("DBT_TARGET_PATH", str(target))
            environment.setenv("DBT_LOG_PATH", str(self.home.parent / "dbt_logs"))
            yield


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
