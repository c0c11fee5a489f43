"""Document E's endpoints of quality: odd days, and the tone of what users write."""

from typing import Any

from orchestration.serving.chat_data import RANGES
from orchestration.serving.declaring import Endpoint, Parameter, Rows

__all__ = ["QUALITY_ENDPOINTS"]

_RANGE = Parameter("range", "The last days of the data.", default="30d", allowed=tuple(RANGES))
_FIRST_DATE = """if({range:String} = 'all', toDate(0), coalesce(
    (select max(date) from mart_daily_metrics where scope_id = 'total'), toDate(0)
) - toUInt32OrZero(replaceOne({range:String}, 'd', '')) + 1)"""


def _anomalies(rows: Rows) -> dict[str, Any]:
    return {"data": {"anomalies": rows, "count": len(rows)}}


def _sentiment(rows: Rows) -> dict[str, Any]:
    trend = [row for row in rows if row["day"]]
    total = next((row for row in rows if not row["day"]), None)
    counts = ("positive", "neutral", "negative", "unknown")
    return {
        "data": {
            "averageSentiment": total["sentiment"] if total else None,
            "messages": {name: total[name] if total else 0 for name in counts},
            "trend": [
                {"date": row["day"], **{k: row[k] for k in ("sentiment", *counts)}} for row in trend
            ],
        }
    }


QUALITY_ENDPOINTS = (
    Endpoint(
        path="/api/analytics/anomalies",
        summary="Days on which quality, errors or latency were worse than usual (document E).",
        parameters=(
            _RANGE,
            Parameter("severity", "Only these.", allowed=("", "warning", "critical")),
        ),
        sql=f"""
            select scope_id as scope, metric, severity, direction, value, expected, p_value,
                explanation, may_be_judge, toString(first_date) as first_date,
                toString(last_date) as last_date
            from mart_metric_anomalies
            where metric in ('success_share', 'avg_rating', 'avg_score', 'sentiment_score',
                    'error_share', 'sla_breach_share', 'qa_pass_share')
                and not coalesce(is_good, true)
                and mart_metric_anomalies.last_date >= {_FIRST_DATE}
                and ({{severity:String}} = '' or severity = {{severity:String}})
            order by mart_metric_anomalies.first_date desc, scope, metric
        """,
        shape=_anomalies,
    ),
    Endpoint(
        path="/api/analytics/sentiment/insights",
        summary="Tone of what users write: its mean and its course, of one table (document E).",
        parameters=(_RANGE, Parameter("model", "Only what this model answered.")),
        sql=f"""
            select if(grouping(sent_date) = 1, '', toString(sent_date)) as day,
                avg(sentiment_score) as sentiment,
                countIf(sentiment_label = 'positive') as positive,
                countIf(sentiment_label = 'neutral') as neutral,
                countIf(sentiment_label = 'negative') as negative,
                countIf(sentiment_label = 'unknown') as unknown
            from fct_message_sentiments
            where sent_date >= {_FIRST_DATE}
                and ({{model:String}} = '' or model = {{model:String}})
            group by grouping sets ((sent_date), ())
            order by day
        """,
        shape=_sentiment,
    ),
)
