"""Translation of dbt's nodes to Dagster: keys, groups, policies, descriptions and checks."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration import settings
from orchestration.defs.policies import group_of, policy
from orchestration.transformation.currentness import code_version
from orchestration.transformation.fingerprint import shared_code
from orchestration.transformation.graph import graph_of
from orchestration.transformation.options import BuildOptions

__all__ = ["LayerTranslator", "asset_key", "layer_of"]

_LEDGER = dg.AssetKey(["raw", "loads"])


def layer_of(node: Mapping[str, Any]) -> str:
    """Return the layer of a dbt node.

    Parameters
    ----------
    node : mapping
        A node or source of the manifest.

    Returns
    -------
    str
        The folder under ``models``; ``reference`` for seeds; for a source its database without
        ``TOKENHOUSE_DATABASE_PREFIX``.
    """
    if node["resource_type"] == "source":
        return node["schema"].removeprefix(settings.database(""))
    if node["resource_type"] == "seed":
        return node["config"]["schema"]
    return node["fqn"][1]


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """Return the asset key of a dbt node.

    Parameters
    ----------
    node : mapping
        A node or source of the manifest.

    Returns
    -------
    dagster.AssetKey
        Layer and name, as in SQL.
    """
    return dg.AssetKey([layer_of(node), node["name"]])


class LayerTranslator(DagsterDbtTranslator):
    """Layer = folder = database = group; the dbt group only sets the owner."""

    _known: Mapping[str, str] | None = None

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the asset of a node, with its layer's policies.

        Its code version is the one by which ``tokenhouse build`` knows that a node is stale. All of
        staging reads the ledger of loads: where a raw table is read too, only that is drawn.
        """
        layer = layer_of(self.get_resource_props(manifest, unique_id))
        spec = super().get_asset_spec(manifest, unique_id, project)
        raw = [dep for dep in spec.deps if dep.asset_key.path[0] == "raw"]
        return spec.replace_attributes(
            freshness_policy=policy(layer).freshness,
            automation_condition=policy(layer).automation,
            code_version=self._code_versions(manifest).get(unique_id),
            deps=[dep for dep in spec.deps if dep.asset_key != _LEDGER or len(raw) == 1],
        )

    def _code_versions(self, manifest: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the versions of the code of all nodes, which are computed once."""
        if self._known is None:
            shared = shared_code(BuildOptions())
            self._known = {
                node.unique_id: code_version(shared, node) for node in graph_of(dict(manifest))
            }
        return self._known

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Return the check of a test, with the test's own description."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return spec._replace(description=_check_description(manifest["nodes"][unique_id]))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return layer and name."""
        return asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the layer, with its place."""
        return group_of(layer_of(dbt_resource_props))

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the node's description, without its SQL."""
        return dbt_resource_props.get("description") or ""


def _check_description(test: Mapping[str, Any]) -> str:
    """Return the description of a test, or else its arguments."""
    if test.get("description"):
        return test["description"]
    generic = test.get("test_metadata")
    if not generic:
        return "Returns no rows."
    arguments = {
        name: value
        for name, value in generic.get("kwargs", {}).items()
        if name not in ("model", "column_name")
    }
    column = test.get("column_name")
    demand = f"{column}: {generic['name']}" if column else generic["name"]
    stated = ", ".join(f"{name} = {value}" for name, value in arguments.items())
    return f"{demand} ({stated})" if stated else demand
