"""The process in which dbt builds: it plans, runs dbt once or twice, and remembers what it made.

``python -m orchestration.transformation.worker REQUEST``, with a :class:`Request` as JSON. It
prints dbt's events as JSON lines. dbt is imported here only, where something is to be built.
"""

import gc
import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from orchestration import journal, settings
from orchestration.processes import end_with_parent
from orchestration.reporting.first_sight import costs_at_first_sight
from orchestration.transformation.artifacts import write_results
from orchestration.transformation.built_nodes import source_versions
from orchestration.transformation.dbt import target_path
from orchestration.transformation.events import event_line
from orchestration.transformation.graph import Graph, graph_of
from orchestration.transformation.journal_entries import build_entries, row_counts
from orchestration.transformation.parse_cache import begin_with_project_parse
from orchestration.transformation.plan import Plan, Planner, skipped_by_failures
from orchestration.transformation.remember import can_be_planned, plan_now, remember
from orchestration.warehouse.client import connect
from orchestration.warehouse.leftovers import drop_leftovers

__all__ = [
    "CALLS_PRICED",
    "NODES_PLANNED",
    "NODE_LEFT_OUT",
    "TEST_PASSED",
    "Request",
    "main",
]

# What people wait for most: once it is built, they see what calls cost.
_PRICED_CALLS = "model.tokenhouse.int_calls"

# By this tag a model's materialization knows that its table has the right columns and comments.
_SAME_STRUCTURE = "same-structure"
# How many new objects Python waits for before it searches them for garbage. With its own number, of
# hundreds, an eighth of a build went into searching dbt's million of objects, which all stay.
_NEW_OBJECTS = 100_000
# Events of its own, among dbt's.
NODES_PLANNED, NODE_LEFT_OUT, CALLS_PRICED = "NodesPlanned", "NodeLeftOut", "CallsPriced"
TEST_PASSED, NOT_KNOWN = "TestPassed", "NotKnown"
_FAILED = ("error", "fail", "runtime error", "partial success", "skipped")


@dataclass(frozen=True)
class Request:
    """What is to be built.

    Attributes
    ----------
    arguments : list of str
        Arguments of dbt, ``build`` first.
    code : str
        Digest of the code that every node may use.
    variables : str
        The overridden vars, as dbt's argument; empty for none.
    is_planned : bool
        Whether what is current is left out.
    """

    arguments: list[str]
    code: str
    variables: str = ""
    is_planned: bool = False

    def __str__(self) -> str:
        """Return the request as JSON."""
        return json.dumps(asdict(self))


def main() -> None:
    """Build what the first argument asks for; exit as dbt does."""
    end_with_parent()
    gc.set_threshold(_NEW_OBJECTS)
    sys.exit(_Build(Request(**json.loads(sys.argv[1]))).run())


