"""Calibrated judgement by an independent worker: each run by the runs that ended before it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from reference.calibrated_scores import METRICS, score
from reference.tails import tail_bounds

__all__ = ["RULES", "Judgements", "judge"]

Row = dict[str, Any]

RULES: Mapping[str, Any] = {
    "conditional_fit_runs": 1000,
    "conditional_slope": {"cost": 0.4, "duration": 0.8, "runs": 50},
    "calibrated_false_alarm_rate": 0.0015,
    "calibrated_fault_share": 0.004,
    "calibrated_tail": {
        "share": 0.1,
        "far_share": 0.035,
        "fault_share": 0.0075,
        "growth_noise": 2.4,
        "shape": 0.2,
        "shape_prior_runs": 50,
        "min_bound": 3,
        "max_asymmetry": 3,
        "min_runs": 100,
        "first_bound": 6,
    },
    "calibrated_min_runs": 5,
    "calibrated_history_runs": 200,
    "calibrated_cohort_min_runs": 1,
    "calibrated_location_prior_runs": 5,
    "calibrated_scale_prior_runs": 15,
    "calibrated_spread": {"share": 0.8, "normal_quantile": 1.2816},
    "calibrated_leverage_runs": 2,
    "calibrated_call_tokens": 40,
    "calibrated_pool_days": 30,
    "calibrated_pool_min_runs": 50,
    "calibrated_prior_scale": 0.3,
    "calibrated_min_scale": 0.03,
    "calibrated_output": {"max_probability": 0.05},
    "calibrated_recent_runs": 7,
    "calibrated_last_runs": 2,
    "calibrated_bound_exponent": 0.35,
    "calibrated_slow_hours": {
        "runs": 5,
        "least_runs": 3,
        "looked_at_runs": 30,
        "hours": 12,
        "min_score": 2.5,
        "bound_share": 0.6,
    },
    "calibrated_error": {"max_probability": 0.05, "min_runs": 20},
}
"""Values of the vars, for which their reasons are given."""


@dataclass(frozen=True)
class Judgements:
    """Judgements of each run, in order of their ends, and of each day, by layer."""

    fits: list[Row] = field(default_factory=list)
    pools: list[Row] = field(default_factory=list)
    bounds: list[Row] = field(default_factory=list)
    baselines: list[Row] = field(default_factory=list)
    neighbours: list[Row] = field(default_factory=list)
    scores: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class _Past:
    """Values of a run that later runs use: logarithms of sizes and metrics, and residuals."""

    ended_at: datetime
    workflow: tuple
    has_output: bool
    has_error: bool
    sizes: dict[str, float]
    metrics: dict[str, float | None]
    residuals: dict[str, float | None]
    scores: dict[str, float | None]
    is_in_slow_hours: bool

    @property
    def is_judged(self) -> bool:
        """Return whether it has any residual."""
        return any(residual is not None for residual in self.residuals.values())


def judge(runs: Iterable[Mapping[str, Any]], rules: Mapping[str, Any] = RULES) -> Judgements:
    """Judge every run by the runs that had ended before it (K2, K13).

    Parameters
    ----------
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
        # A sub-run that ends after its parent is not part of the parent's duration.
        waited_ms = sum(duration for ended_at, duration in ends if ended_at <= run["ended_at"])
        memory.judge(run, waited_ms)
    return memory.judgements


