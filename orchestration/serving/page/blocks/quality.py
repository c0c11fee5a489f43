"""Was it any good: verdicts, successes, ratings, failure tags, the outlook."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from orchestration.serving.page.choice import Choice
from orchestration.serving.page.filtering import FACT_FILTER
from orchestration.serving.page.lines import line_chart

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_NOW = """
    select
        qa_passed_count, qa_warning_count, qa_failed_count, qa_error_count, qa_not_run_count,
        qa_judged_count, qa_pass_share, qa_colour, success_count, success_evaluation_count,
        success_share, rating_count, avg_rating, rating_1_count, rating_2_count, rating_3_count,
        rating_4_count, rating_5_count, score_count, avg_score
    from mart_period_metrics
    where scope_id = {scope:String} and period_kind = {period:String}
    order by period_start_date desc
    limit 1
"""
_DAYS = """
    select date, success_share, success_evaluation_count
    from mart_daily_metrics
    where scope_id = {scope:String} and date between {first:Date} and {last:Date}
    order by date
"""
_TAGS = f"""
    select
        failure_tag,
        count() as tagged,
        uniqExact(evaluation_id) as evaluations,
        argMax(excerpt, evaluated_at) as example,
        argMax(run_id, evaluated_at) as example_run_id
    from fct_failure_tags
    where
        is_failure and evaluated_date between {{first:Date}} and {{last:Date}}
        and {FACT_FILTER}
    group by failure_tag
    order by tagged desc, failure_tag
    limit 8
"""
_OUTLOOK = """
    select workflow_id, evaluation_kind, outlook_score, lo_95, hi_95, recent_avg_score,
        all_time_avg_score, recent_evaluation_count
    from mart_quality_outlook
    where
        outlook_score is not null
        and ({workflow:String} = '' or workflow_id = {workflow:String})
    order by recent_avg_score - all_time_avg_score, workflow_id, evaluation_kind
    limit 5
"""
_VERDICTS = (
    ("passed", "✓", "good"),
    ("warning", "◐", "warn"),
    ("failed", "✕", "bad"),
    ("error", "!", "bad"),
    ("not_run", "○", "none"),
)
_STARS = (5, 4, 3, 2, 1)


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the block; the figures of one scope only where there is one."""
    scoped = {"now": _NOW, "days": _DAYS} if choice.scope else {}
    return scoped | {"tags": _TAGS, "outlook": _OUTLOOK}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows."""
    first = last - timedelta(days=choice.days - 1)
    now = next(iter(answers.get("now", [])), None)
    verdicts, ratings = [], []
    if now:
        counts = {name: int(now[f"qa_{name}_count"]) for name, _, _ in _VERDICTS}
        whole = sum(counts.values())
        verdicts = [
            {
                "name": name,
                "mark": mark,
                "mood": mood,
                "runs": counts[name],
                "width": _bar(counts[name], whole),
            }
            for name, mark, mood in _VERDICTS
            if whole
        ]
        stars = {number: int(now[f"rating_{number}_count"]) for number in _STARS}
        most = max(stars.values())
        ratings = [
            {"stars": number, "given": given, "width": _bar(given, most)}
            for number, given in stars.items()
            if most
        ]
    days = answers.get("days", [])
    tags = answers["tags"]
    most_tagged = max((int(row["tagged"]) for row in tags), default=1)
    return {
        "now": now,
        "verdicts": verdicts,
        "ratings": ratings,
        "days": [row for row in days if int(row["success_evaluation_count"])],
        "chart": line_chart(
            first,
            last,
            [
                {
                    "date": row["date"],
                    "success_pct": None
                    if row["success_share"] is None
                    else 100 * row["success_share"],
                }
                for row in days
            ],
            ("success_pct",),
            "%",
        ),
        "tags": [row | {"width": _bar(int(row["tagged"]), most_tagged)} for row in tags],
        "outlook": answers["outlook"],
    }


def _bar(part: int, whole: int) -> float:
    return round(84 * part / whole, 1) if whole else 0.0
