"""Experiments: which variant is better, by how much, and how sure that is."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

# Better is to the right: what should be low is turned round.
_ROWS = """
    with

    compared as (

        select
            *,
            ratio_low is not null as is_ratio,
            if(is_ratio, ratio - 1, difference) as effect,
            if(is_ratio, ratio_low - 1, difference_low) as effect_low,
            if(is_ratio, ratio_high - 1, difference_high) as effect_high
        from mart_comparisons
        where
            comparison_kind in ('experiment', 'training')
            or (comparison_kind = 'prompt_version' and verdict in ('better', 'worse'))

    )

    select
        compared.comparison_kind as comparison_kind,
        compared.subject as subject,
        compared.variant as variant,
        compared.control_variant as control_variant,
        compared.metric as metric,
        metrics.label as label,
        metrics.better as better,
        compared.verdict as verdict,
        compared.sentence as sentence,
        compared.unit_kind as unit_kind,
        compared.variant_units as variant_units,
        compared.control_units as control_units,
        compared.effect as effect,
        compared.effect_low as effect_low,
        compared.effect_high as effect_high,
        compared.min_effect as min_effect,
        compared.is_ratio as is_ratio,
        compared.is_primary as is_primary,
        compared.is_split_ok as is_split_ok,
        compared.first_date as first_date,
        compared.last_date as last_date
    from compared
    left join {reference:Identifier}.metrics as metrics
        on compared.metric = metrics.metric
    order by
        indexOf(['experiment', 'training', 'prompt_version'], comparison_kind),
        last_date desc,
        subject,
        variant,
        is_primary desc,
        indexOf(['worse', 'better', 'no_difference', 'inconclusive', 'too_few'], verdict),
        metric
    limit 60
"""
WIDTH = 240
_MIDDLE = WIDTH / 2
_MOST = 6
_VERDICTS = {
    "better": ("✓ better", "good"),
    "worse": ("✕ worse", "bad"),
    "no_difference": ("= no difference", "neutral"),
    "inconclusive": ("○ inconclusive", "neutral"),
    "too_few": ("○ too few", "neutral"),
}


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the experiments."""
    return {"rows": _ROWS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the experiments show, each with its metrics on scales of their own."""
    shown = []
    keys = ("comparison_kind", "subject", "variant")
    for _, group in groupby(answers["rows"], key=lambda row: [row[name] for name in keys]):
        rows = [row | _interval(row) for row in group]
        shown.append({"first": rows[0], "rows": rows})
    return {"groups": shown[:_MOST], "more": max(0, len(shown) - _MOST), "width": WIDTH}


def _interval(row: dict[str, Any]) -> dict[str, Any]:
    """Return where the interval lies, with the control in the middle."""
    words, mood = _VERDICTS.get(row["verdict"], (row["verdict"].replace("_", " "), "neutral"))
    judged = {"words": words, "mood": mood, "low_x": None, "dot_x": None, "field": None}
    low, high, effect = row["effect_low"], row["effect_high"], row["effect"]
    if low is None or high is None or effect is None:
        return judged
    floor = float(row["min_effect"] or 0)
    reach = max(abs(float(low)), abs(float(high)), abs(float(effect)), floor) * 1.05 or 1.0
    sign = -1 if row["better"] == "lower" else 1

    def place(value: float) -> float:
        return round(_MIDDLE + sign * value / reach * _MIDDLE, 1)

    left, right = sorted((place(float(low)), place(float(high))))
    field = round(floor / reach * _MIDDLE, 1)
    return judged | {
        "low_x": left,
        "high_x": right,
        "dot_x": place(float(effect)),
        "field": field,
        "field_x": round(_MIDDLE - field, 1),
        "is_sure": row["verdict"] in ("better", "worse"),
    }
