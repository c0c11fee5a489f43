"""Every layer has a policy, and every policy a layer."""

import pytest

from orchestration.defs.policies import POLICIES, policy


def test_layers_and_policies_are_the_same(definitions):
    graph = definitions.resolve_asset_graph()
    layers = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert layers == set(POLICIES)


def test_an_unknown_layer_raises():
    with pytest.raises(ValueError, match="'gold' has no policy; declare"):
        policy("gold")
