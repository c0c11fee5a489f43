"""Scores, flags and reason of a run, by the calibrated worker."""

import math
from collections.abc import Mapping
from typing import Any

from scipy.stats import betabinom, cauchy

__all__ = ["METRICS", "score"]

METRICS = ("cost", "duration", "tokens")


def score(
    fit: Mapping[str, Any],
    baseline: Mapping[str, Any],
    bounds: Mapping[str, tuple[float, float]],
    rules: Mapping[str, Any],
) -> dict[str, Any]:
    """Score and flag a run (K13).

    Parameters
    ----------
    fit : mapping
        The run's residuals, in units of their standard error factor, and how many runs failed or
        had output.
    baseline : mapping
        Whose residuals it is compared with, their location and scale, in the same units.
    bounds : mapping
        How far scores reach by chance, on the low and on the high side, by metric.
    rules : mapping
        Values of the vars, by name.
    """
    z = {
        metric: (fit[f"{metric}_residual"] - baseline[f"{metric}_location"])
        / baseline[f"{metric}_scale"]
        for metric in METRICS
        if fit[f"{metric}_residual"] is not None
    }
    bounds = {
        metric: tuple(reach * baseline[f"{metric}_bound_factor"] for reach in bounds[metric])
        for metric in METRICS
    }
    high = {metric for metric in z if z[metric] > bounds[metric][1]}
    low = {metric for metric in z if z[metric] < -bounds[metric][0]}
    cohort = baseline["cohort"] if z else "none"
    sizes = {"none": 0, "workflow": fit["comparable_run_count"]}
    size = sizes.get(cohort, baseline["cohort_run_count"])
    words = [
        f"{metric} {_factor(metric, z[metric], fit, baseline):.2f} times the usual "
        f"({z[metric]:.1f} scales, {cohort} of {size} run{'' if size == 1 else 's'})"
        for metric in METRICS
        if metric in high | low
    ]
    chance, in_words = _failures(fit, rules)
    is_calibrated_error_anomaly = (
        chance is not None and chance < rules["calibrated_error"]["max_probability"]
    )
    words += [in_words] * is_calibrated_error_anomaly
    no_output = _no_output(fit, baseline["silent_share"])
    rarest = rules["calibrated_output"]["max_probability"]
    is_calibrated_output_anomaly = no_output is not None and no_output < rarest
    words += ["no output tokens, where comparable runs have some"] * is_calibrated_output_anomaly
    words += [] if z else [_why_no_score(fit["comparable_run_count"], rules)]
    ranks = [z[metric] / bounds[metric][1] for metric in ("cost", "duration") if metric in z]
    if chance is not None:
        ranks.append(_rank_of_failure(chance, fit, rules))
    if no_output is not None:
        ranks.append(math.log(no_output) / math.log(rarest) + is_calibrated_output_anomaly)
    lost = [0.0]
    if z.get("cost", 0) > 0:
        above = 1 - 1 / _factor("cost", z["cost"], fit, baseline)
        lost.append(above * _is_real(z["cost"] / bounds["cost"][1], rules))
    if is_calibrated_error_anomaly or is_calibrated_output_anomaly:
        lost.append(_is_real(max(ranks), rules))
    harmful = {"duration", "cost" if "cost" in z else "tokens"}
    return {
        "run_id": fit["run_id"],
        **{f"calibrated_{metric}_z_score": z.get(metric) for metric in METRICS},
        "calibrated_anomaly_score": max(ranks, default=None),
        "error_probability": chance,
        "output_probability": no_output,
        **{f"{metric}_high_bound": bounds[metric][1] for metric in METRICS},
        "anomaly_loss_share": max(lost),
        "baseline_cohort": cohort,
        "baseline_run_count": size,
        **{f"is_calibrated_{metric}_anomaly": metric in high | low for metric in METRICS},
        "is_calibrated_error_anomaly": is_calibrated_error_anomaly,
        "is_calibrated_output_anomaly": is_calibrated_output_anomaly,
        "is_calibrated_anomaly": bool(high & harmful)
        or is_calibrated_error_anomaly
        or is_calibrated_output_anomaly,
        "calibrated_anomaly_side": "high" if high else "low" if low else "none",
        "calibrated_anomaly_reason": "; ".join(words),
    }


def _factor(metric: str, z: float, fit: Mapping[str, Any], baseline: Mapping[str, Any]) -> float:
    """Return a run's metric as a multiple of the usual value."""
    return math.exp(z * baseline[f"{metric}_scale"] * fit[f"{metric}_standard_error_factor"])


def _is_real(rank: float, rules: Mapping[str, Any]) -> float:
    """Return the probability that a score, in shares of its bound, is a fault's and no chance."""
    faults, rate = rules["calibrated_fault_share"], rules["calibrated_false_alarm_rate"]
    # How dense usual runs lie at this score: the derivative of how many lie beyond it.
    chance = -math.log(rate) * rate**rank
    return faults / (faults + chance)


def _failures(fit: Mapping[str, Any], rules: Mapping[str, Any]) -> tuple[float | None, str]:
    """Return how likely the failures before this one are, None if unknown, and the reason."""
    older, failed_older = fit["older_run_count"], fit["older_error_run_count"]
    if not fit["has_error"] or older < rules["calibrated_error"]["min_runs"]:
        return None, ""
    failed, before = fit["recent_error_run_count"], rules["calibrated_recent_runs"]
    counts = (fit["last_error_run_count"], rules["calibrated_last_runs"]), (failed, before)
    laws = [(betabinom(n, failed_older + 0.5, older - failed_older + 0.5), k) for k, n in counts]
    chances = [min(0.5, law.sf(k) + law.pmf(k) / 2) for law, k in laws]
    return (
        float(cauchy.sf(cauchy.isf(chances).mean())),
        f"{failed} of the {before} runs before failed as well, usually {100 * _rate(fit):.1f}%",
    )


def _rate(fit: Mapping[str, Any]) -> float:
    return (fit["older_error_run_count"] + 0.5) / (fit["older_run_count"] + 1)


def _rank_of_failure(chance: float, fit: Mapping[str, Any], rules: Mapping[str, Any]) -> float:
    """Return the share of the bound: of a failure, and of those before it."""
    rate, most = _rate(fit), rules["calibrated_error"]["max_probability"]
    return math.log(chance * rate) / math.log(most * rate)


def _no_output(fit: Mapping[str, Any], silent_share: float) -> float | None:
    """Return the probability of a run without output; None for a run with output."""
    if fit["has_output"]:
        return None
    comparable = fit["comparable_run_count"]
    prior = silent_share if comparable else 0.5
    return (comparable - fit["comparable_output_run_count"] + prior) / (comparable + 1)


def _why_no_score(known: int, rules: Mapping[str, Any]) -> str:
    enough = rules["calibrated_min_runs"]
    if known < enough:
        return f"no score: {known} of {enough} earlier runs of the workflow and model"
    return "no score: neither cost, duration nor tokens are known of enough runs"
