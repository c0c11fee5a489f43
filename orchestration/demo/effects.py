"""Faults and their effects on a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["FAULT_KINDS", "NO_EFFECT", "Effects", "Fault", "combine"]

FAULT_KINDS = (
    "runaway_loop",
    "silent_cost_increase",
    "model_swap",
    "price_change",
    "error_burst",
    "slow_provider",
    "missing_day",
    "late_records",
    "duplicate_records",
)


@dataclass(frozen=True)
class Effects:
    """Differences of a run from the same run without faults.

    Attributes
    ----------
    call_factor : int
        Times each cell's model calls are repeated.
    token_factor : float
        Factor on the tokens of each call.
    primary_model : str
        Model used in place of the workflow's main one; empty for no change.
    price_factors : mapping of str to float
        Factor on the reported cost, by model.
    error_share : float or None
        Probability of a failing call; None for the workflow's own.
    slowness : mapping of str to float
        Factor on the duration of calls, by provider.
    """

    call_factor: int = 1
    token_factor: float = 1.0
    primary_model: str = ""
    price_factors: Mapping[str, float] = field(default_factory=dict)
    error_share: float | None = None
    slowness: Mapping[str, float] = field(default_factory=dict)


NO_EFFECT = Effects()


@dataclass(frozen=True)
class Fault:
    """One injected fault.

    Attributes
    ----------
    fault_id, kind, workflow_id, species_hash, expected_signal, detail : str
        As in ``demo.fault_labels``.
    starts_ms, ends_ms : int
        Half-open span in milliseconds since 1970, UTC.
    effects : Effects
        Effects on the runs that start in the span.
    session_ids : frozenset of str
        The only affected runs; empty for every run of the workflow.
    """

    fault_id: str
    kind: str
    workflow_id: str
    species_hash: str
    expected_signal: str
    detail: str
    starts_ms: int
    ends_ms: int
    effects: Effects = NO_EFFECT
    session_ids: frozenset[str] = frozenset()

    def covers(self, cascade_id: str, session_id: str, started_ms: int) -> bool:
        """Return whether a run falls under the fault."""
        return (
            self.starts_ms <= started_ms < self.ends_ms
            and self.workflow_id in ("", cascade_id)
            and (not self.session_ids or session_id in self.session_ids)
        )


def combine(faults: Iterable[Fault]) -> Effects:
    """Return the joint effect of several faults on one run.

    Parameters
    ----------
    faults : iterable of Fault
        The faults that cover the run.

    Returns
    -------
    Effects
        Factors multiply; the last named model and error share win.
    """
    joint = NO_EFFECT
    for fault in faults:
        one = fault.effects
        slowness = dict(joint.slowness)
        for provider, factor in one.slowness.items():
            slowness[provider] = slowness.get(provider, 1.0) * factor
        joint = Effects(
            call_factor=joint.call_factor * one.call_factor,
            token_factor=joint.token_factor * one.token_factor,
            primary_model=one.primary_model or joint.primary_model,
            price_factors={**joint.price_factors, **one.price_factors},
            error_share=joint.error_share if one.error_share is None else one.error_share,
            slowness=slowness,
        )
    return joint
