"""Warehouses of the tests: each in a folder of its own, loaded and built in this process."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from kept_engine import keep_engine, let_engine_stop
from orchestration import settings
from orchestration.loading.load import load
from orchestration.warehouse.client import connect
from parsing import DEFAULT_VARS, shared_parse, shared_templates, target_name

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

__all__ = ["EVERY_SOURCE", "FEW_SOURCES", "Warehouse", "session_folder"]

# Of the other sources there would be as many models again, all empty.
FEW_SOURCES = ("--vars", "{sources: [claude_code, cascade, generic]}")
EVERY_SOURCE = ("--vars", DEFAULT_VARS)

# In a home that began with the session's seeds: what the last build selected; its views are there.
_LAST_BUILD = "last_build.txt"


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
        with self.queried() as client:
            return list(client.query(sql).named_results())

    @contextlib.contextmanager
    def queried(self) -> Iterator[Any]:
        """Yield a client on the warehouse, whose engine runs on for the next query."""
        with self._environment():
            keep_engine()
            with connect() as client:
                yield client

    def contents(self, *databases: str, without: str = "") -> dict[str, list[str]]:
        """Return every row of every table, as text, sorted.

        Without what shows when and how the logs arrived, which may differ: the ledger's own mart
        and the feed. Columns whose name matches ``without`` are left out for the same reason.
        """
        with self.queried() as client:
            tables = client.query(
                "select concat(database, '.', name) from system.tables "
                "where database in {databases:Array(String)} "
                "and name not in ('mart_source_loads', 'v_activity_feed')",
                parameters={"databases": list(databases)},
            ).result_rows
            columns = f"* except('{without}')" if without else "*"
            line = f"formatRowNoNewline('JSONEachRow', {columns}) as line"
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
        self._begin_with_seeds()
        with self.selected():
            report = load([logs or self.logs])
        failed = [file for file in report.files if file.status == "failed"]
        assert not failed, failed

    def build(self, *selection: str, is_plain: bool = False) -> None:
        """Build seeds and models, without their tests; of few sources, unless vars say otherwise.

        In this process: starting dbt costs as much as building a small warehouse. As the product
        does it, or with dbt as it is, where what the product makes is compared with that. Seeds are
        the session's, and the views of a build that is done again are those of the first, as the
        product has it: both depend on files and vars alone.
        """
        if "--vars" not in selection:
            selection += FEW_SOURCES
        variables = selection[selection.index("--vars") + 1]
        command = ["--quiet", "build", "--exclude-resource-type", "test", "unit_test"]
        if is_plain:
            # Seeds as well.
            command.append("--full-refresh")
        else:
            self._begin_with_seeds()
            command += self._already_there(selection)
        done = self.run_dbt(*command, *selection, variables=variables, is_plain=is_plain)
        assert done.success, done.exception or [
            result.message for result in done.result if result.status not in ("success", "pass")
        ]
        if (last := self.home / _LAST_BUILD).exists():
            last.write_text(_line(selection))

    def run_dbt(
        self, *arguments: str, variables: str = DEFAULT_VARS, is_plain: bool = False
    ) -> "dbtRunnerResult":
        """Run a command of dbt on the warehouse."""
        from dbt.cli.main import dbtRunner

        from orchestration.transformation.quick_dbt import quick_dbt

        templates = shared_templates(session_folder(self.home.parent.parent))
        with (
            self.selected(variables),
            contextlib.nullcontext() if is_plain else quick_dbt(templates),
            pytest.MonkeyPatch.context() as environment,
        ):
            # They are not read: saves a tenth of the time.
            environment.setenv("DBT_LOG_LEVEL_FILE", "none")
            environment.setenv("DBT_WRITE_JSON", "false")
            return dbtRunner().invoke(list(arguments))

    @contextlib.contextmanager
    def selected(self, variables: str = DEFAULT_VARS) -> Iterator[None]:
        """Point this process at the warehouse for the length of a ``with`` block."""
        let_engine_stop()
        with self._environment(variables):
            yield

    def _begin_with_seeds(self) -> None:
        """Let a home that is not there yet be one with the project's seeds, made once a session."""
        if self.home.exists():
            return
        folder = session_folder(self.home.parent.parent) / "seeds"
        made = Warehouse(folder / "made" / "home", folder / "no_logs")
        folder.mkdir(exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not (made.home / _LAST_BUILD).exists():
                done = made.run_dbt("--quiet", "seed")
                assert done.success, done.exception
                (made.home / _LAST_BUILD).touch()
        shutil.copytree(made.home, self.home, symlinks=True)

    def _already_there(self, selection: tuple[str, ...]) -> list[str]:
        """Return the options that leave out of a build what the warehouse has."""
        last = self.home / _LAST_BUILD
        if not last.exists():
            return []
        views = ["--exclude", "config.materialized:view"]
        return ["seed", *(views if _line(selection) == last.read_text() else [])]

    @contextlib.contextmanager
    def _environment(self, variables: str = DEFAULT_VARS) -> Iterator[None]:
        """Name the warehouse in the environment for the length of a ``with`` block."""
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


def _line(selection: tuple[str, ...]) -> str:
    return " ".join(option for option in selection if option != "--full-refresh")
