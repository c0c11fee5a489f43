"""Rank tests and effect sizes of recent runs against earlier ones, with scipy."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import cauchy, irwinhall

_DECIMALS = 9  # the var comparison_decimals: equal runs stay equal

__all__ = ["ModelLevels", "Window", "combined", "compare", "effect_pct", "rank_test", "tie_factor"]


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


class ModelLevels:
    """Median residuals of the models that a baseline has enough runs of."""

    def __init__(self, baseline: Window, slope: float, rules: Mapping[str, Any]) -> None:
        self._slope, self._baseline = slope, baseline
        residuals, models = baseline.residuals(slope), np.array(baseline.models)
        enough = rules["regression_test_windows"]["minimum_model_runs"]
        self._by_model = {
            model: np.median(residuals[models == model])
            for model in set(baseline.models)
            if baseline.models.count(model) >= enough
        }

    def deviations(self, window: Window) -> np.ndarray:
        """Return the distances of runs from the level of their own model, where it has one."""
        pairs = zip(window.residuals(self._slope), window.models, strict=True)
        levels = self._by_model
        return np.array([value - levels[model] for value, model in pairs if model in levels]).round(
            _DECIMALS
        )

    def mix(self, window: Window) -> np.ndarray:
        """Return the level of each run's model; the run's own residual if there is none."""
        pairs = zip(window.residuals(self._slope), window.models, strict=True)
        levels = self._by_model
        return np.array([levels.get(model, value) for value, model in pairs]).round(_DECIMALS)

    def shift_of(self, recent: Window, is_mix_change: bool) -> float:
        """Return how far later runs are above the baseline, in what had changed."""
        if is_mix_change:
            return float(self.mix(recent).mean() - self.mix(self._baseline).mean())
        deviations = self.deviations(recent)
        if len(deviations):
            return float(np.median(deviations))
        now, before = (window.residuals(self._slope) for window in (recent, self._baseline))
        return float(np.median(now) - np.median(before))


def compare(
    recent: Window, baseline: Window, slope: float, metric: str, rules: Mapping[str, Any]
) -> dict[str, Any]:
    """Compare two windows by rank: the same models, and which models do the work.

    The smaller probability counts, times the number of tests. Between the same models, the shift is
    the median of all differences between a recent and an earlier run (Hodges-Lehmann), its interval
    the differences as far from the middle as the rank test reaches; between mixes of models it is
    the difference of the mean levels. Shifts are in percent; None if the difference is not
    significant.
    """
    limits = rules["regression_test_windows"]
    levels = ModelLevels(baseline, slope, rules)
    deviations = levels.deviations(recent), levels.deviations(baseline)
    mixes = levels.mix(recent), levels.mix(baseline)
    found: dict[str, Any] = dict.fromkeys(
        (
            "effect_pct",
            "effect_low_pct",
            "effect_high_pct",
            "same_model_effect_pct",
            "effect_without_worst_day_pct",
        )
    )
    sizes = window_sizes(recent, limits)
    same, mix = {}, {}
    if len(deviations[0]) >= limits["minimum_recent_runs"] and (
        len(deviations[1]) >= limits["minimum_baseline_runs"]
    ):
        tested = [levels.deviations(Window(recent.runs[-size:])) for size in sizes]
        same = {
            size: rank_test(values, deviations[1], tie_factor(deviations[1]))
            for size, values in zip(sizes, tested, strict=True)
            if len(values) >= limits["minimum_recent_runs"]
        }
    if len({*recent.models, *baseline.models}) > 1:
        mix = {size: rank_test(mixes[0][-size:], mixes[1], 1.0) for size in sizes}
    found["same_model_p_value"], found["mix_p_value"] = (
        combined(list(tests.values())) if tests else None for tests in (same, mix)
    )
    both = [found["same_model_p_value"], found["mix_p_value"]]
    known = [p_value for p_value in both if p_value is not None]
    found["p_value"] = min(1.0, min(known) * len(known))
    found["is_mix_change"] = both[1] is not None and (both[0] is None or both[1] < both[0])
    chosen = mix if found["is_mix_change"] else same
    found["recent_run_count"] = min(chosen, key=lambda size: (chosen[size], size))
    if found["p_value"] > rules["regression_false_discovery_rate"]:
        return found
    changed = Window(recent.runs[-found["recent_run_count"] :])
    deviations = levels.deviations(changed), deviations[1]
    mixes = levels.mix(changed), mixes[1]
    shift, low, high = (_mix_shift if found["is_mix_change"] else _rank_shift)(
        *(mixes if found["is_mix_change"] else deviations), rules["interval_z"]
    )
    found["effect_pct"] = effect_pct(shift, metric)
    found["effect_low_pct"], found["effect_high_pct"] = (effect_pct(x, metric) for x in (low, high))
    found["effect_without_worst_day_pct"] = effect_pct(
        min(_shifts_without_a_day(changed, levels, mixes[1], found["is_mix_change"])), metric
    )
    if len(deviations[0]):
        found["same_model_effect_pct"] = effect_pct(np.median(deviations[0]), metric)
    return found


def _shifts_without_a_day(
    changed: Window, levels: ModelLevels, mix_before: np.ndarray, is_mix_change: bool
) -> Iterator[float]:
    """Yield the shift of the runs of all days but one, for each; 0 where none are left."""
    for day in {run.day for run in changed.runs}:
        rest = Window([run for run in changed.runs if run.day != day])
        if is_mix_change:
            yield float(levels.mix(rest).mean() - mix_before.mean()) if len(rest) else 0.0
        else:
            left = levels.deviations(rest)
            yield float(np.median(left)) if len(left) else 0.0


def window_sizes(recent: Window, limits: Mapping[str, Any]) -> list[int]:
    """Return of how many last runs a window is tested: of all, and of a few on several days."""
    few = [
        size
        for size in limits["last_runs"]
        if size < len(recent)
        and len({run.day for run in recent.runs[-size:]}) >= limits["last_days"]
    ]
    return [*few, len(recent)]


def rank_test(now: np.ndarray, before: np.ndarray, ties: float) -> float:
    """Return how likely ranks as high are by chance, by Irwin and Hall's law; 0.5 from half on.

    Its variance is made that of Mann and Whitney's U, with a factor for ties.
    """
    n, m = len(now), len(before)
    above = sum((before > value).sum() + (before == value).sum() / 2 for value in now)
    width = math.sqrt(m / (n + m + 1))
    total = n / 2 - (n / 2 - (above + 0.5) / m) * width / math.sqrt(ties)
    total = max(total, n / 2 - (n / 2 - 0.5 / m) * width)
    return 0.5 if total >= n / 2 else float(irwinhall(n).cdf(total))


def tie_factor(before: np.ndarray) -> float:
    """Return by which ties of the earlier runs make the variance smaller, at least half."""
    _, equal = np.unique(before, return_counts=True)
    if len(equal) == 1:
        return 1.0
    return max(0.5, 1 - (equal**3 - equal).sum() / (len(before) ** 3 - len(before)))


def combined(chances: Sequence[float]) -> float:
    """Return one p-value of several, by Cauchy combination (Liu & Xie, 2020)."""
    return float(cauchy.sf(cauchy.isf(np.minimum(0.5, chances)).mean()))


def _rank_shift(now: np.ndarray, before: np.ndarray, z: float) -> tuple[float, float, float]:
    shifts = np.sort(np.subtract.outer(now, before).ravel())
    pairs = len(now) * len(before)
    reach = z * math.sqrt(pairs * (len(now) + len(before) + 1) / 12)
    rank = max(1, math.floor(pairs / 2 - reach))
    return float(np.median(shifts)), shifts[rank - 1], shifts[-rank]


def _mix_shift(now: np.ndarray, before: np.ndarray, z: float) -> tuple[float, float, float]:
    shift = now.mean() - before.mean()
    reach = z * math.sqrt(now.var(ddof=1) / len(now) + before.var(ddof=1) / len(before))
    return shift, shift - reach, shift + reach


def effect_pct(shift: float, metric: str) -> float:
    """Return a shift in percent: a factor for logarithms, points of a hundred for scores."""
    return float(100 * (shift if metric == "quality" else math.exp(shift) - 1))
