"""What is still to be built, asked node by node while dbt builds.

A table that is built again with the same rows leaves what reads it as it is. That is known right
after it is built, so what comes next is looked at when it is its turn.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from dbt.artifacts.schemas.results import RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.task import build

from orchestration.transformation.built_nodes import table_states
from orchestration.transformation.currentness import TableState
from orchestration.transformation.plan import Planner

__all__ = ["Gate", "gated"]

_BUILT = ("success", "pass")


class Gate:
    """Lets dbt build what is not current, and leaves out the rest.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse; asked by one of dbt's threads at a time.
    planner : Planner
        It has looked at all nodes.
    on_left_out : callable
        Called for each node that is left out.
    on_passed : callable
        Called for each test that passes without being run.
    """

    def __init__(
        self,
        client: Any,
        planner: Planner,
        on_left_out: Callable[[], None],
        on_passed: Callable[[], None],
    ):
        self._client = client
        self._planner = planner
        self._on_left_out = on_left_out
        self._on_passed = on_passed
        self._lock = Lock()

    def is_needed(self, unique_id: str) -> bool:
        """Return whether a node has to be built, now that all it reads is.

        Parameters
        ----------
        unique_id : str
            The node.

        Returns
        -------
        bool
            True, too, for what the planner does not know: dbt's hooks and unit tests.
        """
        if unique_id not in self._planner.graph.nodes:
            return True
        with self._lock:
            if self._look_at(unique_id):
                return True
            self._on_left_out()
            return False

    def has_passed(self, unique_id: str) -> bool:
        """Return whether a node is a test of rows of a table that has none.

        Parameters
        ----------
        unique_id : str
            The node; all that it reads is built.

        Returns
        -------
        bool
            True if it need not be run to know that it passes.
        """
        test = self._planner.graph.nodes.get(unique_id)
        model = self._planner.graph.nodes.get(test.passes_without_rows_of) if test else None
        if model is None or model.is_view:
            return False
        with self._lock:
            state = self._planner.states.get((model.database, model.table))
        if state is None or not state.is_empty:
            return False
        self._on_passed()
        return True

    def has_ended(self, unique_id: str, status: str) -> None:
        """Look at what a node has become.

        Parameters
        ----------
        unique_id : str
            The node.
        status : str
            How it ended.
        """
        node = self._planner.graph.nodes.get(unique_id)
        if node is None or status not in _BUILT:
            return
        with self._lock:
            if node.is_view:
                # That it is there is all that is asked of a view.
                self._planner.states[node.database, node.table] = TableState("", "", is_empty=True)
            elif node.kind != "test":
                self._planner.states |= table_states(self._client, [node])
            self._planner.look_at(node, is_just_built=True)

    def _look_at(self, unique_id: str) -> bool:
        node = self._planner.graph.nodes[unique_id]
        # dbt visits no view that is there already, though its version follows from what it reads.
        for parent in {*node.parents, *node.inputs}:
            if self._planner.graph.nodes[parent].is_view:
                self._look_at(parent)
        return self._planner.look_at(node)


@contextmanager
def gated(gate: Gate, report: Callable[[str], None]) -> Iterator[None]:
    """Let dbt's builds ask before each node.

    dbt has no hook for that. Its command makes whatever ``dbt.task.build.BuildTask`` is.

    Parameters
    ----------
    gate : Gate
        What is asked. What it leaves out has the status ``no-op``.
    report : callable
        Called with what went wrong where it could not answer.
    """

    class GatedBuild(build.BuildTask):
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

    own = build.BuildTask
    build.BuildTask = GatedBuild  # type: ignore[misc]
    try:
        yield
    finally:
        build.BuildTask = own  # type: ignore[misc]


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
