"""Predictions by an independent worker, in order of time, from the runs that had ended before."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

__all__ = ["METRICS", "predict"]

METRICS = ("cost", "duration")
PARTS = (*METRICS, "output_cost")
FIXED_CHARS = {"cost": (2000, 1), "duration": (1, 2000), "output_cost": (1, 2000)}
PRIOR_SLOPE = {"cost": 0.6, "duration": 0.2, "output_cost": 0.2}
COHORTS = ("workflow", "species", "species_size")
LOCATION_PRIOR_RUNS = {"workflow": 2, "species": 1, "species_size": 20}
SCALE_PRIOR_RUNS = {"workflow": 5, "species": 10, "species_size": 10}
SPREAD_SHARE, SPREAD_NORMAL, MIN_SCALE = 0.8, 1.2816, 0.03
SINGLE_CALL_SHARE = 0.95
LEVELS = (0.025, 0.1, 0.9, 0.975, 0.99)


class _Memory:
    """What is learnt from ended runs, for one metric."""

    def __init__(self, metric: str) -> None:
        self.metric = metric
        self.lines: dict[tuple, list[tuple[int, ...]]] = defaultdict(list)
        self.ended: dict[tuple, list[tuple]] = defaultdict(list)
        self.sums: dict[tuple, list[tuple[float, float]]] = defaultdict(list)
        self.misses: dict[tuple[str, date], list[float]] = defaultdict(list)

    def predict(self, run: Mapping[str, Any]) -> dict[str, Any]:
        workflow = (run["source"], run["workflow_id"])
        model = (*workflow, run["primary_model"])
        sizes = [math.log(run["input_chars"] + chars) for chars in FIXED_CHARS[self.metric]]
        prediction: dict[str, Any] = {"fallback": "none", "sizes": sizes, "typical": None}
        known = self.lines[model] or self.lines[workflow]
        prediction["line_runs"] = len(known[-1000:])
        if not known:
            return prediction
        few = "few_runs" if len(known) < 5 else "fitted"
        prediction["fallback"] = few if self.lines[model] else "workflow"
        line = self._line(known, self.lines[workflow])
        size, n = sizes[line["size"]], prediction["line_runs"]
        prediction["line"] = line["y"] + line["slope"] * (size - line["x"])
        widened = math.sqrt(1 + 1 / n + (size - line["x"]) ** 2 / (line["variation"] + 2))
        location, scale = 0.0, 0.3
        prediction["cohort"] = "workflow"
        is_fitted = prediction["fallback"] == "fitted"
        for cohort, key in self._cohorts(model, run).items():
            history = [
                value - line["y"] - line["slope"] * (sizes_then[line["size"]] - line["x"])
                for value, *sizes_then, _ in self.ended[key]
            ]
            errors = [error for *_, error in self.ended[key][-200:] if error is not None]
            location, scale = _shrunk(history, errors, cohort, location, scale)
            if len(history) >= 5 and is_fitted:
                prediction["cohort"] = cohort
        prediction["predicted"] = prediction["line"] + (location if is_fitted else 0)
        prediction["scale"] = max(scale, MIN_SCALE) * widened
        prediction["typical"] = math.exp(prediction["predicted"])
        mine = self.sums[model][-1000:]
        smearing = _ratio(self.sums["all",][-1000:], 1.0)
        factor = (len(mine) * _ratio(mine, smearing) + 50 * smearing) / (len(mine) + 50)
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

    def _line(self, known: list[tuple], of_workflow: list[tuple]) -> dict[str, float]:
        """Return the line of the size that explains most; sums are of whole billionths."""
        best: dict[str, float] = {}
        for number in range(len(FIXED_CHARS[self.metric])):
            prior = PRIOR_SLOPE[self.metric]
            if known is not of_workflow:
                _, _, variation, covariation = _moments(of_workflow, number)
                prior = (covariation + 10 * prior) / (variation + 10)
            x, y, variation, covariation = _moments(known, number)
            slope = (covariation + 10 * prior) / (variation + 10)
            explained = slope * (2 * covariation - slope * variation)
            if not best or explained > best["explained"]:
                best = {"size": number, "slope": slope, "explained": explained}
                best |= {"x": x, "y": y, "variation": variation}
        return best

    def _value(self, run: Mapping[str, Any]) -> float:
        if self.metric == "duration":
            return float(run["total_duration_ms"])
        if self.metric == "cost":
            return float(run["total_cost_usd"])
        if run["call_count"] != 1 or not run["first_input_cost_usd"]:
            return 0.0
        return float(run["total_cost_usd"] - run["first_input_cost_usd"])

    def learn(self, run: Mapping[str, Any], prediction: Mapping[str, Any]) -> None:
        value = self._value(run)
        if value <= 0:
            return
        workflow = (run["source"], run["workflow_id"])
        model = (*workflow, run["primary_model"])
        for key in (workflow, model):
            self.lines[key].append(
                (_billionths(math.log(value)), *map(_billionths, prediction["sizes"]))
            )
        for key in self._cohorts(model, run).values():
            is_fitted = prediction["fallback"] == "fitted"
            error = math.log(value) - prediction["line"] if is_fitted else None
            self.ended[key].append((math.log(value), *prediction["sizes"], error))
        if prediction["fallback"] == "none":
            return
        miss = (math.log(value) - prediction["predicted"]) / prediction["scale"]
        self.misses[prediction["fallback"], run["ended_at"].date()].append(miss)
        if prediction["fallback"] == "fitted":
            extreme = prediction["quantiles"][4] if prediction["quantiles"] else 3
            cut = prediction["typical"] * math.exp(prediction["scale"] * min(miss, extreme))
            for key in (("all",), model):
                self.sums[key].append((prediction["typical"], cut))

    @staticmethod
    def _cohorts(model: tuple, run: Mapping[str, Any]) -> dict[str, tuple]:
        species = (*model, run["species_hash"] or "")
        sized = (*species, run["input_category"])
        return dict(zip(COHORTS, (model, species, sized), strict=True))

    def _pool(self, fallback: str, day: date) -> list[float]:
        """Return the last 500 misses of the 30 days before a day; runs are learnt as they end."""
        days = [day - timedelta(days=back) for back in range(30, 0, -1)]
        return sorted([miss for past in days for miss in self.misses[fallback, past]][-500:])


def _ratio(sums: list[tuple[float, float]], otherwise: float) -> float:
    """Return the sum of the values, with extremes cut off, over that of their medians."""
    if not sums:
        return otherwise
    return math.fsum(cut for _, cut in sums) / math.fsum(typical for typical, _ in sums)


def _billionths(logarithm: float) -> int:
    return round(logarithm * 1e9)


def _moments(known: list[tuple[int, ...]], number: int) -> tuple[float, float, float, float]:
    """Return the means of x and y, and their variation and covariation, of the last runs."""
    rows = known[-1000:]
    n = len(rows)
    x, y = sum(row[1 + number] for row in rows), sum(row[0] for row in rows)
    xx = sum(row[1 + number] ** 2 for row in rows)
    xy = sum(row[1 + number] * row[0] for row in rows)
    return x / 1e9 / n, y / 1e9 / n, (n * xx - x * x) / 1e18 / n, (n * xy - x * y) / 1e18 / n


def _shrunk(
    history: list[float], errors: list[float], cohort: str, location: float, scale: float
) -> tuple[float, float]:
    """Return the location of the last 50 and the scale of the last 200, shrunk to the parent's."""
    if history:
        recent, prior = np.array(history[-50:]), LOCATION_PRIOR_RUNS[cohort]
        location = (len(recent) * np.median(recent) + prior * location) / (len(recent) + prior)
    return location, _shrunk_scale(errors, cohort, scale)


