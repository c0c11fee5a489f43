"""The documents' worker: runs in order, each judged by those analysed before it.

Means and deviations are exact, so that a deviation of zero is exactly zero.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from reference.complexity import input_complexity
from reference.runs import Call, Run

Row = dict[str, Any]

UNIT = 10**12
"""Money is exact to 12 decimals; everything else that is averaged is whole."""


@dataclass(frozen=True)
class Baseline:
    """Mean and population deviation of one measure over some earlier runs."""

    mean: Fraction | None
    stddev: float | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Baseline":
        """Compute both; without runs both are unknown."""
        if not values:
            return cls(None, None)
        units = [_units(value) for value in values]
        size, total = len(units), sum(units)
        squares = sum(unit * unit for unit in units)
        variance = Fraction(size * squares - total * total, (size * UNIT) ** 2)
        return cls(Fraction(total, size * UNIT), float(variance) ** 0.5)

    @property
    def average(self) -> float | None:
        """Return the mean as the warehouse publishes it."""
        return None if self.mean is None else float(self.mean)


class Worker:
    """Analyses runs in the order of K2 and remembers them, as the documents' table does."""

    def __init__(self, runs: Sequence[Run]) -> None:
        ended = [run for run in runs if run.ended_at]
        self._runs = sorted(ended, key=lambda run: (run.ended_at, run.run_id))
        self._children: dict[str, list[Run]] = defaultdict(list)
        for run in runs:
            if run.parent_run_id:
                self._children[run.parent_run_id].append(run)
        self._analysed: dict[tuple[str, Any], list[Row]] = defaultdict(list)

    def analyse(self) -> list[Row]:
        """Return one row per run, earliest end first."""
        return [self._analyse_run(run) for run in self._runs]

    def _analyse_run(self, run: Run) -> Row:
        row = measures(run)
        children = self._children[run.run_id]
        row["child_run_count"] = len(children)
        row["child_total_cost_usd"] = sum(
            (total_cost(child.calls) for child in children), Decimal(0)
        )
        row |= self._judge(row)
        row["documents_cost_explanation"] = explanation(row)
        for cohort in ("workflow_id", "genus_hash", "species_hash"):
            if row[cohort] is not None:
                self._analysed[cohort, row[cohort]].append(row)
        return row

    def _judge(self, row: Row) -> Row:
        workflow = self._analysed["workflow_id", row["workflow_id"]]
        cluster = [past for past in workflow if past["input_category"] == row["input_category"]]
        genus = self._analysed["genus_hash", row["genus_hash"]]
        species = self._analysed["species_hash", row["species_hash"]]
        return {
            **_averages("workflow", workflow, ("cost_usd", "duration_ms", "tokens")),
            **_averages("cluster", cluster, ("cost_usd", "duration_ms", "tokens"), spread=True),
            "cluster_start_at": cluster[0]["ended_at"] if cluster else None,
            "cluster_end_at": cluster[-1]["ended_at"] if cluster else None,
            **_averages("genus", genus, ("cost_usd",)),
            **_averages("species", species, ("cost_usd", "duration_ms")),
            **_anomalies(row, cluster),
            **_error_outlier(row, workflow),
            **_regression(row, species),
        }


def total_cost(calls: Sequence[Call]) -> Decimal:
    """Return the US dollars of calls; what has no price adds nothing."""
    return sum((call.cost for call in calls if call.cost is not None), Decimal(0))


