"""Are recent runs worse than those before, and by how much? By scipy, from arrays of one metric."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import mannwhitneyu

__all__ = ["Window", "compare", "effect_pct"]


class Window:
    """Some runs of a species: values (higher is worse), what explains them, and their models."""

    def __init__(self, runs: Sequence[Any]) -> None:
        self.runs = list(runs)
        self.values = np.array([run.value for run in runs])
        self.explained_by = np.array([run.explained_by for run in runs])
        self.models = [run.model for run in runs]

    def __len__(self) -> int:
        return len(self.models)

    def slope(self, prior: float, prior_runs: int) -> float:
        """Return the slope of the least-squares line, drawn to the prior as to so many runs."""
        if len(self) < 2 or np.var(self.explained_by) < 1e-9:
            return prior
        own = np.polyfit(self.explained_by - self.explained_by.mean(), self.values, 1)[0]
        return (len(self) * own + prior_runs * prior) / (len(self) + prior_runs)

    def residuals(self, slope: float) -> np.ndarray:
        """Return the values without what a slope explains."""
        return self.values - slope * self.explained_by


def compare(
    recent: Window, baseline: Window, slope: float, metric: str, rules: Mapping[str, Any]
) -> dict[str, Any]:
    """Compare two windows by rank: probability, shift with its interval, shift within models.

    The shift is the median of all differences between a recent and an earlier run
    (Hodges-Lehmann), its interval the differences as far from the middle as the rank test reaches.
    Shifts stand for percent; None where chance explains the ranks.
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
    beside = [v - levels[m] for v, m in zip(now, recent.models, strict=True) if m in levels]
    if beside:
        found["same_model_effect_pct"] = effect_pct(np.median(beside), metric)
    return found


def effect_pct(shift: float, metric: str) -> float:
    """Return a shift in percent: of a logarithm a factor's, of a score in points of a hundred."""
    return float(100 * (shift if metric == "quality" else math.exp(shift) - 1))
