"""How dbt's build runs: it asks before each node, and builds first what most waits for.

dbt has no hook for that. Its command makes whatever ``dbt.task.build.BuildTask`` is.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from threading import Semaphore
from typing import Any

from dbt.artifacts.schemas.results import RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.graph.queue import GraphQueue
from dbt.task import build

from orchestration.transformation.gate import Gate
from orchestration.transformation.order import edges_from_tests, places
from orchestration.transformation.replaced import replaced

__all__ = ["gated"]

# Nodes handed to dbt's threads beyond those that run, so that no thread waits for the next one. dbt
# itself hands out all that could run, in whatever order it became possible.
_AHEAD = 2


@contextmanager
def gated(gate: Gate, first: Collection[str], report: Callable[[str], None]) -> Iterator[None]:
    """Let dbt's builds ask before each node, and build some nodes before all others.

    Parameters
    ----------
    gate : Gate
        What is asked. What it leaves out has the status ``no-op``.
    first : collection of str
        Nodes, by ``unique_id``, that somebody waits for, with all that they are built from. They do
        not wait for tests, and all others wait for them.
    report : callable
        Called with what went wrong where the gate could not answer.
    """

    class Queue(GraphQueue):
        def _get_scores(self, graph: Any) -> dict[str, int]:
            return places({name: list(graph.successors(name)) for name in graph})

        def _find_new_additions(self, candidates: Iterable[str]) -> None:
            # All else waits: two cores that do both would show what is waited for later.
            self._waited_for = {name for name in first if name in self.graph}
            if self._waited_for:
                candidates = self._waited_for.intersection(candidates)
            super()._find_new_additions(candidates)

        def mark_done(self, node_id: Any) -> None:
            is_waited_for = node_id in self._waited_for
            super().mark_done(node_id)
            if is_waited_for and not self._waited_for:
                with self.lock:
                    super()._find_new_additions(list(self.graph))

    class GatedBuild(build.BuildTask):
        def compile_manifest(self) -> None:
            super().compile_manifest()
            edges = self.graph.graph
            edges.remove_edges_from(edges_from_tests(edges.edges, first))

        def get_graph_queue(self) -> GraphQueue:
            self._free = Semaphore(self.config.threads + _AHEAD)
            queue = super().get_graph_queue()
            return Queue(queue.graph, queue.manifest, queue.get_selected_nodes())

        def handle_job_queue(self, pool: Any, callback: Callable[[Any], None]) -> None:
            def ended(result: Any) -> None:
                callback(result)
                self._free.release()

            self._free.acquire()
            super().handle_job_queue(pool, ended)  # type: ignore[no-untyped-call]

        def call_runner(self, runner: Any) -> RunResult:
            name = runner.node.unique_id
            with _going_on(report):
                if not runner.skip and not gate.is_needed(name):
                    return _without_running(runner.node, RunStatus.NoOp)
            with _going_on(report):
                if not runner.skip and gate.has_passed(name):
                    gate.has_ended(name, TestStatus.Pass)
                    return _without_running(runner.node, TestStatus.Pass)
            result = super().call_runner(runner)
            with _going_on(report):
                gate.has_ended(name, str(result.status))
            return result

    with replaced(build, BuildTask=GatedBuild):
        yield


@contextmanager
def _going_on(report: Callable[[str], None]) -> Iterator[None]:
    """Report what goes wrong, and go on: dbt would wait for this node for ever.

    What is not known to be current is built.
    """
    try:
        yield
    except Exception as error:
        report(f"It is not known what is current: {error}")


def _without_running(node: Any, status: RunStatus | TestStatus) -> RunResult:
    return RunResult(
        status=status,
        timing=[],
        thread_id="",
        execution_time=0.0,
        adapter_response={},
        message=None,
        failures=0 if status == TestStatus.Pass else None,
        node=node,
        batch_results=None,
    )
