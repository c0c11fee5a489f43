"""The process in which dbt builds: it plans, runs dbt, and remembers what it made.

``python -m orchestration.transformation.worker VARIABLES`` imports dbt and reads the project; then
it waits for a :class:`Request`, one line of JSON on standard input, and ends where none comes. It
prints dbt's events as JSON lines. dbt is imported here only, where something is to be built.
"""

import gc
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from orchestration import journal, settings
from orchestration.processes import end_with_parent
from orchestration.reporting.first_sight import costs_at_first_sight
from orchestration.reporting.summary import summary_as_json
from orchestration.transformation.builds import build_record, publish_build, record_build
from orchestration.transformation.built_nodes import source_versions
from orchestration.transformation.dbt import PARSE_CACHE, TEMPLATE_CODE, target_path
from orchestration.transformation.events import (
    BUILD_RECORDED,
    CALLS_PRICED,
    NODE_LEFT_OUT,
    NODES_PLANNED,
    NOT_KNOWN,
    NOTE,
    SUMMARIZED,
    TEST_PASSED,
    event_line,
)
from orchestration.transformation.graph import Graph, graph_of
from orchestration.transformation.journal_entries import build_entries, row_counts
from orchestration.transformation.parse_cache import begin_with_project_parse
from orchestration.transformation.remember import can_be_planned, plan_now, remember
from orchestration.transformation.request import Request
from orchestration.transformation.results import RUN_RESULTS, node_result
from orchestration.warehouse.client import connect
from orchestration.warehouse.leftovers import drop_leftovers

__all__ = ["main"]

# What people wait for most: once it is built, they see what calls cost.
_PRICED_CALLS = "model.tokenhouse.int_calls"

# By these tags dbt knows what is to be built, and a model's materialization that its table
# has the right columns and comments.
_TO_BUILD = "to-build"
_SAME_STRUCTURE = "same-structure"
# What the target's engine is imported as; to load it takes a quarter of a second.
_ENGINE = {"embedded": ("chdb",)}


def main() -> None:
    """Read the project, then build what standard input asks for; exit as dbt does."""
    end_with_parent()
    begin_with_project_parse()
    from orchestration.transformation.quick_dbt import quick_dbt

    with quick_dbt(target_path() / TEMPLATE_CODE):
        manifest = _read_project(sys.argv[1])
        graph = _prepare() if manifest else Graph()
        # The project stays for the length of the build: it is not searched for garbage again.
        gc.freeze()
        line = sys.stdin.readline()
        can_build = line and manifest
        exit_code = _Build(Request(**json.loads(line)), manifest, graph).run() if can_build else 2
    sys.stdout.flush()
    # Everything is closed and written. To take down dbt's million objects one by one takes longer
    # than the summary, which waits for the end of this process.
    os._exit(exit_code if line else 0)


def _read_project(variables: str) -> Any:
    """Return dbt's manifest; None where the project cannot be parsed."""
    parse = ["--no-write-json", "parse", *(["--vars", variables] if variables else [])]
    result = _invoke(None, parse)
    if not result.success:
        return None
    # To write all of the project takes half as long as to read it. dbt writes its own cache where
    # anything has changed.
    cache, written = target_path() / PARSE_CACHE, target_path() / "manifest.json"
    if not written.exists() or written.stat().st_mtime < cache.stat().st_mtime:
        result.result.write(str(written))
    return result.result


def _prepare() -> Graph:
    """Do what a build needs in any case, while others still load its logs; return the graph."""
    for module in ("dbt.task.build", "clickhouse_connect", *_ENGINE.get(settings.target(), ())):
        import_module(module)
    return graph_of(json.loads((target_path() / "manifest.json").read_text()))


