"""Which model for which step, and which words win: from contests of models and prompts."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_STEPS = 4
_PER_STEP = 8
WIDTH, HEIGHT = 300, 150
_MARGIN = 12

_ADVICE = """
    select workflow_id, step_name, current_model, advised_model, advice_kind, advice,
        contest_count, win_ratio_lower, win_ratio_upper, cost_change_pct
    from mart_model_advice
    where
        ({workflow:String} = '' or workflow_id = {workflow:String})
        and ({model:String} = '' or {model:String} in (current_model, advised_model))
    order by adjusted_p_value, workflow_id, step_name, advised_model
    limit 10
"""
# The steps with most candidates, and of each the models that were tried most.
_PARETO = """
    with

    known as (

        select *
        from mart_model_pareto
        where
            avg_cost_usd is not null and avg_quality is not null
            and ({workflow:String} = '' or workflow_id = {workflow:String})
            and ({model:String} = '' or species_hash in (
                select species_hash from mart_model_pareto where model = {model:String}
            ))
    ),

    steps as (

        select species_hash, step_name, sum(candidate_count) as tried
        from known
        group by species_hash, step_name
        having count() > 1
        order by tried desc, species_hash, step_name
        limit 4
    )

    select
        known.workflow_id as workflow_id,
        known.species_hash as species_hash,
        known.step_name as step_name,
        known.model as model,
        known.candidate_count as candidate_count,
        known.avg_cost_usd as avg_cost_usd,
        known.avg_quality as avg_quality,
        known.is_pareto as is_pareto,
        known.dominated_by[1] as dominated_by,
        known.win_ratio as win_ratio
    from known
    inner join steps
        on known.species_hash = steps.species_hash and known.step_name = steps.step_name
    order by steps.tried desc, known.species_hash, known.step_name, known.avg_cost_usd, known.model
    limit 8 by species_hash, step_name
"""
# Many phrases are of the same prompts: of those with the same figures the shortest is shown.
_PATTERNS = """
    select
        any(workflow_ids[1]) as workflow_id,
        argMin(ngram, (length(ngram), ngram)) as phrase,
        winner_prompt_count,
        loser_prompt_count,
        lift,
        lift_lower,
        lift_upper,
        count() as phrases
    from mart_prompt_patterns
    where is_significant and ({workflow:String} = '' or has(workflow_ids, {workflow:String}))
    group by species_hash, winner_prompt_count, loser_prompt_count, lift, lift_lower, lift_upper
    order by abs(lift) desc, phrase
    limit 8
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the block."""
    return {"advice": _ADVICE, "pareto": _PARETO, "patterns": _PATTERNS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows: advice, a chart of cost and quality per step, phrases."""
    steps = [
        {
            "workflow_id": rows[0]["workflow_id"],
            "step_name": rows[0]["step_name"],
            "rows": _placed(rows),
        }
        for _, found in groupby(
            answers["pareto"], key=lambda row: (row["species_hash"], row["step_name"])
        )
        if (rows := list(found))
    ]
    return {
        "advice": answers["advice"],
        "steps": steps[:_STEPS],
        "patterns": answers["patterns"],
        "width": WIDTH,
        "height": HEIGHT,
    }


def _placed(rows: Rows) -> Rows:
    """Place models by cost, to the right, and quality, upwards; what is best is top left."""
    most = max(float(row["avg_cost_usd"]) for row in rows) or 1.0
    qualities = [float(row["avg_quality"]) for row in rows]
    low, span = min(qualities), (max(qualities) - min(qualities)) or 1.0
    width, height = WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN
    return [
        row
        | {
            "x": round(_MARGIN + width * float(row["avg_cost_usd"]) / most, 1),
            "y": round(HEIGHT - _MARGIN - height * (float(row["avg_quality"]) - low) / span, 1),
        }
        for row in rows[:_PER_STEP]
    ]
