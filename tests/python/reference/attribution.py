"""Why a typical run became more expensive, by an independent worker, factor by factor."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reference.regressions import Compared, GoodRun

__all__ = ["RULES", "attribute", "calls_by_run", "differences_in_causes"]

Row = Mapping[str, Any]

RULES: Mapping[str, Any] = {
    "token_price_weights": {
        "uncached_input": 1,
        "cache_read": 0.1,
        "cache_write_5m": 1.25,
        "cache_write_1h": 2,
        "output": 4,
    },
    "attribution_trim_share": 0.1,
}
"""Values of the vars, for which their reasons are given."""

FACTORS = ("price", "model_mix", "tokens_per_call", "calls_per_run", "input_size")
# Amounts are kept with twelve decimals.
_ROUNDED = 2e-12


@dataclass
class _Model:
    """Sums over the calls of one model, in one run or several."""

    calls: float = 0.0
    tokens: float = 0.0
    cost: float = 0.0


@dataclass
class _Factors:
    """Typical runs of a window: sums of each run's logarithms."""

    count: int = 0
    cost: float = 0.0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def calls_by_run(calls: Iterable[Row]) -> dict[str, dict[str, _Model]]:
    """Add calls up by run and model; tokens weigh what their kind usually costs."""
    runs: dict[str, dict[str, _Model]] = defaultdict(lambda: defaultdict(_Model))
    for call in calls:
        model = runs[call["run_id"]][call["model"]]
        model.calls += call["logged_call_count"]
        model.tokens += sum(
            weight * call[f"{kind}_tokens"] for kind, weight in RULES["token_price_weights"].items()
        )
        if call["input_tokens"] + call["output_tokens"] > 0:
            model.cost += float(call["cost_usd"] or 0)
    return runs


def attribute(change: Compared, calls: Mapping[str, Mapping[str, _Model]]) -> dict[str, Any] | None:
    """Return what each factor added to the cost of a typical run, in US dollars.

    The cost of a run is the product of five factors: its calls, the effect of its input's size, the
    remaining tokens per call, the usual price of its models' tokens, and the price paid relative to
    the usual one; the rest is the residual. Means of logarithms over the middle of each window add
    up; the logarithmic mean of both typical costs turns them into dollars. None if no run of a
    window consists of priced tokens.
    """
    usual = _usual_prices(change, calls)
    before = _typical(change.baseline, change.slope, calls, usual)
    now = _typical(change.recent, change.slope, calls, usual)
    if not before.count or not now.count:
        return None
    log_before, log_now = before.cost / before.count, now.cost / now.count
    old, new = math.exp(log_before), math.exp(log_now)
    by_log = old if abs(log_now - log_before) < 1e-12 else (new - old) / (log_now - log_before)
    parts = {
        name: by_log * (now.sums[name] / now.count - before.sums[name] / before.count)
        for name in FACTORS
    }
    causes = {name: parts[name] for name in FACTORS if name != "input_size"}
    causes["remainder"] = new - old - sum(parts.values())
    return {
        "baseline_cost_usd": old,
        "recent_cost_usd": new,
        "change_usd": new - old,
        **{f"{name}_usd": value for name, value in parts.items()},
        "remainder_usd": causes["remainder"],
        "main_cause": max(causes, key=lambda name: causes[name]),
        "main_cause_usd": max(causes.values()),
    }


def _usual_prices(change: Compared, calls: Mapping[str, Mapping[str, _Model]]) -> dict[str, float]:
    """Return each model's earlier cost per weighted token; for a new model its current one."""
    before: dict[str, _Model] = defaultdict(_Model)
    ever: dict[str, _Model] = defaultdict(_Model)
    for runs, is_before in ((change.baseline, True), (change.recent, False)):
        for run in runs:
            for name, model in calls.get(run.run_id, {}).items():
                if model.tokens > 0:
                    for sums in (ever[name], *([before[name]] if is_before else [])):
                        sums.cost += model.cost
                        sums.tokens += model.tokens
    return {
        name: (
            before[name].cost / before[name].tokens
            if before[name].cost > 0
            else total.cost / total.tokens
        )
        for name, total in ever.items()
    }


def _typical(
    runs: Sequence[GoodRun],
    slope: float,
    calls: Mapping[str, Mapping[str, _Model]],
    usual: Mapping[str, float],
) -> _Factors:
    """Add up the factors of the middle runs of a window."""
    factored = []
    for run in runs:
        models = calls.get(run.run_id, {})
        count = sum(model.calls for model in models.values())
        tokens = sum(model.tokens for model in models.values())
        cost = sum(model.cost for model in models.values())
        usually = sum(model.tokens * usual.get(name, 0) for name, model in models.items())
        if min(count, tokens, cost, usually) <= 0:
            continue
        size = slope * run.explained_by
        factored.append(
            (
                (run.value - size, run.run_id),
                run.value,
                {
                    "price": math.log(cost / usually),
                    "model_mix": math.log(usually / tokens),
                    "tokens_per_call": math.log(tokens / count) - size,
                    "calls_per_run": math.log(count),
                    "input_size": size,
                },
            )
        )
    factored.sort(key=lambda one: one[0])
    cut = math.floor(len(factored) * RULES["attribution_trim_share"])
    typical = _Factors()
    for _, cost, factors in factored[cut : len(factored) - cut]:
        typical.count += 1
        typical.cost += cost
        for name, value in factors.items():
            typical.sums[name] += value
    return typical


def differences_in_causes(
    changes: Mapping[Any, Compared], calls: Iterable[Row], found: Iterable[Row]
) -> list[str]:
    """Return every difference between the worker's causes and the warehouse's, as text.

    Parameters
    ----------
    changes : mapping
        Cost episodes by the day of confirmation and the species.
    calls : iterable of mapping
        Rows of ``int_calls``.
    found : iterable of mapping
        Rows of ``regression_attributions`` with confirmed_date and species_hash.
    """
    by_run = calls_by_run(calls)
    causes = {key: attribute(change, by_run) for key, change in changes.items()}
    wanted = {key: cause for key, cause in causes.items() if cause}
    got = {(row["confirmed_date"], row["species_hash"]): row for row in found}
    problems = [f"{key}: only on one side" for key in sorted(wanted.keys() ^ got.keys())]
    for key in sorted(wanted.keys() & got.keys()):
        for column, value in wanted[key].items():
            other = got[key][column]
            same = (
                value == other
                if isinstance(value, str)
                else abs(value - float(other)) <= _ROUNDED * (len(FACTORS) + 1)
            )
            if not same:
                problems.append(f"{key} {column}: {value!r}, not {other!r}")
    return problems
