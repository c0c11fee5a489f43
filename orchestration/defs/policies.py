"""Freshness and automation of each layer.

One declaration per layer, never per model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import dagster as dg

from orchestration import settings
from orchestration.settings import built_layers

__all__ = [
    "DAILY",
    "LAYERS",
    "POLICIES",
    "LayerPolicy",
    "group_of",
    "owners_of",
    "policy",
    "pool_of",
]

DAILY = "30 2 * * *"
"""Days are UTC days: at 02:30 yesterday is complete, even if log shippers are two hours late."""

LAYERS = ("raw", "demo", "reference", *built_layers()[:-1], "ml", built_layers()[-1], "exports")
"""The layers in the order of the design: from logs to what people read."""


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
    # Written when somebody asks.
    "exports": LayerPolicy(),
    # Fitting takes minutes: once per complete day by the schedule, not with each load.
    "ml": LayerPolicy(freshness=_DAILY),
}


def group_of(layer: str) -> str:
    """Return the group of a layer: its place and its name, as Dagster sorts groups by name.

    Parameters
    ----------
    layer : str
        Name of the layer.

    Returns
    -------
    str
        Such as ``01_raw``.

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    return f"{LAYERS.index(layer) + 1:02}_{layer}"


def pool_of(work: str) -> str:
    """Return the pool of what writes to the warehouse, of which one run at a time is in.

    Parameters
    ----------
    work : str
        ``loading``, ``models`` or ``forecasts``.

    Returns
    -------
    str
        One pool for all on the embedded target, where one process at a time can open the database;
        a pool each on a server, which lets them write different tables at the same time.
    """
    return "embedded_warehouse" if settings.target() == "embedded" else f"server_{work}"


def owners_of(manifest: Mapping[str, Any], group: str) -> list[str]:
    """Return who answers for assets that are no models, by the group of marts that they serve.

    Parameters
    ----------
    manifest : mapping
        dbt's manifest.
    group : str
        A group of ``models/_groups.yml``.

    Returns
    -------
    list of str
        The address of its owner.
    """
    return [
        found["owner"]["email"] for found in manifest["groups"].values() if found["name"] == group
    ]


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
