"""What a build of Dagster changed, by what the instance and the warehouse knew before it."""

from collections.abc import Mapping

import dagster as dg
from dagster._core.definitions.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_TAG,
    get_input_data_version_tag,
)

from orchestration import settings
from orchestration.defs.journal.changes import Tags, changes_table
from orchestration.transformation.graph import Graph, Node

__all__ = ["BuildChanges", "key_of"]

Rows = Mapping[tuple[str, str], int]


class BuildChanges:
    """Compares what was built with what was there before.

    Dagster's own versions of tables change with what they read; whether their rows did, the
    warehouse knows. A view holds what it reads.

    Parameters
    ----------
    graph : Graph
        The project.
    before, now : mapping of AssetKey to mapping of str to str
        Tags of the last materializations, before the build and now.
    rows : tuple of mapping of (str, str) to int
        Rows by layer and table, before the build and now.
    versions : mapping of str to (str, bool)
        As :func:`orchestration.transformation.remember.remember_build` returns them.
    """

    def __init__(
        self,
        graph: Graph,
        before: Tags,
        now: Tags,
        rows: tuple[Rows, Rows],
        versions: Mapping[str, tuple[str, bool]],
    ):
        self._graph = graph
        self._before = before
        self._now = now
        self._rows = rows
        self._versions = versions
        self._others: dict[tuple[str, str], bool] = {}

    def of(self, node: Node) -> dg.MetadataValue | None:
        """Return what changed in a table; None of what was never materialized before."""
        tags = self._before.get(key_of(node))
        if tags is None or node.unique_id not in self._versions:
            return None
        place = key_of(node).path[0], node.table
        parents = [self._graph.nodes[name] for name in node.parents]
        return changes_table(
            rows=(self._rows[0].get(place), self._rows[1].get(place)),
            is_other=self._versions[node.unique_id][1],
            is_other_code=self._is_other_code(node),
            inputs=[key_of(parent) for parent in parents if self._is_other(parent, node)],
        )

    def _is_other_code(self, node: Node) -> bool:
        before, now = (tags.get(key_of(node), {}) for tags in (self._before, self._now))
        return before.get(CODE_VERSION_TAG) != now.get(CODE_VERSION_TAG)

    def _is_other(self, node: Node, reader: Node) -> bool:
        """Tell whether what a node shows is not what its reader read at the build before."""
        place = (node.unique_id, reader.unique_id)
        if place not in self._others:
            self._others[place] = self._compare(node, reader)
        return self._others[place]

    def _compare(self, node: Node, reader: Node) -> bool:
        if node.is_view:
            parents = [self._graph.nodes[name] for name in node.parents]
            return self._is_other_code(node) or any(
                self._is_other(parent, node) for parent in parents
            )
        if node.kind != "source":
            # What this build did not make, it did not change.
            return self._versions.get(node.unique_id, ("", False))[1]
        key = key_of(node)
        read = self._before.get(key_of(reader), {}).get(get_input_data_version_tag(key))
        return read != self._now.get(key, {}).get(DATA_VERSION_TAG)


def key_of(node: Node) -> dg.AssetKey:
    """Return the asset of a node."""
    return dg.AssetKey([node.database.removeprefix(settings.database("")), node.name])