@dataclass
class _Build:
    """A build."""

    request: Request
    graph: Graph = field(default_factory=Graph)
    sources: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, tuple[str, bool]] = field(default_factory=dict)
    exit_code: int = 0

    def run(self) -> int:
        """Build; return 0, 1 where a node failed, or 2 where dbt could not run, as dbt does."""
        from dbt.cli.main import dbtRunner

        # Open from here on, so that the engine starts once and not for each part.
        with connect() as client:
            if settings.target() == "embedded":
                drop_leftovers(client)
            begin_with_project_parse()
            variables = ["--vars", self.request.variables] if self.request.variables else []
            manifest = self._invoke(dbtRunner(callbacks=[_print_event]), ["parse", *variables])
            if self.exit_code:
                return self.exit_code
            # The project stays for the length of the build: it is not searched for garbage again.
            gc.freeze()
            self.graph = graph_of(json.loads((target_path() / "manifest.json").read_text()))
            self.sources = source_versions(client, self.graph)
            try:
                if self.request.is_planned and can_be_planned():
                    self._build_what_is_new(client, manifest)
                else:
                    dbt = dbtRunner(manifest, callbacks=[_print_event])
                    done = self._invoke(dbt, self.request.arguments)
                    self._remember(client, done)
            finally:
                self._write_journal(client)
        return self.exit_code

    def _write_journal(self, client: Any) -> None:
        if self.results:
            counts = row_counts(client)
            journal.write(
                build_entries(self.graph, self.request.code, self.results, self.versions, counts)
            )

    def _build_what_is_new(self, client: Any, manifest: Any) -> None:
        """Build what the calls' prices need, and then the rest."""
        results: list[dict[str, Any]] = []
        first = {_PRICED_CALLS, *self.graph.ancestors(_PRICED_CALLS)}
        for tag, wanted in (("first", first), ("rest", set(self.graph.nodes))):
            planner = plan_now(client, self.graph, self.request.code, self.sources)
            waiting = self._waiting(planner.plan) & wanted
            if not waiting:
                continue
            # One tag is found at once; each of hundreds of names would be looked for among all.
            for name in waiting:
                manifest.nodes[name].tags.append(tag)
                if name in planner.plan.same_structure:
                    manifest.nodes[name].tags.append(_SAME_STRUCTURE)
            only = ["--no-write-json", "--select", f"tag:{tag}", "--indirect-selection=empty"]
            result = self._invoke_gated(client, planner, manifest, [*self.request.arguments, *only])
            results.append(self._remember(client, result))
            if tag == "first" and self.statuses.get(_PRICED_CALLS) == "success":
                _tell(CALLS_PRICED, costs_at_first_sight(client))
        built = {result["unique_id"] for part in results for result in part["results"]}
        write_results(results, sorted(self.statuses.keys() - built))

    def _invoke_gated(
        self, client: Any, planner: Planner, manifest: Any, arguments: list[str]
    ) -> Any:
        """Build, and leave out what turns out to be current, or to pass without rows."""
        from dbt.cli.main import dbtRunner

        from orchestration.transformation.gate import Gate, gated

        dbt = dbtRunner(manifest, callbacks=[_print_event])
        gate = Gate(
            client,
            planner,
            on_left_out=lambda: _tell(NODE_LEFT_OUT, ""),
            on_passed=lambda: _tell(TEST_PASSED, ""),
        )
        with gated(gate, report=lambda message: _tell(NOT_KNOWN, message)):
            return self._invoke(dbt, arguments)

    def _invoke(self, dbt: Any, arguments: list[str]) -> Any:
        result = dbt.invoke(["--no-use-colors", "--log-level", "none", *arguments])
        if result.exception:
            print(result.exception, flush=True)
        failed = 2 if result.exception else 1
        self.exit_code = max(self.exit_code, 0 if result.success else failed)
        return result.result

    def _waiting(self, plan: Plan) -> set[str]:
        """Return what is to be built next, without what follows a failure."""
        stale = plan.stale - self.statuses.keys()
        failed = [name for name, status in self.statuses.items() if status in _FAILED]
        for name in skipped_by_failures(self.graph, failed, stale):
            self.statuses[name] = "skipped"
        stale -= self.statuses.keys()
        _tell(NODES_PLANNED, str(len(stale)))
        return stale

    def _remember(self, client: Any, result: Any) -> dict[str, Any]:
        """Enter what dbt made in the ledger; return its results, as in ``run_results.json``."""
        results: dict[str, Any] = {"results": [], "elapsed_time": 0.0}
        if result:
            result.results = [node for node in result.results if node.status != "no-op"]
            path = target_path() / "run_results.json"
            result.write(str(path))
            results = json.loads(path.read_text())
        statuses = {node["unique_id"]: node["status"] for node in results["results"]}
        self.statuses |= statuses
        self.results += results["results"]
        queries = {node["unique_id"]: node["compiled_code"] for node in results["results"]}
        self.versions |= remember(
            client, self.graph, self.request.code, self.sources, statuses, queries=queries
        )
        return results


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