def _shrunk_scale(errors: list[float], cohort: str, scale: float) -> float:
    if not errors:
        return max(scale, MIN_SCALE)
    known, prior = np.array(errors), SCALE_PRIOR_RUNS[cohort]
    spread = np.quantile(np.abs(known - np.median(known)), SPREAD_SHARE) / SPREAD_NORMAL
    own, parents = (math.log(max(MIN_SCALE, one)) for one in (spread, scale))
    return math.exp((len(known) * own + prior * parents) / (len(known) + prior))


def _of_one_call(
    run: Mapping[str, Any], whole: dict[str, Any], output: dict[str, Any]
) -> dict[str, Any]:
    """Return the prediction of the cost: the input's with the output's, where runs are one call."""
    if (
        not run["first_input_cost_usd"]
        or output["fallback"] != "fitted"
        or output["line_runs"] < SINGLE_CALL_SHARE * whole["line_runs"]
        or ("bounds" in whole and "bounds" not in output)
    ):
        return whole
    known = float(run["first_input_cost_usd"])
    added = {name: known + output[name] for name in ("typical", "expected")}
    if "bounds" in output:
        added["bounds"] = [known + bound for bound in output["bounds"]]
    return output | added | {"known": known}


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
    memories = {part: _Memory(part) for part in PARTS}
    for _, is_end, run_id, run in sorted(moments, key=lambda moment: moment[:3]):
        for metric, memory in memories.items():
            if is_end:
                memory.learn(run, predictions[run_id, metric])
            else:
                predictions[run_id, metric] = memory.predict(run)
    for run_id, run in {moment[2]: moment[3] for moment in moments}.items():
        output = predictions.pop((run_id, "output_cost"))
        predictions[run_id, "cost"] = _of_one_call(run, predictions[run_id, "cost"], output)
    return predictions
