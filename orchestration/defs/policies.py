"""What each layer promises: how fresh it is, and when it is made without being asked.

One declaration per layer, never per model.
"""

from dataclasses import dataclass
from datetime import timedelta

import dagster as dg

__all__ = ["POLICIES", "LayerPolicy", "policy"]


@dataclass(frozen=True)
class LayerPolicy:
    """The promises of a layer.

    Attributes
    ----------
    freshness : dagster.FreshnessPolicy or None
        When its assets count as stale; None where age says nothing.
    automation : dagster.AutomationCondition or None
        When its assets are made, once the default automation sensor is switched on (it is off at
        first: the landing sensor and the daily schedule are enough for most).
    """

    freshness: dg.FreshnessPolicy | None = None
    automation: dg.AutomationCondition | None = None


# As the sources declare for dbt: logs usually arrive daily; a day late is worth a look, three days
# a stopped shipper. What is built from them is as late as they are.
_DAILY = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=36), fail_window=timedelta(hours=72)
)
_WITH_ITS_INPUTS = dg.AutomationCondition.eager()

POLICIES = {
    # Loading is started by files and by the clock, never by a condition on other assets.
    "raw": LayerPolicy(freshness=_DAILY),
    "demo": LayerPolicy(),
    # Reference data is as old as the last decision about it.
    "reference": LayerPolicy(),
    # Views are always as fresh as what they show.
    "staging": LayerPolicy(automation=_WITH_ITS_INPUTS),
    "conformed": LayerPolicy(automation=_WITH_ITS_INPUTS),
    "intermediate": LayerPolicy(automation=_WITH_ITS_INPUTS),
    "baselines": LayerPolicy(automation=_WITH_ITS_INPUTS),
    "scores": LayerPolicy(automation=_WITH_ITS_INPUTS),
    "regressions": LayerPolicy(automation=_WITH_ITS_INPUTS),
    "predictions": LayerPolicy(automation=_WITH_ITS_INPUTS),
    # Fitting takes minutes: by the clock, once the day is over, never with each load.
    "ml": LayerPolicy(freshness=_DAILY),
    "marts": LayerPolicy(freshness=_DAILY, automation=_WITH_ITS_INPUTS),
}


def policy(layer: str) -> LayerPolicy:
    """Return the policy of a layer.

    Arguments
    ---------
    layer : str
        Name of the layer.

    Returns
    -------
    LayerPolicy
        What was declared for it.

    Raises
    ------
    ValueError
        If nothing was: a new layer is declared before it is used.
    """
    if layer not in POLICIES:
        raise ValueError(
            f"The layer {layer!r} has no policy; declare its freshness and automation in "
            f"orchestration/defs/policies.py (known: {', '.join(POLICIES)})."
        )
    return POLICIES[layer]
