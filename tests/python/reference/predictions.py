"""Predictions by an independent worker, in order of time, from the runs that had ended before."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

__all__ = ["METRICS", "predict"]

METRICS = {"cost": "total_cost_usd", "duration": "total_duration_ms"}
FIXED_CHARS = {"cost": 2000, "duration": 1}
PRIOR_SLOPE = {"cost": 0.6, "duration": 0.2}
LEVELS = (0.025, 0.1, 0.9, 0.975, 0.99)


class _Memory:
    """What is learnt from ended runs, for one metric."""

    def __init__(self, metric: str) -> None:
        self.metric = metric
        self.lines: dict[tuple, list[tuple[float, float]]] = defaultdict(list)
        self.residuals: dict[tuple, list[float]] = defaultdict(list)
        self.ratios: dict[tuple, list[float]] = defaultdict(list)
        self.misses: dict[tuple[str, date], list[float]] = defaultdict(list)

    def predict(self, run: Mapping[str, Any]) -> dict[str, Any]:
        workflow = (run["source"], run["workflow_id"])
        model = (*workflow, run["primary_model"])
        size = math.log(run["input_chars"] + FIXED_CHARS[self.metric])
        prediction: dict[str, Any] = {"fallback": "none", "size": size, "typical": None}
        known = self.lines[model] or self.lines[workflow]
        if not known:
            return prediction
        few = "few_runs" if len(known) < 5 else "fitted"
        prediction["fallback"] = few if self.lines[model] else "workflow"
        x, y = np.array(known[-1000:]).T
        variation = ((x - x.mean()) ** 2).sum()
        covariation = ((x - x.mean()) * (y - y.mean())).sum()
        slope = (covariation + 20 * PRIOR_SLOPE[self.metric]) / (variation + 20)
        prediction["line"] = y.mean() + slope * (size - x.mean())
        widened = math.sqrt(1 + 1 / len(x) + (size - x.mean()) ** 2 / (variation + 2))
        cohort, history = self._cohort(model, run)
        own = self.residuals[model]
        location, scale = _shrunk(own, 0.0, 0.3, 5)
        if cohort != "workflow":
            location, scale = _shrunk(history, location, scale, 10)
        is_fitted = prediction["fallback"] == "fitted"
        prediction["cohort"] = cohort if is_fitted and own else "workflow"
        prediction["predicted"] = prediction["line"] + (location if is_fitted else 0)
        prediction["scale"] = max(scale, 0.03) * widened
        prediction["typical"] = math.exp(prediction["predicted"])
        everyone, mine = self.ratios["all",][-1000:], self.ratios[model][-1000:]
        smearing = np.mean(everyone) if everyone else 1.0
        factor = (sum(mine) + 50 * smearing) / (len(mine) + 50)
        prediction["expected"] = prediction["typical"] * factor
        pool = self._pool(prediction["fallback"], run["started_at"].date())
        prediction["quantiles"] = None
        if len(pool) >= 50:
            prediction["quantiles"] = [pool[int(level * len(pool))] for level in LEVELS]
            prediction["bounds"] = [
                prediction["typical"] * math.exp(prediction["scale"] * quantile)
                for quantile in prediction["quantiles"][:4]
            ]
        return prediction

    def learn(self, run: Mapping[str, Any], prediction: Mapping[str, Any]) -> None:
        value = float(run[METRICS[self.metric]])
        if value <= 0:
            return
        workflow = (run["source"], run["workflow_id"])
        model = (*workflow, run["primary_model"])
        for key in (workflow, model):
            self.lines[key].append((prediction["size"], math.log(value)))
        if prediction["fallback"] == "none":
            return
        miss = (math.log(value) - prediction["predicted"]) / prediction["scale"]
        self.misses[prediction["fallback"], run["ended_at"].date()].append(miss)
        if prediction["fallback"] == "fitted":
            for _, key in self._cohorts(model, run):
                self.residuals[key].append(math.log(value) - prediction["line"])
            extreme = prediction["quantiles"][4] if prediction["quantiles"] else 3
            ratio = math.exp(prediction["scale"] * min(miss, extreme))
            for key in (("all",), model):
                self.ratios[key].append(ratio)

    @staticmethod
    def _cohorts(model: tuple, run: Mapping[str, Any]) -> list[tuple[str, tuple]]:
        species, category = run["species_hash"] or "", run["input_category"]
        return [
            ("species_size", (*model, "both", species, category)),
            ("species", (*model, "species", species)),
            ("category", (*model, "category", category)),
            ("workflow", model),
        ]

    def _cohort(self, model: tuple, run: Mapping[str, Any]) -> tuple[str, list[float]]:
        for cohort, key in self._cohorts(model, run):
            if len(self.residuals[key]) >= 5 or cohort == "workflow":
                break
        return cohort, self.residuals[key]

    def _pool(self, fallback: str, day: date) -> list[float]:
        """Return the last 500 misses of the 30 days before a day; runs are learnt as they end."""
        days = [day - timedelta(days=back) for back in range(30, 0, -1)]
        return sorted([miss for past in days for miss in self.misses[fallback, past]][-500:])


def _shrunk(
    history: list[float], location: float, scale: float, prior_runs: int
) -> tuple[float, float]:
    """Return the location of the last 50 and the scale of the last 200, shrunk to the parent's."""
    if not history:
        return location, scale
    recent, longer = np.array(history[-50:]), np.array(history[-200:])
    spread = 1.4826 * np.median(np.abs(longer - np.median(longer)))
    return (
        (len(recent) * np.median(recent) + 5 * location) / (len(recent) + 5),
        math.sqrt((len(longer) * spread**2 + prior_runs * scale**2) / (len(longer) + prior_runs)),
    )


def predict(runs: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Predict every run at its start, from the runs that had ended before.

    Parameters
    ----------
    runs : iterable of mapping
        Columns of `int_runs`; ``ended_at`` is None for a run that still runs.

    Returns
    -------
    dict of (str, str) to dict
        By run and metric: fallback, cohort, typical, expected and the four bounds.
    """
    moments: list[tuple[datetime, int, str, Mapping[str, Any]]] = []
    for run in runs:
        moments.append((run["started_at"], 0, run["run_id"], run))
        if run["ended_at"] is not None:
            moments.append((run["ended_at"], 1, run["run_id"], run))
    predictions: dict[tuple[str, str], dict[str, Any]] = {}
    memories = {metric: _Memory(metric) for metric in METRICS}
    for _, is_end, run_id, run in sorted(moments, key=lambda moment: moment[:3]):
        for metric, memory in memories.items():
            if is_end:
                memory.learn(run, predictions[run_id, metric])
            else:
                predictions[run_id, metric] = memory.predict(run)
    return predictions
