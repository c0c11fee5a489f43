"""Freshness and automation of each layer.

One declaration per layer, never per model.
"""

from dataclasses import dataclass
from datetime import timedelta

import dagster as dg

from orchestration.settings import built_layers

__all__ = ["POLICIES", "LayerPolicy", "policy"]


@dataclass(frozen=True)
class LayerPolicy:
    """Freshness and automation of a layer.

    Attributes
    ----------
    freshness : dagster.FreshnessPolicy or None
        When its assets are stale; None if age does not matter.
    automation : dagster.AutomationCondition or None
        When its assets are materialized, if the default automation sensor is switched on (it is off
        by default: the landing sensor and the daily schedule usually suffice).
    """

    freshness: dg.FreshnessPolicy | None = None
    automation: dg.AutomationCondition | None = None


# As the sources declare for dbt: logs usually arrive daily; one day late is a warning, after three
# days a log shipper has probably stopped. Models are as late as their sources.
_DAILY = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=36), fail_window=timedelta(hours=72)
)
_WITH_ITS_INPUTS = dg.AutomationCondition.eager()

POLICIES = {
    # Views are always as fresh as what they show, and tables follow what they are built from.
    **dict.fromkeys(built_layers(), LayerPolicy(automation=_WITH_ITS_INPUTS)),
    "marts": LayerPolicy(freshness=_DAILY, automation=_WITH_ITS_INPUTS),
    # Loading is started by files and by the schedule, never by a condition on other assets.
    "raw": LayerPolicy(freshness=_DAILY),
    "demo": LayerPolicy(),
    # Reference data changes when somebody edits it.
    "reference": LayerPolicy(),
    # Sent after each build, and on a schedule of its own.
    "delivery": LayerPolicy(),
    # Written when somebody asks.
    "exports": LayerPolicy(),
    # Fitting takes minutes: once per complete day by the schedule, not with each load.
    "ml": LayerPolicy(freshness=_DAILY),
}


def policy(layer: str) -> LayerPolicy:
    """Return the policy of a layer.

    Parameters
    ----------
    layer : str
        Name of the layer.

    Returns
    -------
    LayerPolicy
        Its declaration.

    Raises
    ------
    ValueError
        If there is none: a new layer must be declared before it is used.
    """
    if layer not in POLICIES:
        raise ValueError(
            f"The layer {layer!r} has no policy; declare its freshness and automation in "
            f"orchestration/defs/policies.py (known: {', '.join(POLICIES)})."
        )
    return POLICIES[layer]
