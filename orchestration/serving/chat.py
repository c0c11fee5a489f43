"""Document E's endpoints: figures by period, benchmarks, experiments, examples, traces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.serving.chat_data import DATA_ENDPOINT, RANGES, day
from orchestration.serving.chat_quality import QUALITY_ENDPOINTS
from orchestration.serving.declaring import Endpoint, Parameter, Rows, WrongParameterError

__all__ = ["CHAT_ENDPOINTS"]

_MOST_ROWS = 1000


def _benchmarks(rows: Rows) -> dict[str, Any]:
    total = next((row for row in rows if row["is_total"]), None)
    single = [row for row in rows if not row["is_total"]]
    return {
        "data": {
            "benchmarksAnalyzed": len({row["benchmark"] for row in single}),
            "totalJudgments": total["judgment_count"] if total else 0,
            "overallAccuracy": (total["accuracy"] or 0) if total else 0,
            "judgmentBreakdown": {
                "passed": total["passed_count"] if total else 0,
                "failed": total["failed_count"] if total else 0,
            },
            "benchmarks": single,
        }
    }


def _of(key: str) -> Any:
    return lambda rows: {"data": {key: rows}}


_LIMIT = Parameter("limit", "How many, the newest first.", default="100")


@dataclass(frozen=True)
class _LimitedEndpoint(Endpoint):
    """An endpoint of so many rows."""

    def bound(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values of the parameters.

        Raises
        ------
        WrongParameterError
            If one is not valid.
        """
        bound = super().bound(given)
        if not bound["limit"].isdecimal() or not 1 <= int(bound["limit"]) <= _MOST_ROWS:
            raise WrongParameterError("limit", "it is no number of rows", f"1 to {_MOST_ROWS}")
        bound["limit"] = str(int(bound["limit"]))
        if found := day("start_date", bound.get("start_date", "")):
            bound["start_date"] = found.isoformat()
        return bound


CHAT_ENDPOINTS = (
    DATA_ENDPOINT,
    *QUALITY_ENDPOINTS,
    Endpoint(
        path="/api/analytics/benchmark-analysis",
        summary="Benchmarks, judgments and accuracy (document E).",
        parameters=(),
        sql="select * from v_benchmarks order by benchmark, model, evaluator",
        shape=_benchmarks,
    ),
    Endpoint(
        path="/api/analytics/experiments",
        summary="Experiments, their variants and what the comparisons found (document E).",
        parameters=(Parameter("experiment_name", "Only this one."),),
        sql="""
            select d.*, arrayMap(
                found -> cast(found, 'Tuple(metric String, verdict String, sentence String)'),
                c.findings
            ) as findings
            from dim_experiments as d
            left join (
                select subject, variant, groupArray((toString(metric), toString(verdict), sentence))
                    as findings
                from (select * from mart_comparisons order by metric)
                where comparison_kind = 'experiment'
                group by subject, variant
            ) as c on d.experiment_name = c.subject and d.variant = c.variant
            where d.status != 'deleted'
                and ({experiment_name:String} = '' or d.experiment_name = {experiment_name:String})
            order by d.experiment_name, d.variant, d.source
        """,
        shape=_of("experiments"),
    ),
    _LimitedEndpoint(
        path="/api/analytics/judgment-examples",
        summary="Answers that were tagged as failures, the newest first (document E).",
        parameters=(Parameter("failure_tag", "Only this tag."), _LIMIT),
        sql="""
            select failure_tag, evaluation_id, call_id, conversation_id, model, evaluator, excerpt,
                toString(evaluated_at) as evaluated_at
            from fct_failure_tags
            where {failure_tag:String} = '' or failure_tag = {failure_tag:String}
            order by fct_failure_tags.evaluated_at desc, evaluation_id, failure_tag
            limit {limit:UInt32}
        """,
        shape=_of("examples"),
    ),
    Endpoint(
        path="/api/analytics/model-comparison",
        summary="Quality, errors, latency and cost of each model, side by side (document E).",
        parameters=(
            Parameter("range", "The last days of the data.", default="30d", allowed=tuple(RANGES)),
        ),
        sql="""
            select scope_key as model, call_count as messages, avg_rating as averageRating,
                success_share * 100 as successRate, error_share * 100 as errorRate,
                avg_latency_ms as averageLatencyMs, p95_latency_ms as p95LatencyMs,
                sla_breach_share * 100 as slaBreachRate, cost_per_message_usd as costPerMessage,
                toFloat64(cost_usd) as cost, input_tokens as inputTokens,
                output_tokens as outputTokens
            from mart_period_metrics
            where scope_kind = 'model' and period_kind
                = if({range:String} = 'all', 'all', concat('last_', {range:String}))
            order by cost desc, model
        """,
        shape=_of("models"),
    ),
    _LimitedEndpoint(
        path="/api/analytics/traces",
        summary="Spans with their place in the trace, the newest first (document E).",
        parameters=(
            Parameter("conversation_id", "Only this conversation."),
            Parameter("start_date", "First day."),
            _LIMIT,
        ),
        sql="""
            select trace_id, span_id, parent_span_id, span_name, path, depth, operation_type,
                model as model_name, duration_ms, self_duration_ms, start_offset_ms,
                is_on_critical_path, is_error, error_type, conversation_id, metadata_json,
                toString(started_at) as started_at
            from fct_spans
            where ({conversation_id:String} = '' or conversation_id = {conversation_id:String})
                and ({start_date:String} = '' or started_date >= toDateOrZero({start_date:String}))
            order by fct_spans.started_at desc, span_id
            limit {limit:UInt32}
        """,
        shape=_of("traces"),
    ),
)
