"""The nodes of dbt's manifest, what each of them reads, and the code of each."""

import hashlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from orchestration.transformation.digests import digest
from orchestration.transformation.tests_of_rows import passes_without_rows_of

__all__ = ["Graph", "Node", "graph_of"]

# The ledger decides which log rows a source shows. Its part in a source's table is known by that
# table, so a file of one source touches no other source.
_LEDGER = "loads"
_BUILT = ("model", "seed", "snapshot", "test")
# The table of all sources' runs, and the macros by which models join what they read with it.
_RUNS = "int_run_versions"
_JOINED_BY = {"changed_run_versions", "union_of_sources"}

# What dbt makes a node of; any node may use macros and vars too.
_CODE = (
    "alias",
    "checksum",
    "columns",
    "config",
    "contract",
    "description",
    "raw_code",
    "schema",
    "test_metadata",
)


@dataclass(frozen=True)
class Node:
    """A source's table, or a model, seed, snapshot or data test of the project.

    Attributes
    ----------
    unique_id : str
        dbt's identity of the node.
    kind : str
        ``source``, ``model``, ``seed``, ``snapshot`` or ``test``.
    name : str
        By which dbt selects it; of a source, its table.
    database : str
        ClickHouse database of its table or view.
    table : str
        Its table or view.
    layer : str
        Folder of the model below ``models/``; empty for anything else.
    materialized : str
        ``view``, ``table``, ``incremental``, …
    parents : tuple of str
        What it reads, by ``unique_id``.
    inputs : tuple of str
        What decides on its rows. Of the table of all sources' runs, a model of some sources reads
        these alone: that is what stands here instead.
    code : str
        Digest of its own SQL or rows, its configuration, its descriptions, and where what it reads
        stands; of a source, of its columns.
    passes_without_rows_of : str
        Of a test, the model without whose rows it passes; else empty.
    """

    unique_id: str
    kind: str
    name: str
    database: str = ""
    table: str = ""
    layer: str = ""
    materialized: str = ""
    parents: tuple[str, ...] = ()
    code: str = ""
    inputs: tuple[str, ...] = ()
    passes_without_rows_of: str = ""

    def __post_init__(self) -> None:
        """Take all that a node reads for what decides on its rows, where nothing else is said."""
        if not self.inputs:
            object.__setattr__(self, "inputs", self.parents)

    @property
    def is_view(self) -> bool:
        """Whether it holds no rows of its own."""
        return self.kind == "model" and self.materialized in ("view", "ephemeral")

    @property
    def is_built(self) -> bool:
        """Whether a build makes something of it: a part of other models' SQL is no table."""
        return self.kind != "source" and self.materialized != "ephemeral"


@dataclass
class Graph:
    """Nodes by ``unique_id``, parents before children."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def ancestors(self, unique_id: str) -> set[str]:
        """Return everything that a node is built from, directly or not.

        Parameters
        ----------
        unique_id : str
            The node.

        Returns
        -------
        set of str
            Without the node itself.
        """
        found: set[str] = set()
        waiting = list(self.nodes[unique_id].parents)
        while waiting:
            parent = waiting.pop()
            if parent not in found:
                found.add(parent)
                waiting += self.nodes[parent].parents
        return found


def graph_of(manifest: dict[str, Any]) -> Graph:
    """Return the graph of a manifest, without unit tests and hooks.

    Parameters
    ----------
    manifest : dict
        dbt's ``manifest.json``.

    Returns
    -------
    Graph
        Parents before children.
    """
    found = {
        unique_id: Node(
            unique_id,
            "source",
            source["name"],
            source["schema"],
            source["identifier"],
            code=digest(source.get("columns"), source["schema"], source["identifier"]),
        )
        for unique_id, source in manifest["sources"].items()
    }
    known = manifest["sources"] | manifest["nodes"]
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] in _BUILT:
            parents = _parents(node, known.keys())
            if node["resource_type"] == "test" and not parents:
                # Of a model that is switched off: dbt does not run it.
                continue
            found[unique_id] = Node(
                unique_id=unique_id,
                kind=node["resource_type"],
                name=node["name"],
                database=node["schema"],
                table=node["alias"],
                layer=node["fqn"][1] if node["resource_type"] == "model" else "",
                materialized=node["config"]["materialized"],
                parents=parents,
                code=_code(node, [known[parent] for parent in parents]),
                passes_without_rows_of=passes_without_rows_of(node),
            )
    order = TopologicalSorter({node.unique_id: node.parents for node in found.values()})
    graph = Graph({unique_id: found[unique_id] for unique_id in order.static_order()})
    for unique_id in list(graph.nodes):
        if _reads_some_sources(manifest["nodes"].get(unique_id)):
            inputs = _of_its_sources(graph, unique_id)
            graph.nodes[unique_id] = replace(graph.nodes[unique_id], inputs=inputs)
    return graph


def _reads_some_sources(node: dict[str, Any] | None) -> bool:
    """Return whether a model reads runs of certain sources only, of the table of all runs."""
    if node is None or node["resource_type"] != "model":
        return False
    # The rows of such a model are those of the rest that it reads, of the runs that changed.
    macros = {name.rsplit(".", 1)[1] for name in node["depends_on"].get("macros", ())}
    return bool(_JOINED_BY & macros)


def _of_its_sources(graph: Graph, unique_id: str) -> tuple[str, ...]:
    """Return what a model reads, with the runs of its sources in place of all runs.

    Its sources are those of the rest that it reads; under any name there may be generic runs.
    """
    rest = [parent for parent in graph.nodes[unique_id].parents if not _is_named(parent, _RUNS)]
    read, waiting = set(rest), list(rest)
    while waiting:
        new = set(graph.nodes[waiting.pop()].inputs) - read
        read |= new
        waiting += new
    sources = {name.split(".")[-2] for name in read if name.startswith("source.")} | {"generic"}
    wanted = {f"stg_{source}__run_versions" for source in sources}
    runs = {name for name in graph.nodes if any(_is_named(name, model) for model in wanted)}
    return tuple(sorted({*rest, *runs}))


def _is_named(unique_id: str, model: str) -> bool:
    return unique_id.startswith("model.") and unique_id.rsplit(".", 1)[1] == model


def _code(node: dict[str, Any], parents: Iterable[dict[str, Any]]) -> str:
    """Return a digest of a node's code; parents are named in it, as dbt's references are not."""
    own = {key: node.get(key) for key in _CODE}
    if node["checksum"]["name"] == "path":
        # Of a seed of more than a megabyte dbt knows the path only.
        path = Path(node["root_path"], node["original_file_path"])
        own["checksum"] = hashlib.blake2b(path.read_bytes()).hexdigest()
    tables = [(parent["schema"], parent.get("identifier") or parent["alias"]) for parent in parents]
    return digest(own, tables)


def _parents(node: dict[str, Any], known: Container[str]) -> tuple[str, ...]:
    parents = sorted({parent for parent in node["depends_on"].get("nodes", ()) if parent in known})
    sources = [parent for parent in parents if parent.startswith("source.")]
    if len(sources) > 1:
        parents = [parent for parent in parents if not _is_ledger(parent)]
    return tuple(parents)


def _is_ledger(unique_id: str) -> bool:
    return unique_id.startswith("source.") and unique_id.rsplit(".", 1)[1] == _LEDGER