class _Memory:
    """The runs judged so far, by the keys of their cohorts."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self.judgements = Judgements()
        self._rules = rules
        self._past: dict[tuple, list[_Past]] = defaultdict(list)
        self._pool: dict[str, tuple[int, float]] = {}
        self._silent_share = 0.5
        self._bounds: dict[str, tuple[float, float]] = {}
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
        fit |= self._errors(self._past[workflow])
        self._begin_day(run["ended_at"].date())
        baseline = {"run_id": run["run_id"]} | self._baseline(model, run)
        neighbours = {"run_id": run["run_id"]} | self._neighbours(workflow, run)
        self.judgements.fits.append(fit)
        self.judgements.baselines.append(baseline)
        self.judgements.neighbours.append(neighbours)
        bounds = dict(self._bounds)
        if neighbours["is_in_slow_hours"]:
            low, high = bounds["duration"]
            bounds["duration"] = low, high * self._rules["calibrated_slow_hours"]["bound_share"]
        scores = score(fit, baseline, bounds, self._rules)
        scores["is_in_slow_hours"] = neighbours["is_in_slow_hours"]
        self.judgements.scores.append(scores)
        past = _Past(
            ended_at=run["ended_at"],
            workflow=workflow,
            has_output=fit["has_output"],
            has_error=fit["has_error"],
            sizes=sizes,
            metrics=metrics,
            residuals={metric: fit[f"{metric}_residual"] for metric in METRICS},
            scores={
                metric: None if z is None else z / baseline[f"{metric}_bound_factor"]
                for metric in METRICS
                for z in (scores[f"calibrated_{metric}_z_score"],)
            },
            is_in_slow_hours=neighbours["is_in_slow_hours"],
        )
        for key in (
            ("all",),
            ("model", run["primary_model"]),
            workflow,
            model,
            *self._narrower_cohorts(model, run).values(),
        ):
            self._past[key].append(past)

    def _measures(self, run: Mapping[str, Any], waited_ms: float) -> tuple[dict, dict]:
        """Return the logarithms of the explanatory sizes and of the metrics; None for 0."""
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
        """Return the residual of a run from the line through earlier runs, for each metric."""
        earlier = earlier[-self._rules["conditional_fit_runs"] :]
        fit: Row = {
            "comparable_run_count": len(earlier),
            "comparable_output_run_count": sum(past.has_output for past in earlier),
        }
        slope = self._rules["conditional_slope"]
        for metric in METRICS:
            known = [past for past in earlier if past.metrics[metric] is not None]
            fit[f"{metric}_run_count"] = len(known)
            fit[f"{metric}_standard_error_factor"] = math.nan
            fit[f"{metric}_residual"] = None
            if not known:
                continue
            x = np.array([past.sizes[metric] for past in known]).round(9)
            y = np.array([past.metrics[metric] for past in known]).round(9)
            distance = sizes[metric] - x.mean()
            variation = ((x - x.mean()) ** 2).sum()
            standard_error_factor = math.sqrt(
                1
                + 1 / len(known)
                + distance**2 / (variation + self._rules["calibrated_leverage_runs"])
            )
            fit[f"{metric}_standard_error_factor"] = standard_error_factor
            if metrics[metric] is None or len(known) < self._rules["calibrated_min_runs"]:
                continue
            prior = slope["duration"] if metric == "duration" else slope["cost"]
            covariation = ((x - x.mean()) * (y - y.mean())).sum()
            tilt = (covariation + slope["runs"] * prior) / (variation + slope["runs"])
            line = y.mean() + tilt * distance
            fit[f"{metric}_residual"] = (metrics[metric] - line) / standard_error_factor
        return fit

    def _errors(self, earlier: Sequence[_Past]) -> Row:
        """Return how many runs of the workflow failed recently, and how many before."""
        recent = earlier[-self._rules["calibrated_recent_runs"] :]
        older = earlier[-self._rules["conditional_fit_runs"] :][: -len(recent)] if recent else []
        return {
            "older_run_count": len(older),
            "older_error_run_count": sum(past.has_error for past in older),
            "recent_error_run_count": sum(past.has_error for past in recent),
            "last_error_run_count": sum(
                past.has_error for past in earlier[-self._rules["calibrated_last_runs"] :]
            ),
        }

    def _begin_day(self, day: date) -> None:
        """Set the scale over all workflows from the days before, once a day."""
        if day == self._today:
            return
        self._today = day
        first = day - timedelta(days=self._rules["calibrated_pool_days"])
        pooled = [past for past in self._past["all",] if first <= past.ended_at.date() < day]
        with_output = sum(past.has_output for past in pooled)
        row: Row = {
            "ended_date": day,
            "run_count": len(pooled),
            "output_run_count": with_output,
        }
        self._silent_share = 0.5
        if len(pooled) >= self._rules["calibrated_pool_min_runs"]:
            self._silent_share = (len(pooled) - with_output + 0.5) / (len(pooled) + 1)
        for metric in METRICS:
            misses = sorted(abs(past.residuals[metric]) for past in _having(pooled, metric))
            scale = self._rules["calibrated_prior_scale"]
            if len(misses) >= self._rules["calibrated_pool_min_runs"]:
                scale = 1.4826 * misses[len(misses) // 2]
            row |= {f"{metric}_run_count": len(misses), f"{metric}_scale": scale}
            self._pool[metric] = scale
            usual = [
                past.scores[metric]
                for past in pooled
                if past.has_output and not past.has_error
                if metric != "duration" or not past.is_in_slow_hours
            ]
            self._bounds[metric], bounds = tail_bounds(usual, self._rules)
            if bounds:
                day_and_metric = {"key": f"{day} {metric}", "ended_date": day, "metric": metric}
                self.judgements.bounds.append(day_and_metric | bounds)
        if pooled:
            self.judgements.pools.append(row)

    def _neighbours(self, workflow: tuple, run: Mapping[str, Any]) -> Row:
        """Return whether other workflows' runs of the model were slow just before."""
        rule = self._rules["calibrated_slow_hours"]
        since = run["ended_at"] - timedelta(hours=rule["hours"])
        before = self._past["model", run["primary_model"]] if run["primary_model"] else []
        scores = [
            past.scores["duration"]
            for past in before[-rule["looked_at_runs"] :]
            if past.ended_at >= since and past.workflow != workflow
            if past.scores["duration"] is not None
        ][-rule["runs"] :]
        score = float(np.median(scores)) if len(scores) >= rule["least_runs"] else None
        return {
            "neighbour_count": len(scores),
            "neighbour_duration_score": score,
            "is_in_slow_hours": score is not None and score > rule["min_score"],
        }

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
        """Return the location and scale that a run's residuals are compared with."""
        cohort, history = self._cohort(model, run)
        parent = self._past[model][-self._rules["calibrated_history_runs"] :]
        size = sum(past.is_judged for past in history)
        row: Row = {
            "cohort": cohort,
            "cohort_run_count": size,
            "silent_share": self._silent_share,
        }
        for metric in METRICS:
            location, scale = self._shrunk(parent, metric, 0, self._pool[metric])
            if cohort != "workflow":
                location, scale = self._shrunk(history, metric, location, scale)
            row[f"{metric}_location"] = location
            scale = max(scale, self._rules["calibrated_min_scale"])
            row[f"{metric}_scale"] = scale
            exponent = self._rules["calibrated_bound_exponent"]
            row[f"{metric}_bound_factor"] = (self._pool[metric] / scale) ** exponent
        return row

    def _shrunk(
        self, history: Sequence[_Past], metric: str, location: float, scale: float
    ) -> tuple[float, float]:
        """Return location and scale of a history, both shrunk towards the parent's."""
        residuals = np.array([past.residuals[metric] for past in _having(history, metric)])
        if not residuals.size:
            return location, scale
        size, middle = len(residuals), np.median(residuals)
        rule, least = self._rules["calibrated_spread"], self._rules["calibrated_min_scale"]
        distance = np.quantile(np.abs(residuals - middle), rule["share"])
        spread = max(distance / rule["normal_quantile"], least)
        for_location = self._rules["calibrated_location_prior_runs"]
        for_scale = self._rules["calibrated_scale_prior_runs"]
        return (
            (size * middle + for_location * location) / (size + for_location),
            spread ** (size / (size + for_scale))
            * max(scale, least) ** (for_scale / (size + for_scale)),
        )


def _having(past: Sequence[_Past], metric: str) -> list[_Past]:
    """Return the runs that have a residual of a metric."""
    return [one for one in past if one.residuals[metric] is not None]
