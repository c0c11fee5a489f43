"""What changed: from the cost of the period before to this one, by contributor and by cause."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_CHANGES = """
    from mart_cost_changes
    where
        scope_id = {change_scope:String} and period_kind = {period:String}
        and ({workflow:String} = '' or workflow_id = {workflow:String})
        and ({model:String} = '' or model = {model:String})
"""
_TOP = f"""
    select workflow_id, model, change_usd, explanation
    {_CHANGES}
    and change_usd != 0
    order by abs(change_usd) desc, workflow_id, model
    limit 8
"""
_CAUSES = {
    "runs_effect_usd": "more or fewer runs",
    "calls_per_run_effect_usd": "calls a run",
    "tokens_per_call_effect_usd": "tokens a call",
    "price_effect_usd": "price of a token",
    "new_usd": "new work",
    "gone_usd": "ended work",
}
_TOTALS = f"""
    select
        count() as parts,
        countIf(change_usd != 0) as changed,
        sum(previous_cost_usd) as previous_usd,
        sum(current_cost_usd) as current_usd,
        sum(change_usd) as all_change_usd,
        {", ".join(f"sum({name}) as {name}_sum" for name in _CAUSES)},
        min(previous_start_date) as previous_first,
        max(previous_last_date) as previous_last
    {_CHANGES}
"""
WIDTH = 240
# The scale begins above zero only where the change would be too small to see.
_CUT = 0.5


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the changes; none where no mart has the filters or the period."""
    return {"top": _TOP, "totals": _TOTALS} if choice.change_scope else {}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the two waterfalls show; both lead from one sum to the other."""
    totals = answers["totals"][0] if "totals" in answers else {}
    if not totals or not totals["parts"]:
        return {"is_known": bool(choice.change_scope), "waterfalls": []}
    change = float(totals["all_change_usd"])
    steps = [
        (row["workflow_id"] or "not named", row["model"], float(row["change_usd"]))
        for row in answers["top"]
    ]
    rest = change - sum(usd for _, _, usd in steps)
    others = int(totals["changed"]) - len(steps)
    if others:
        steps.append((f"{others:,} others", "", rest))
    causes = [(words, "", float(totals[f"{name}_sum"])) for name, words in _CAUSES.items()]
    ends = float(totals["previous_usd"]), float(totals["current_usd"])
    return {
        "is_known": True,
        "change_usd": totals["all_change_usd"],
        "previous_usd": totals["previous_usd"],
        "current_usd": totals["current_usd"],
        "previous_first": totals["previous_first"],
        "previous_last": totals["previous_last"],
        "largest": answers["top"][0] if answers["top"] else None,
        "waterfalls": [
            ("By workflow and model", _waterfall(ends, steps)),
            ("By cause", _waterfall(ends, [step for step in causes if step[2]])),
        ],
    }


def _waterfall(ends: tuple[float, float], steps: list[tuple[str, str, float]]) -> dict[str, Any]:
    before, now = ends
    levels = [before]
    for _, _, usd in steps:
        levels.append(levels[-1] + usd)
    low, high = min(*levels, now), max(*levels, now)
    begin = 0.0 if low < _CUT * high else low - (high - low) * 0.15
    scale = WIDTH / ((high - begin) or 1.0)

    def bar(left: float, right: float) -> dict[str, float]:
        return {
            "x": round((left - begin) * scale, 1),
            "width": max(1.0, round((right - left) * scale, 1)),
        }

    rows = [
        {"name": name, "detail": detail, "usd": usd, "is_more": usd > 0}
        | bar(min(level, level + usd), max(level, level + usd))
        for (name, detail, usd), level in zip(steps, levels, strict=False)
    ]
    return {
        "begin_usd": begin,
        "width": WIDTH,
        "before": bar(begin, before) | {"usd": before},
        "now": bar(begin, now) | {"usd": now},
        "rows": rows,
    }
