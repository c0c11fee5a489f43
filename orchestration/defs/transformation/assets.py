"""The dbt models, seeds and tests: those upstream of the forecasts, and those downstream."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslatorSettings, DbtCliResource, DbtProject, dbt_assets

# Registers the embedded adapter's name with the parser of column lineage.
import orchestration.warehouse.sql_dialect  # noqa: F401
from orchestration.defs.journal.changes import Tags, last_tags
from orchestration.defs.policies import pool_of
from orchestration.defs.project import dbt_project
from orchestration.defs.transformation.changes import BuildChanges, key_of
from orchestration.defs.translator import LayerTranslator
from orchestration.transformation.artifacts import new_run_folder
from orchestration.transformation.build import (
    FORECAST_MODELS,
    OTHER_MODELS,
    is_rest_built,
    record,
    state_to_build_from,
)
from orchestration.transformation.graph import graph_of
from orchestration.transformation.journal_entries import row_counts
from orchestration.transformation.manifest import read_manifest
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.remember import remember_build, versions_to_build_from
from orchestration.transformation.results import node_results
from orchestration.warehouse.client import connect, staying_open

__all__ = ["transformation"]


@dg.definitions
def transformation() -> dg.Definitions:
    """Return the models: those upstream of the forecasts, and those downstream.

    dbt may need seconds to parse the project, so this is done here, and not on import.
    """
    project = dbt_project()
    return dg.Definitions(
        assets=[
            _models("dbt_models", OTHER_MODELS, project),
            _models("dbt_forecast_models", FORECAST_MODELS, project),
        ]
    )


def _models(name: str, part: BuildOptions, project: DbtProject) -> dg.AssetsDefinition:
    """Return the models of a part of the project.

    There are two definitions because Dagster would split a single one around the forecasts by
    selecting every node by name, and tests without an asset check would never run.

    Parameters
    ----------
    name : str
        Name of the definition.
    part : BuildOptions
        Options of the build.
    project : DbtProject
        The project, with an up-to-date manifest.

    Returns
    -------
    dagster.AssetsDefinition
        One asset per model and seed, one check per test.
    """

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        name=name,
        pool=pool_of("models"),
        select=" ".join(part.select) or "fqn:*",
        exclude=" ".join(part.exclude) or None,
        dagster_dbt_translator=LayerTranslator(
            DagsterDbtTranslatorSettings(enable_code_references=True)
        ),
    )
    def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        """Build the selected models, and run their tests as checks."""
        started_at = datetime.now(UTC)
        # The engine is started once before dbt, which opens the embedded directory, and once after.
        with staying_open():
            is_last_part = part == FORECAST_MODELS and is_rest_built()
            built_from = state_to_build_from(BuildOptions() if is_last_part else part)
            sources = versions_to_build_from()
            tags, rows = _known(context), _rows()
        folder = new_run_folder(context.run.run_id)
        # dagster-dbt adds the selection.
        invocation = dbt.cli(BuildOptions().arguments(), context=context, target_path=folder)
        try:
            yield from invocation.stream()
        finally:
            nodes = node_results(folder)
            with staying_open():
                versions, rows_now = remember_build(sources, nodes), _rows()
            # Readers are given the build when the engine has stopped.
            record(
                part,
                built_from=built_from,
                started_at=started_at,
                nodes=nodes,
                is_successful=invocation.process.wait() == 0,
                selection="(a selection in Dagster)" if context.is_subset else "",
                is_last_part=is_last_part,
            )
        graph, known = graph_of(read_manifest()), _known(context)
        changes = BuildChanges(graph, tags, known, (rows, rows_now), versions)
        for node in graph:
            count = rows_now.get((key_of(node).path[0], node.table))
            if count is not None and key_of(node) in context.selected_asset_keys:
                metadata: dict[str, Any] = {"dagster/row_count": count}
                if changed := changes.of(node):
                    metadata["changes"] = changed
                yield dg.AssetObservation(key_of(node), metadata=metadata)

    return models


def _rows() -> dict[tuple[str, str], int]:
    """Count rows while dbt does not run, because it holds the embedded directory while it does."""
    with connect() as client:
        return row_counts(client)


def _known(context: dg.AssetExecutionContext) -> Tags:
    """Return the tags of the last materializations of the models and of what they read."""
    read = {key for keys in context.assets_def.asset_deps.values() for key in keys}
    return last_tags(context.instance, {*context.selected_asset_keys, *read})
