"""Calibrated judgement by an independent worker: each run by what had ended before it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from reference.calibrated_scores import METRICS, score

__all__ = ["RULES", "Judgements", "judge"]

Row = dict[str, Any]

RULES: Mapping[str, Any] = {
    "conditional_fit_runs": 1000,
    "conditional_slope": {"cost": 0.4, "duration": 0.8, "runs": 50},
    "calibrated_bounds": {"cost": 6, "duration": 3.5, "tokens": 6},
    "calibrated_min_runs": 5,
    "calibrated_history_runs": 200,
    "calibrated_cohort_min_runs": 5,
    "calibrated_centre_prior_runs": 5,
    "calibrated_scale_prior_runs": 20,
    "calibrated_leverage_runs": 2,
    "calibrated_call_tokens": 40,
    "calibrated_pool_days": 30,
    "calibrated_pool_min_runs": 50,
    "calibrated_prior_scale": 0.3,
    "calibrated_min_scale": 0.03,
    "calibrated_output": {"min_share": 0.95, "min_runs": 20},
    "calibrated_recent_runs": 7,
    "calibrated_error": {"max_probability": 0.01, "min_runs": 20},
}
"""The vars, by the values that their reasons are given for."""


@dataclass(frozen=True)
class Judgements:
    """What is said of each run, earliest end first, and of each day, by the layer that says it."""

    fits: list[Row] = field(default_factory=list)
    pools: list[Row] = field(default_factory=list)
    baselines: list[Row] = field(default_factory=list)
    scores: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class _Past:
    """What is remembered of a run: logarithms of its sizes and metrics, and its residuals."""

    ended_on: date
    has_output: bool
    has_error: bool
    sizes: dict[str, float]
    metrics: dict[str, float | None]
    residuals: dict[str, float | None]

    @property
    def is_judged(self) -> bool:
        """Say whether it was near or far from anything."""
        return any(residual is not None for residual in self.residuals.values())


def judge(runs: Iterable[Mapping[str, Any]], rules: Mapping[str, Any] = RULES) -> Judgements:
    """Judge every run by the runs that had ended before it (K2, K13).

    Arguments
    ---------
    runs : iterable of mapping
        Rows of ended runs, as `Worker.analyse` returns them; dollars, milliseconds.
    rules : mapping
        Values of the vars, by name.
    """
    in_order = sorted(runs, key=lambda run: (run["ended_at"], run["run_id"]))
    ends_of_children: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for run in in_order:
        if run["parent_run_id"] is not None:
            end = (run["ended_at"], float(run["total_duration_ms"]))
            ends_of_children[run["parent_run_id"]].append(end)
    memory = _Memory(rules)
    for run in in_order:
        ends = ends_of_children[run["run_id"]]
        # What ends after its parent is nothing that the parent waited for.
        waited_ms = sum(duration for ended_at, duration in ends if ended_at <= run["ended_at"])
        memory.judge(run, waited_ms)
    return memory.told


class _Memory:
    """The runs judged so far, by all that they are compared by."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self.told = Judgements()
        self._rules = rules
        self._past: dict[tuple, list[_Past]] = defaultdict(list)
        self._pool: dict[str, tuple[int, float]] = {}
        self._today: date | None = None

    def judge(self, run: Mapping[str, Any], waited_ms: float) -> None:
        workflow = ("workflow", run["source"], run["workflow_id"])
        model = (*workflow, run["primary_model"])
        sizes, metrics = self._measures(run, waited_ms)
        fit: Row = {
            "run_id": run["run_id"],
            "has_output": run["total_output_tokens"] > 0,
            "has_error": run["error_count"] > 0,
        }
        fit |= self._fit(self._past[model], sizes, metrics)
        fit |= self._errors(self._past[workflow], fit["has_error"])
        self._begin_day(run["ended_at"].date())
        baseline = {"run_id": run["run_id"]} | self._baseline(model, run)
        self.told.fits.append(fit)
        self.told.baselines.append(baseline)
        self.told.scores.append(score(fit, baseline, self._rules))
        past = _Past(
            ended_on=run["ended_at"].date(),
            has_output=fit["has_output"],
            has_error=fit["has_error"],
            sizes=sizes,
            metrics=metrics,
            residuals={metric: fit[f"{metric}_residual"] for metric in METRICS},
        )
        for key in (("all",), workflow, model, *self._narrower_cohorts(model, run).values()):
            self._past[key].append(past)

    def _measures(self, run: Mapping[str, Any], waited_ms: float) -> tuple[dict, dict]:
        """Return the logarithms of what explains the metrics, and of the metrics; None of none."""
        duration = run["total_duration_ms"]
        own_duration = duration - waited_ms if waited_ms < duration else duration
        called = self._rules["calibrated_call_tokens"] * run["call_count"]
        sizes = {
            "cost": math.log(max(run["input_chars"], 1)),
            "duration": math.log(max(run["total_output_tokens"] + called, 1)),
        }
        amounts = {
            "cost": float(run["total_cost_usd"]),
            "duration": own_duration,
            "tokens": run["total_tokens"],
        }
        return sizes | {"tokens": sizes["cost"]}, {
            metric: math.log(amount) if amount > 0 else None for metric, amount in amounts.items()
        }

    def _fit(self, earlier: Sequence[_Past], sizes: Mapping, metrics: Mapping) -> Row:
        """Return how far a run is from the line through the earlier ones, metric by metric."""
        earlier = earlier[-self._rules["conditional_fit_runs"] :]
        fit: Row = {
            "comparable_run_count": len(earlier),
            "comparable_output_run_count": sum(past.has_output for past in earlier),
        }
        slope = self._rules["conditional_slope"]
        for metric in METRICS:
            known = [past for past in earlier if past.metrics[metric] is not None]
            fit[f"{metric}_run_count"] = len(known)
            fit[f"{metric}_uncertainty"] = math.nan
            fit[f"{metric}_residual"] = None
            if not known:
                continue
            x = np.array([past.sizes[metric] for past in known]).round(9)
            y = np.array([past.metrics[metric] for past in known]).round(9)
            distance = sizes[metric] - x.mean()
            variation = ((x - x.mean()) ** 2).sum()
            uncertainty = math.sqrt(
                1
                + 1 / len(known)
                + distance**2 / (variation + self._rules["calibrated_leverage_runs"])
            )
            fit[f"{metric}_uncertainty"] = uncertainty
            if metrics[metric] is None or len(known) < self._rules["calibrated_min_runs"]:
                continue
            prior = slope["duration"] if metric == "duration" else slope["cost"]
            covariation = ((x - x.mean()) * (y - y.mean())).sum()
            tilt = (covariation + slope["runs"] * prior) / (variation + slope["runs"])
            line = y.mean() + tilt * distance
            fit[f"{metric}_residual"] = (metrics[metric] - line) / uncertainty
        return fit

    def _errors(self, earlier: Sequence[_Past], has_error: bool) -> Row:
        """Return how many runs of the workflow failed just now, and how many before."""
        recent = earlier[-self._rules["calibrated_recent_runs"] :]
        older = earlier[-self._rules["conditional_fit_runs"] :][: -len(recent)] if recent else []
        return {
            "older_run_count": len(older),
            "older_error_run_count": sum(past.has_error for past in older),
            "recent_error_run_count": sum(past.has_error for past in recent) + has_error,
        }

    def _begin_day(self, day: date) -> None:
        """Set the spread of all workflows on the days before, once a day."""
        if day == self._today:
            return
        self._today = day
        first = day - timedelta(days=self._rules["calibrated_pool_days"])
        pooled = [past for past in self._past["all",] if first <= past.ended_on < day]
        row: Row = {"ended_date": day}
        for metric in METRICS:
            misses = sorted(abs(past.residuals[metric]) for past in _having(pooled, metric))
            scale = self._rules["calibrated_prior_scale"]
            if len(misses) >= self._rules["calibrated_pool_min_runs"]:
                scale = 1.4826 * misses[len(misses) // 2]
            row |= {f"{metric}_run_count": len(misses), f"{metric}_scale": scale}
            self._pool[metric] = scale
        if pooled:
            self.told.pools.append(row)

    @staticmethod
    def _narrower_cohorts(model: tuple, run: Mapping[str, Any]) -> dict[str, tuple]:
        """Return the keys of what comes before workflow and model; species cross workflows."""
        cohorts = {"category": ("category", *model, run["input_category"])}
        if run["species_hash"] is None:
            return cohorts
        return {"species": ("species", run["species_hash"], run["primary_model"])} | cohorts

    def _cohort(self, model: tuple, run: Mapping[str, Any]) -> tuple[str, list[_Past]]:
        """Return the narrowest cohort with enough runs that have residuals, and its last runs."""
        reach = self._rules["calibrated_history_runs"]
        for cohort, key in self._narrower_cohorts(model, run).items():
            history = self._past[key][-reach:]
            size = sum(past.is_judged for past in history)
            if size >= self._rules["calibrated_cohort_min_runs"]:
                return cohort, history
        return "workflow", self._past[model][-reach:]

    def _baseline(self, model: tuple, run: Mapping[str, Any]) -> Row:
        """Return the centre and scale of what a run's residuals are compared with."""
        cohort, history = self._cohort(model, run)
        parent = self._past[model][-self._rules["calibrated_history_runs"] :]
        size = sum(past.is_judged for past in history)
        row: Row = {"cohort": cohort, "cohort_run_count": size}
        for metric in METRICS:
            centre, scale = self._shrunk(parent, metric, 0, self._pool[metric])
            if cohort != "workflow":
                centre, scale = self._shrunk(history, metric, centre, scale)
            row[f"{metric}_centre"] = centre
            row[f"{metric}_scale"] = max(scale, self._rules["calibrated_min_scale"])
        return row

    def _shrunk(
        self, history: Sequence[_Past], metric: str, centre: float, scale: float
    ) -> tuple[float, float]:
        """Return middle and spread of a history, both drawn to the parent's."""
        residuals = np.array([past.residuals[metric] for past in _having(history, metric)])
        if not residuals.size:
            return centre, scale
        size, middle = len(residuals), np.median(residuals)
        spread = 1.4826 * np.median(np.abs(residuals - middle))
        for_centre = self._rules["calibrated_centre_prior_runs"]
        for_scale = self._rules["calibrated_scale_prior_runs"]
        return (
            (size * middle + for_centre * centre) / (size + for_centre),
            math.sqrt((size * spread**2 + for_scale * scale**2) / (size + for_scale)),
        )


def _having(past: Sequence[_Past], metric: str) -> list[_Past]:
    """Return the runs that have a residual of a metric."""
    return [one for one in past if one.residuals[metric] is not None]
