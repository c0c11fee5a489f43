"""dbt nodes in Dagster: keys, groups, descriptions of checks."""

import json

import dagster as dg
import pytest

from orchestration.defs.translator import LayerTranslator, asset_key, layer_of


@pytest.mark.parametrize(
    ("node", "key"),
    [
        (
            {"resource_type": "model", "name": "int_runs", "fqn": ["p", "intermediate", "runs"]},
            ["intermediate", "int_runs"],
        ),
        (
            {"resource_type": "seed", "name": "prices", "config": {"schema": "reference"}},
            ["reference", "prices"],
        ),
        (
            {"resource_type": "source", "name": "loads", "schema": "team_raw"},
            ["raw", "loads"],
        ),
    ],
    ids=["model", "seed", "source"],
)
def test_key_is_layer_and_name(monkeypatch, node, key):
    monkeypatch.setenv("TOKENHOUSE_DATABASE_PREFIX", "team_")
    assert asset_key(node) == dg.AssetKey(key)
    assert layer_of(node) == key[0]


@pytest.fixture(scope="module")
def manifest(prepared):
    return json.loads(prepared.read_text())


def test_layer_is_folder_and_database(manifest):
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            assert layer_of(node) == node["schema"], node["unique_id"]


def test_checks_say_what_they_demand(manifest):
    translator = LayerTranslator()
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    described = 0
    for test in tests:
        parent = test.get("attached_node")
        if not parent:
            continue
        asset = translator.get_asset_spec(manifest, parent, None)
        spec = translator.get_asset_check_spec(asset, manifest, test["unique_id"], None)
        assert spec.description
        if test["description"]:
            assert spec.description == test["description"]
            described += 1
    assert described


def test_description_is_free_of_sql(manifest):
    asset = LayerTranslator().get_asset_spec(manifest, "model.tokenhouse.run_analytics", None)
    assert "Raw SQL" not in asset.description
    assert asset.group_name == "12_marts"
    assert asset.owners
