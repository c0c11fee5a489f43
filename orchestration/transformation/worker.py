"""The process in which dbt builds: it plans, runs dbt once or in parts, and remembers what it made.

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
from orchestration.transformation.plan import Plan, skipped_by_failures
from orchestration.transformation.remember import can_be_planned, plan_now, remember
from orchestration.warehouse.client import connect
from orchestration.warehouse.leftovers import drop_leftovers

__all__ = ["CALLS_PRICED", "NODES_PLANNED", "Request", "main"]

# What people wait for most: once it is built, they see what calls cost.
_PRICED_CALLS = "model.tokenhouse.int_calls"

# Where a part ends, it is looked at which tables changed at all; what reads only the others is left
# out. Each part costs half a second of dbt's own time.
_PARTS = (
    ("staging", "conformed"),
    ("intermediate",),
    ("baselines", "scores", "regressions", "predictions"),
)
# By this tag a model's materialization knows that its table has the right columns and comments.
_SAME_STRUCTURE = "same-structure"
# How many new objects Python waits for before it searches them for garbage. With its own number, of
# hundreds, an eighth of a build went into searching dbt's million of objects, which all stay.
_NEW_OBJECTS = 100_000
# Events of its own, among dbt's.
NODES_PLANNED, CALLS_PRICED = "NodesPlanned", "CallsPriced"
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
    """A build, part by part."""

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
                    self._build_in_parts(client, manifest)
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

    def _build_in_parts(self, client: Any, manifest: Any) -> None:
        from dbt.cli.main import dbtRunner

        results: list[dict[str, Any]] = []
        numbers = _numbers_of_parts(self.graph)
        for part in range(-1, len(_PARTS) + 1):
            plan = plan_now(client, self.graph, self.request.code, self.sources)
            waiting, is_last = self._waiting(plan, numbers, part)
            if waiting:
                # One tag is found at once; each of hundreds of names would be looked for among all.
                tag = f"part-{part}"
                for name in waiting:
                    manifest.nodes[name].tags.append(tag)
                    if name in plan.same_structure:
                        manifest.nodes[name].tags.append(_SAME_STRUCTURE)
                only = ["--no-write-json", "--select", f"tag:{tag}", "--indirect-selection=empty"]
                dbt = dbtRunner(manifest, callbacks=[_print_event])
                result = self._invoke(dbt, [*self.request.arguments, *only])
                results.append(self._remember(client, result))
            if self.statuses.get(_PRICED_CALLS) == "success" and _PRICED_CALLS in waiting:
                _tell(CALLS_PRICED, costs_at_first_sight(client))
            if is_last:
                break
        built = {result["unique_id"] for part in results for result in part["results"]}
        write_results(results, sorted(self.statuses.keys() - built))

    def _invoke(self, dbt: Any, arguments: list[str]) -> Any:
        result = dbt.invoke(["--no-use-colors", "--log-level", "none", *arguments])
        if result.exception:
            print(result.exception, flush=True)
        failed = 2 if result.exception else 1
        self.exit_code = max(self.exit_code, 0 if result.success else failed)
        return result.result

    def _waiting(self, plan: Plan, numbers: dict[str, int], part: int) -> tuple[list[str], bool]:
        """Return what to build in a part, and whether nothing is left after it."""
        stale = plan.stale - self.statuses.keys()
        failed = [name for name, status in self.statuses.items() if status in _FAILED]
        for name in skipped_by_failures(self.graph, failed, stale):
            self.statuses[name] = "skipped"
        stale -= self.statuses.keys()
        # Where everything is stale, nothing can be left out in between.
        models = [node for node in self.graph if node.kind == "model" and node.is_built]
        is_all = all(node.unique_id in plan.stale for node in models)
        _tell(NODES_PLANNED, str(len(stale)))
        waiting = [name for name in stale if numbers[name] <= part or (is_all and part >= 0)]
        return sorted(waiting), len(waiting) == len(stale)

    def _remember(self, client: Any, result: Any) -> dict[str, Any]:
        """Enter what dbt made in the ledger; return its results, as in ``run_results.json``."""
        results: dict[str, Any] = {"results": [], "elapsed_time": 0.0}
        if result:
            path = target_path() / "run_results.json"
            result.write(str(path))
            results = json.loads(path.read_text())
        statuses = {node["unique_id"]: node["status"] for node in results["results"]}
        self.statuses |= statuses
        self.results += results["results"]
        self.versions |= remember(client, self.graph, self.request.code, self.sources, statuses)
        return results


def _print_event(message: Any) -> None:
    if line := event_line(message):
        # One write, as dbt's threads call this at the same time.
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _tell(name: str, message: str) -> None:
    """Print an event of this module, in dbt's format."""
    info = {"name": name, "level": "info", "msg": message}
    print(json.dumps({"info": info, "data": {}}), flush=True)


def _numbers_of_parts(graph: Graph) -> dict[str, int]:
    """Return in which part of a build each node is made, the first possible for tests.

    The part before all others prices the calls.
    """
    before = (
        {_PRICED_CALLS, *graph.ancestors(_PRICED_CALLS)} if _PRICED_CALLS in graph.nodes else ()
    )
    layers = {layer: number for number, part in enumerate(_PARTS) for layer in part}
    numbers: dict[str, int] = {}
    for node in graph:
        own = layers.get(node.layer, len(_PARTS)) if node.kind == "model" else 0
        if node.unique_id in before:
            numbers[node.unique_id] = -1
            continue
        numbers[node.unique_id] = max([own, *(numbers[parent] for parent in node.parents)])
    return numbers


if __name__ == "__main__":
    main()