@dataclass
class _Build:
    """A build."""

    request: Request
    manifest: Any
    graph: Graph
    sources: dict[str, str] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, tuple[str, bool]] = field(default_factory=dict)
    exit_code: int = 0

    def run(self) -> int:
        """Build; return 0, 1 where a node failed, or 2 where dbt could not run, as dbt does."""
        # Open from here on, so that the engine starts once and not for each part.
        with connect() as client:
            if settings.target() == "embedded":
                drop_leftovers(client)
            self.sources = source_versions(client, self.graph)
            try:
                if self.request.is_planned and can_be_planned():
                    self._build_what_is_new(client)
                else:
                    self._remember(client, self._run_dbt(self.request.arguments))
            finally:
                self._write_journal(client)
            self._record(client)
            if self.request.is_summarized and not self.exit_code:
                # Nobody has to start the engine again for that. What fails here belongs to no
                # build: the command asks once more, and says so.
                with suppress(Exception):
                    _tell(SUMMARIZED, summary_as_json(client))
        # Files are linked, and the engine is closed for that.
        for note in publish_build() if not self.exit_code else []:
            _tell(NOTE, note)
        _tell(BUILD_RECORDED, "")
        return self.exit_code

    def _record(self, client: Any) -> None:
        """Enter the build in the build ledger."""
        nodes = [node_result(result, {}) for result in self.results]
        entry = build_record(
            nodes,
            built_from=self.request.built_from,
            started_at=datetime.fromisoformat(self.request.started_at),
            selection=self.request.selection,
            is_full=self.request.is_full,
            is_successful=not self.exit_code,
        )
        record_build(client, entry)

    def _write_journal(self, client: Any) -> None:
        if self.results:
            counts = row_counts(client)
            journal.write(
                build_entries(self.graph, self.request.code, self.results, self.versions, counts)
            )

    def _build_what_is_new(self, client: Any) -> None:
        """Build what is not current: first what the calls' prices need."""
        from orchestration.transformation.build_task import gated
        from orchestration.transformation.gate import Gate

        planner = plan_now(client, self.graph, self.request.code, self.sources)
        waiting = planner.plan.stale
        _tell(NODES_PLANNED, str(len(waiting)))
        if not waiting:
            return
        # One tag is found at once; each of hundreds of names would be looked for among all.
        for name in waiting:
            self.manifest.nodes[name].tags.append(_TO_BUILD)
            if name in planner.plan.same_structure:
                self.manifest.nodes[name].tags.append(_SAME_STRUCTURE)
        ended: dict[str, str] = {}

        def on_ended(name: str, status: str) -> None:
            ended[name] = status
            if name == _PRICED_CALLS:
                _tell(CALLS_PRICED, costs_at_first_sight(client))
                # A build that is cut off from here on is gone on with.
                self.versions = remember(client, self.graph, self.request.code, self.sources, ended)

        gate = Gate(
            client,
            planner,
            on_left_out=lambda: _tell(NODE_LEFT_OUT, ""),
            on_passed=lambda: _tell(TEST_PASSED, ""),
            on_ended=on_ended,
        )
        first = {_PRICED_CALLS, *self.graph.ancestors(_PRICED_CALLS)}
        only = ["--no-write-json", "--select", f"tag:{_TO_BUILD}", "--indirect-selection=empty"]
        with gated(gate, first, report=lambda message: _tell(NOT_KNOWN, message)):
            result = self._run_dbt([*self.request.arguments, *only])
        self._remember(client, result)

    def _run_dbt(self, arguments: list[str]) -> Any:
        """Run dbt; return the results of the nodes, None where there are none."""
        result = _invoke(self.manifest, arguments)
        failed = 2 if result.exception else 1
        self.exit_code = 0 if result.success else failed
        return result.result

    def _remember(self, client: Any, result: Any) -> None:
        """Enter what dbt made in the ledger, and write its results."""
        if not result:
            return
        result.results = [node for node in result.results if node.status != "no-op"]
        path = target_path() / RUN_RESULTS
        result.write(str(path))
        self.results = json.loads(path.read_text())["results"]
        statuses = {node["unique_id"]: node["status"] for node in self.results}
        queries = {node["unique_id"]: node["compiled_code"] for node in self.results}
        versions = remember(
            client, self.graph, self.request.code, self.sources, statuses, queries=queries
        )
        # What was remembered on the way had changed, although it is known by now.
        self.versions = versions | self.versions


def _invoke(manifest: Any, arguments: list[str]) -> Any:
    from dbt.cli.main import dbtRunner

    dbt = dbtRunner(manifest, callbacks=[_print_event])
    result = dbt.invoke(["--no-use-colors", "--log-level", "none", *arguments])
    if result.exception:
        print(result.exception, flush=True)
    return result


def _print_event(message: Any) -> None:
    if line := event_line(message):
        _print_line(line)


def _print_line(line: str) -> None:
    # One write, as dbt's threads call this at the same time.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell(name: str, message: str) -> None:
    """Print an event of this module, in dbt's format."""
    info = {"name": name, "level": "info", "msg": message}
    _print_line(json.dumps({"info": info, "data": {}}))


if __name__ == "__main__":
    main()
