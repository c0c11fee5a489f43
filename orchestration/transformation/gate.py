"""What is still to be built, asked node by node while dbt builds.

A table that is built again with the same rows leaves what reads it as it is. That is known right
after it is built, so what comes next is looked at when it is its turn.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

from orchestration.transformation.built_nodes import is_empty, table_states
from orchestration.transformation.currentness import TableState
from orchestration.transformation.graph import Node
from orchestration.transformation.plan import Planner

__all__ = ["Gate"]

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
    on_ended : callable
        Called with each node that was built, or passed, and its status; by one thread at a time.
    """

    def __init__(
        self,
        client: Any,
        planner: Planner,
        on_left_out: Callable[[], None],
        on_passed: Callable[[], None],
        on_ended: Callable[[str, str], None],
    ):
        self._client = client
        self._planner = planner
        self._on_left_out = on_left_out
        self._on_passed = on_passed
        self._on_ended = on_ended
        self._lock = Lock()
        # In a first build all is needed, whatever the tables become: it is enough to know whether
        # those have rows whose tests may pass without.
        self._is_first = not planner.known
        self._empty: dict[str, bool] = {}

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
            if not self._is_empty(model):
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
            if not self._is_first:
                self._look_at_built(node)
            self._on_ended(unique_id, status)

    def _is_empty(self, model: Node) -> bool:
        if not self._is_first:
            state = self._planner.states.get((model.database, model.table))
            return state is not None and state.is_empty
        if model.unique_id not in self._empty:
            self._empty[model.unique_id] = is_empty(self._client, model)
        return self._empty[model.unique_id]

    def _look_at_built(self, node: Node) -> None:
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
