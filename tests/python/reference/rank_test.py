"""Rank test and effect size of recent runs against earlier ones, with scipy."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import mannwhitneyu

__all__ = ["Window", "compare", "effect_pct"]


class Window:
    """Runs of a species: values (higher is worse), explanatory sizes, and models."""

    def __init__(self, runs: Sequence[Any]) -> None:
        self.runs = list(runs)
        self.values = np.array([run.value for run in runs])
        self.explained_by = np.array([run.explained_by for run in runs])
        self.models = [run.model for run in runs]

    def __len__(self) -> int:
        return len(self.models)

    def slope(self, prior: float, prior_runs: int) -> float:
        """Return the slope of the least-squares line, shrunk by a prior weight in runs."""
        if len(self) < 2 or np.var(self.explained_by) < 1e-9:
            return prior
        own = np.polyfit(self.explained_by - self.explained_by.mean(), self.values, 1)[0]
        return (len(self) * own + prior_runs * prior) / (len(self) + prior_runs)

    def residuals(self, slope: float) -> np.ndarray:
        """Return the residuals from a slope."""
        return self.values - slope * self.explained_by


def compare(
    recent: Window, baseline: Window, slope: float, metric: str, rules: Mapping[str, Any]
) -> dict[str, Any]:
    """Compare two windows by rank: probability, shift with its interval, shift within models.

    The shift is the median of all differences between a recent and an earlier run
    (Hodges-Lehmann), its interval the differences as far from the middle as the rank test reaches.
    Shifts are in percent; None if the difference is not significant.
    """
    now, before = recent.residuals(slope), baseline.residuals(slope)
    p_value = 0.5
    if len({*now, *before}) > 1:
        p_value = mannwhitneyu(now, before, alternative="greater", method="asymptotic").pvalue
    found: dict[str, Any] = dict.fromkeys(
        ("effect_pct", "effect_low_pct", "effect_high_pct", "same_model_effect_pct")
    )
    found["p_value"] = float(p_value)
    if p_value > rules["regression_false_discovery_rate"]:
        return found
    shifts = np.sort(np.subtract.outer(now, before).ravel())
    pairs = len(now) * len(before)
    reach = rules["interval_z"] * math.sqrt(pairs * (len(now) + len(before) + 1) / 12)
    rank = max(1, math.floor(pairs / 2 - reach))
    found["effect_pct"] = effect_pct(np.median(shifts), metric)
    found["effect_low_pct"] = effect_pct(shifts[rank - 1], metric)
    found["effect_high_pct"] = effect_pct(shifts[-rank], metric)
    levels = {
        model: np.median([v for v, m in zip(before, baseline.models, strict=True) if m == model])
        for model in set(baseline.models)
        if baseline.models.count(model) >= rules["regression_test_windows"]["minimum_model_runs"]
    }
    within_model = [v - levels[m] for v, m in zip(now, recent.models, strict=True) if m in levels]
    if within_model:
        found["same_model_effect_pct"] = effect_pct(np.median(within_model), metric)
    return found


def effect_pct(shift: float, metric: str) -> float:
    """Return a shift in percent: a factor for logarithms, points of a hundred for scores."""
    return float(100 * (shift if metric == "quality" else math.exp(shift) - 1))
