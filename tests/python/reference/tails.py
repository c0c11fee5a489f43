"""How far scores reach by chance, by the calibrated worker."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["tail_bounds"]


def tail_bounds(
    scores: Sequence[float | None], rules: Mapping[str, Any]
) -> tuple[tuple[float, float], dict[str, Any]]:
    """Return the bounds that hold, low and high, and what is known of the pool (K13).

    A generalised Pareto distribution is fitted to the low tail by probability-weighted moments.

    Parameters
    ----------
    scores : sequence of float or None
        Of the runs of the pool.
    rules : mapping
        Values of the vars, by name.
    """
    rule = rules["calibrated_tail"]
    first = (rule["first_bound"], rule["first_bound"])
    known = np.sort([score for score in scores if score is not None])
    if not known.size:
        return first, {}
    beyond = math.floor(known.size * rule["share"])
    pool = {"score_count": known.size, "low_bound": 0.0, "high_bound": 0.0}
    if known.size < rule["min_runs"] or not beyond or known[beyond] >= 0:
        return first, pool
    start = -known[beyond]
    excesses = np.sort(-known[:beyond] - start)
    mean = excesses.mean()
    # Each weighted with the share of the others above it.
    above = (excesses * (1 - (np.arange(1, beyond + 1) - 0.35) / beyond)).mean()
    shape = np.clip(2 - mean / (mean - 2 * above), -0.5, 0.5) if mean > 2 * above else -0.5
    prior = rule["shape_prior_runs"]
    shape = (beyond * shape + prior * rule["shape"]) / (beyond + prior)
    rarer = rule["share"] / rules["calibrated_false_alarm_rate"]
    growth = math.log(rarer) if abs(shape) < 1e-6 else (rarer**shape - 1) / shape
    reach = start + mean * (1 - shape) * growth
    low = max(reach, rule["min_bound"])
    high = max(reach * _asymmetry(known, math.log(rarer), rule), rule["min_bound"])
    return (low, high), pool | {"low_bound": low, "high_bound": high}


def _asymmetry(known: np.ndarray, log_rarer: float, rule: Mapping[str, Any]) -> float:
    """Return how many times as far as the low side the high side of sorted scores reaches."""
    ratios = []
    for share in (rule["share"], rule["far_share"]):
        above = known[known.size - 1 - math.floor(known.size * (share + rule["fault_share"]))]
        ratios.append(above / -known[math.floor(known.size * share)])
    growth = max(0.0, (ratios[1] - ratios[0]) / math.log(rule["share"] / rule["far_share"]))
    usual = growth**3 / (growth**2 + rule["growth_noise"] ** 2 / known.size)
    return min(ratios[0] + usual * log_rarer, rule["max_asymmetry"])
