"""The data model of the marts: their keys and how they join, from dbt's manifest.

``make data-model`` writes docs/data_model.md; a test says when it is out of date.
"""

import sys
from collections.abc import Iterator
from typing import Any

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.manifest import read_manifest

__all__ = ["joins", "keys", "main", "render"]

Manifest = dict[str, Any]

# Where a join is not by the key's own name; None where the same name means something else.
RENAMED = {
    ("cascade_analytics", "session_id"): "run_analytics",
    ("mart_alerts", "subject_id"): "mart_regression_episodes",
    # The call and the run that were merged away are in no other mart.
    ("mart_merged_calls", "call_id"): None,
    ("mart_merged_calls", "run_id"): None,
    ("mart_merged_calls", "kept_call_id"): "fct_calls",
    ("mart_merged_calls", "kept_run_id"): "run_analytics",
    # Runs that have ended and runs that run have no run in common.
    ("mart_running_runs", "run_id"): None,
    ("mart_running_runs", "primary_model"): "dim_models",
    ("mart_model_advice", "current_model"): "dim_models",
    ("mart_model_advice", "advised_model"): "dim_models",
    ("run_analytics", "parent_run_id"): "run_analytics",
    ("run_analytics", "primary_model"): "dim_models",
    ("v_session_analytics", "session_id"): "run_analytics",
    # Each view's own order of its rows.
    ("v_models", "position"): None,
    ("v_projects", "position"): None,
}
SHOWN = "species_hash"  # the key of no mart, by which regressions and runs meet

_HEAD = """\
# Data model

How the marts join. Written by `make data-model` from the marts' keys and columns: change these, not
this file. [marts.md](marts.md) says what each mart answers.

A line ends in a fork at the mart that has many rows for one row, or none, of the other. Only keys
are shown. Marts also share the names of what they can be grouped by: `source`, `workflow_id`,
`project`, `user_id`, `team_id`, `organization_id`, `environment`, and UTC days.

"""


def keys(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Return the key of each mart: the columns of its test of uniqueness.

    Parameters
    ----------
    manifest : dict
        dbt's manifest, read from JSON.

    Returns
    -------
    dict of str to tuple of str
        By mart; of several keys the shortest.
    """
    found: dict[str, tuple[str, ...]] = {}
    marts = {key: node["name"] for key, node in _marts(manifest)}
    for test in manifest["nodes"].values():
        metadata = test.get("test_metadata") or {}
        mart = marts.get(test.get("attached_node") or "")
        if mart is None or not metadata.get("name", "").startswith("unique"):
            continue
        arguments = metadata["kwargs"]
        columns = (
            (arguments["column_name"],)
            if metadata["name"] == "unique"
            else tuple(arguments.get("combination_of_columns") or arguments["columns"])
        )
        if mart not in found or len(columns) < len(found[mart]):
            found[mart] = columns
    return found


def joins(manifest: Manifest) -> list[tuple[str, str, str]]:
    """Return how marts join: the mart with many rows, its column, the mart with one.

    Parameters
    ----------
    manifest : dict
        dbt's manifest, read from JSON.

    Returns
    -------
    list of (str, str, str)
        In the order of the names.
    """
    own = keys(manifest)
    owners: dict[str, str] = {}
    # Where several have the same key, a table goes before the views that choose from it.
    for mart, columns in sorted(own.items(), key=lambda item: (item[0].startswith("v_"), item)):
        if len(columns) == 1 and (mart, columns[0]) not in RENAMED:
            owners.setdefault(columns[0], mart)
    found = []
    for _, node in _marts(manifest):
        name = node["name"]
        for column in node["columns"]:
            owner = RENAMED.get((name, column), owners.get(column))
            is_own_key = own.get(name) == (column,) and (name, column) not in RENAMED
            if (name, column) in RENAMED and RENAMED[name, column] is None:
                continue
            if owner and not is_own_key:
                found.append((name, column, owner))
        variant = own.get("dim_experiments", ())
        if variant and name != "dim_experiments" and set(variant) <= set(node["columns"]):
            found.append((name, ", ".join(variant), "dim_experiments"))
    return sorted(found)


def render(manifest: Manifest) -> str:
    """Write the document.

    Parameters
    ----------
    manifest : dict
        dbt's manifest, read from JSON.

    Returns
    -------
    str
        The whole file, in Markdown.
    """
    own = keys(manifest)
    found = joins(manifest)
    # A mart with a key of several columns is grouped already: it goes into the table.
    edges = [join for join in found if len(own[join[0]]) == 1 or join[0].startswith("v_")]
    drawn = {mart for many, _, one in edges for mart in (many, one)}
    lines = ["```mermaid", "erDiagram"]
    lines += [
        f'    {one} |o--o{{ {many} : "{column}"'
        for many, column, one in sorted(edges, key=lambda join: (join[2], join[0], join[1]))
    ]
    for _, node in _marts(manifest):
        if node["name"] in drawn:
            lines += _entity(node, own.get(node["name"], ()), found)
    lines += ["```", "", "## Grouped marts", ""]
    lines += [
        "Sums, comparisons and forecasts: a row stands for many.",
        "",
        "| Mart | Key | Joins to | Made of |",
        "|---|---|---|---|",
    ]
    for _, node in _marts(manifest):
        name = node["name"]
        if name not in drawn:
            ones = sorted({f"`{one}`" for many, _, one in found if many == name})
            cells = (
                f"`{name}`",
                ", ".join(f"`{column}`" for column in own.get(name, ())),
                ", ".join(ones),
                ", ".join(f"`{parent}`" for parent in _parents(node)),
            )
            lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write docs/data_model.md; return the exit code."""
    try:
        text = render(read_manifest())
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    (settings.project_dir() / "docs" / "data_model.md").write_text(text)
    return 0


def _marts(manifest: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    nodes = [
        (key, node)
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    return iter(sorted(nodes, key=lambda item: item[1]["name"]))


def _entity(
    node: dict[str, Any], key: tuple[str, ...], found: list[tuple[str, str, str]]
) -> Iterator[str]:
    yield f"    {node['name']} {{"
    for column, declared in node["columns"].items():
        marks = [
            *(["PK"] if column in key else []),
            *(["FK"] if _joins_by(found, node["name"], column) else []),
        ]
        if marks or column == SHOWN:
            yield f"        {_kind(declared)} {column} {', '.join(marks)}".rstrip()
    yield "    }"


def _joins_by(found: list[tuple[str, str, str]], mart: str, column: str) -> bool:
    return any(many == mart and column in by.split(", ") for many, by, _ in found)


def _kind(column: dict[str, Any]) -> str:
    """Return a column's type as mermaid can show it: without what is around the name."""
    inner = column["data_type"]
    for wrapper in ("Nullable(", "LowCardinality("):
        inner = inner.removeprefix(wrapper)
    return inner.split("(")[0].rstrip(")")


def _parents(node: dict[str, Any]) -> list[str]:
    return sorted(
        key.split(".")[-1]
        for key in node["depends_on"]["nodes"]
        if key.startswith(("model.", "seed."))
    )


if __name__ == "__main__":
    sys.exit(main())