def measures(run: Run) -> Row:
    """Return the columns of a run that need no comparison."""
    inputs = input_complexity(run.input_text)
    cost = total_cost(run.calls)
    tokens_in = sum(call.total_input for call in run.calls)
    tokens_out = sum(call.tokens.output for call in run.calls)
    tokens = tokens_in + tokens_out
    duration_ms = float((run.ended_at - run.created_at) // timedelta(milliseconds=1))
    call_count = len(run.calls)
    return {
        "run_id": run.run_id,
        "source": run.source,
        "source_run_id": run.run_id.removeprefix(f"{run.source}:"),
        "workflow_id": run.workflow_id,
        "genus_hash": run.genus,
        "species_hash": run.species,
        "project": run.project,
        "status": run.status,
        "started_at": run.created_at,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "analyzed_at": run.ended_at,
        "analysis_version": 1,
        "input_chars": inputs.char_count,
        "input_estimated_tokens": inputs.estimated_tokens,
        "input_json_depth": inputs.json_depth,
        "input_array_items": inputs.array_items,
        "input_complexity_score": inputs.score,
        "input_category": inputs.category_by_chars,
        "input_category_by_chars": inputs.category_by_chars,
        "input_category_by_score": inputs.category_by_score,
        "input_fingerprint": inputs.structure,
        "total_cost_usd": cost,
        "total_duration_ms": duration_ms,
        "total_input_tokens": tokens_in,
        "total_output_tokens": tokens_out,
        "total_tokens": tokens,
        "call_count": call_count,
        "unpriced_call_count": sum(c.cost is None and c.is_billable for c in run.calls),
        "step_count": run.step_count,
        "error_count": run.error_count,
        "cost_per_call_usd": _ratio(cost, call_count),
        "cost_per_token_usd": _ratio(cost, tokens),
        "cost_per_output_token_usd": _ratio(cost, tokens_out),
        "duration_per_call_ms": _ratio(duration_ms, call_count),
        "tokens_per_call": _ratio(tokens, call_count),
        "hour_of_day": run.created_at.hour,
        "day_of_week": run.created_at.weekday(),
        "is_weekend": run.created_at.weekday() >= 5,
        "parent_run_id": run.parent_run_id,
        "depth": run.depth,
        "caller_id": run.caller_id,
        "origin": run.origin,
        "user_id": "",
        "team_id": "",
        "organization_id": "",
        "conversation_id": "",
        "environment": "",
        "mode": "",
        "experiment_name": "",
        "variant": "",
        **_models(run.calls),
        **_candidates(run.calls),
    }


def _most_common(names: Iterable[str]) -> str:
    """Return the most common name, of equals the first; none without any."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _models(calls: Sequence[Call]) -> Row:
    """R030: which models, which most often, how often it changed in time.

    A client's own message is no model's.
    """
    in_time = sorted(calls, key=lambda call: (call.called_at, call.call_id))
    in_time = [(call.model, call.provider) for call in in_time if call.is_billable]
    primary_model = _most_common(model for model, _ in in_time)
    providers = (provider for model, provider in in_time if model == primary_model)
    primary_provider = _most_common(providers)
    providers_used = sorted({provider for _, provider in in_time if provider})
    in_time = [model for model, _ in in_time]
    return {
        "models_used": sorted(set(in_time)),
        "primary_model": primary_model,
        "primary_provider": primary_provider,
        "providers_used": providers_used,
        "model_switches": sum(before != after for before, after in pairwise(in_time)),
    }


def _candidates(calls: Sequence[Call]) -> Row:
    """R023 and R034: candidates, winner, cost and score."""
    candidates: dict[tuple[str, int, int], list[Call]] = defaultdict(list)
    for call in calls:
        if call.candidate is not None:
            candidates[call.candidate].append(call)
    # A winner is named on its own rows or on its evaluator's.
    won = {call.judged for call in calls if call.is_winner} & candidates.keys()
    won |= {key for key, made in candidates.items() if any(call.is_winner for call in made)}
    winners = [candidates[key] for key in candidates if key in won]
    # Where nobody won, nobody lost: a contest is a step and its round of reforging.
    decided = {key[:2] for key in won}
    losers = [made for key, made in candidates.items() if key not in won and key[:2] in decided]
    scored = [call for call in calls if call.evaluator_score is not None]
    # An evaluator's score is the score of the candidate that it judged.
    scored = [
        call for call in scored if call.is_winner or call.candidate in won or call.judged in won
    ] or scored
    last = max(
        (call for made in winners for call in made),
        key=lambda call: (call.called_at, call.candidate),
        default=None,
    )
    return {
        "reforge_depth": max((call.reforge_step for call in calls), default=0),
        "candidate_count": len(candidates),
        "evaluator_score": _ratio(sum(c.evaluator_score for c in scored), len(scored)),
        "winner_candidate_index": last.candidate[2] if last else None,
        "winner_cost_usd": sum(map(total_cost, winners), Decimal(0)) if winners else None,
        "loser_avg_cost_usd": _ratio(sum(map(total_cost, losers), Decimal(0)), len(losers)),
    }


def _averages(name: str, past: list[Row], units: Sequence[str], spread: bool = False) -> Row:
    """Return a cohort's size and means (R007 to R009, R024, R025), with deviations where asked."""
    found: Row = {f"{name}_run_count": len(past)}
    for unit in units:
        baseline = Baseline.of([run[f"total_{unit}"] for run in past])
        found[f"{name}_avg_{unit}"] = baseline.average
        if spread:
            found[f"{name}_stddev_{unit}"] = baseline.stddev
    return found


def _anomalies(row: Row, cluster: list[Row]) -> Row:
    """R010 to R012, R027, R028: scores, bands, badges and flags."""
    found: Row = {}
    for measure, unit in (("cost", "cost_usd"), ("duration", "duration_ms"), ("tokens", "tokens")):
        value = Fraction(row[f"total_{unit}"])
        z = _safe_z(value, Baseline.of([run[f"total_{unit}"] for run in cluster]))
        found[f"documents_{measure}_z_score"] = z
        found[f"documents_{measure}_z_band"] = _band(z)
        found[f"is_documents_{measure}_outlier"] = abs(z) > 2
        if measure != "tokens":
            found[f"documents_{measure}_badge"] = _badge(z)
    return found


def explanation(row: Row, nudges: tuple[float, float, float] = (1, 1, 1)) -> str:
    """R016: the explanation of the cost as text.

    ``nudges`` are factors on the score, the cost and the mean: a half can be rounded either way.
    """
    z, cost = row["documents_cost_z_score"] * nudges[0], float(row["total_cost_usd"]) * nudges[1]
    band, category = row["documents_cost_z_band"], row["input_category"]
    words = f"Z={z:.1f} ({band} for {category} inputs): cost ${cost:.6f}"
    size = row["cluster_run_count"]
    if size == 0:
        return f"{words}, no earlier run to compare with"
    average = row["cluster_avg_cost_usd"] * nudges[2]
    return f"{words}, cluster avg ${average:.6f} over {size} run{'s' if size > 1 else ''}"


def _safe_z(value: Fraction, baseline: Baseline) -> float:
    if not baseline.stddev:
        return 0.0
    return float(value - baseline.mean) / baseline.stddev


def _band(z: float) -> str:
    if abs(z) < 1:
        return "normal"
    if abs(z) > 3:
        return "extreme"
    return "outlier" if abs(z) > 2 else "unusual"


def _badge(z: float) -> str:
    if abs(z) < 1:
        return "ok"
    if abs(z) > 2:
        return "HIGH" if z > 0 else "LOW"
    return "unusual"


def _error_outlier(row: Row, workflow: list[Row]) -> Row:
    """R028: errors although fewer than 5% of the workflow's earlier runs had any."""
    had_errors = [run["error_count"] > 0 for run in workflow]
    ratio = _ratio(sum(had_errors), len(had_errors))
    return {
        "historical_error_ratio": ratio,
        "is_documents_error_outlier": row["error_count"] > 0 and ratio is not None and ratio < 0.05,
    }


def _regression(row: Row, species: list[Row]) -> Row:
    """R031 to R033 and K3: the last 10 earlier runs of the species against the 10 before."""
    history = species[::-1][:20]
    found: Row = {
        "regression_run_count": len(history),
        "recent_avg_cost_usd": None,
        "recent_avg_duration_ms": None,
        "historical_avg_cost_usd": None,
        "historical_avg_duration_ms": None,
        "vs_recent_avg_cost_pct": 0.0,
        "vs_recent_avg_duration_pct": 0.0,
        "this_run_vs_recent_pct": None,
        "is_documents_regression": False,
        "documents_regression_severity": "none",
    }
    if len(history) < 10:
        return found
    recent, historical = history[:10], history[10:20] or history[:10]
    for name, cohort in (("recent", recent), ("historical", historical)):
        for unit in ("cost_usd", "duration_ms"):
            mean = Baseline.of([run[f"total_{unit}"] for run in cohort]).mean
            found[f"{name}_avg_{unit}"] = float(mean)

    def change(unit: str) -> float:
        now = Baseline.of([run[f"total_{unit}"] for run in recent]).mean
        before = Baseline.of([run[f"total_{unit}"] for run in historical]).mean
        return float((now - before) / before * 100) if before > 0 else 0.0

    cost, duration = change("cost_usd"), change("duration_ms")
    level = Baseline.of([run["total_cost_usd"] for run in recent]).mean
    found["vs_recent_avg_cost_pct"] = cost
    found["vs_recent_avg_duration_pct"] = duration
    found["this_run_vs_recent_pct"] = (
        float((Fraction(row["total_cost_usd"]) - level) / level * 100) if level > 0 else 0.0
    )
    found["is_documents_regression"] = cost > 20 or duration > 30
    if found["is_documents_regression"]:
        if cost > 50 or duration > 50:
            found["documents_regression_severity"] = "critical"
        elif cost > 35 or duration > 40:
            found["documents_regression_severity"] = "major"
        else:
            found["documents_regression_severity"] = "minor"
    return found


def _units(value: Decimal | float) -> int:
    return int(value.scaleb(12)) if isinstance(value, Decimal) else int(value) * UNIT


def _ratio(value: Any, by: int) -> float | None:
    return float(Fraction(value) / by) if by else None
