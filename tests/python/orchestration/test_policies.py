"""Every layer has a policy, and every policy a layer."""

import pytest

from orchestration.defs.policies import LAYERS, POLICIES, group_of, policy


def test_layers_and_policies_are_the_same(definitions):
    graph = definitions.resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert {group.split("_")[1] for group in groups} == set(POLICIES) == set(LAYERS)


def test_groups_are_in_the_order_of_the_design():
    """From logs to what people read; a layer reads no later one, but for forecasts."""
    groups = [group_of(layer) for layer in LAYERS]
    assert groups == sorted(groups)
    assert groups[0] == "01_raw"
    assert groups[-2:] == ["12_marts", "13_exports"]


def test_an_unknown_layer_raises():
    with pytest.raises(ValueError, match="'gold' has no policy; declare"):
        policy("gold")
