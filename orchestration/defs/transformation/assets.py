"""The dbt models, seeds and tests: those upstream of the forecasts, and those downstream."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslatorSettings, DbtCliResource, DbtProject, dbt_assets

# Registers the embedded adapter's name with the parser of column lineage.
import orchestration.warehouse.sql_dialect  # noqa: F401
from orchestration import settings
from orchestration.defs.policies import pool_of
from orchestration.defs.project import dbt_project
from orchestration.defs.translator import LayerTranslator
from orchestration.transformation.artifacts import new_run_folder
from orchestration.transformation.build import (
    FORECAST_MODELS,
    OTHER_MODELS,
    is_rest_built,
    record,
    state_to_build_from,
)
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.remember import remember_build, versions_to_build_from
from orchestration.transformation.results import node_results
from orchestration.warehouse.client import connect

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
        is_last_part = part == FORECAST_MODELS and is_rest_built()
        built_from = state_to_build_from(BuildOptions() if is_last_part else part)
        versions = versions_to_build_from()
        folder = new_run_folder(context.run.run_id)
        # dagster-dbt adds the selection.
        invocation = dbt.cli(BuildOptions().arguments(), context=context, target_path=folder)
        try:
            yield from invocation.stream()
        finally:
            nodes = node_results(folder)
            remember_build(versions, nodes)
            record(
                part,
                built_from=built_from,
                started_at=started_at,
                nodes=nodes,
                is_successful=invocation.process.wait() == 0,
                selection="(a selection in Dagster)" if context.is_subset else "",
                is_last_part=is_last_part,
            )
        yield from _row_counts(context)

    return models


def _row_counts(context: dg.AssetExecutionContext) -> Iterator[dg.AssetObservation]:
    """Count rows after dbt has ended, because it holds the embedded directory while it runs."""
    with connect() as client:
        rows = client.query(
            "select database, name, total_rows from system.tables "
            "where total_rows is not null and database not like '%system%'"
        ).result_rows
    counts = {(database, name): count for database, name, count in rows}
    for key in context.selected_asset_keys:
        layer, name = key.path
        count = counts.get((settings.database(layer), name))
        if count is not None:
            yield dg.AssetObservation(key, metadata={"dagster/row_count": count})
