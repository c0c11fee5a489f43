"""Document E's answers, from the queries of its endpoints."""

import json

import pytest

from chat.spoken import SPOKEN
from orchestration.exporting.chat import chat_document
from orchestration.serving.declaring import WrongParameterError
from orchestration.serving.endpoints import ENDPOINTS

ENDPOINT = {endpoint.path.removeprefix("/api/analytics/"): endpoint for endpoint in ENDPOINTS}


@pytest.fixture
def ask(talks):
    """Return a function that answers as an endpoint does."""
    with talks.queried() as client:
        client.database = "marts"

        def answer(path, **given):
            endpoint = ENDPOINT[path]
            result = client.query(endpoint.sql, parameters=endpoint.bound(given))
            return endpoint.shape(list(result.named_results()))

        yield answer


def test_figures_by_period_r102(ask, talks):
    """R102: every grain adds up to the same; a period without anything is there, with nulls."""
    totals = {}
    for period in ("hour", "day", "week", "month", "all"):
        answer = ask("data", range="90d", period=period)
        totals[period] = answer["data"]["aggregations"]
        series = answer["data"]["metrics"]
        assert set(series) == {
            *("tokenUsage", "quality", "latency", "errors", "tools", "conversations")
        }
        if period == "day":
            assert len(series["tokenUsage"]) == 90
            quiet = [one for one in series["quality"] if one["evaluations"] == 0]
            assert quiet and all(one["successRate"] is None for one in quiet)
        if period == "all":
            assert len(series["tokenUsage"]) == 1
    for total in totals.values():
        assert total == pytest.approx(totals["day"])
    [calls] = talks.rows(
        "select count() as calls, sum(input_tokens) as tokens from marts.fct_calls"
    )
    assert totals["day"]["messages"] == calls["calls"]
    assert totals["day"]["inputTokens"] == calls["tokens"]


def test_days_too_far_apart_r102(ask):
    """R102: more than 90 days, one day alone, no day and an unknown metric are refused."""
    answer = ask("data", start_date="2026-03-01", end_date="2026-03-04")
    assert answer["data"]["timeRange"] == {"start": "2026-03-01", "end": "2026-03-04"}
    for given in (
        {"start_date": "2026-01-01", "end_date": "2026-04-01"},
        {"start_date": "2026-01-01"},
        {"start_date": "yesterday", "end_date": "2026-01-01"},
        {"metrics": "tokens,luck"},
        {"period": "fortnight"},
        {"period": "hour", "range": "all"},
    ):
        with pytest.raises(WrongParameterError):
            ask("data", **given)


def test_breaches_by_hour_r090(ask):
    """R090: over time: the hour with two of five answers that were too slow."""
    answer = ask("data", start_date="2026-03-04", end_date="2026-03-04", period="hour")
    hours = {one["period"]: one for one in answer["data"]["metrics"]["latency"]}
    assert len(hours) == 24
    assert hours["2026-03-04T09:00:00Z"]["slaBreachRate"] == pytest.approx(40)
    assert hours["2026-03-04T03:00:00Z"]["slaBreachRate"] is None
    assert hours["2026-03-04T03:00:00Z"]["p95"] is None


def test_the_benchmarks_document_r097(ask):
    """R097: document E's own keys."""
    answer = ask("benchmark-analysis")["data"]
    assert answer["benchmarksAnalyzed"] == 1
    assert (answer["totalJudgments"], answer["overallAccuracy"]) == (11, 0.7)
    assert answer["judgmentBreakdown"] == {"passed": 7, "failed": 3}


def test_experiments_are_listed_r093(ask):
    """R093: with plan, decision and findings; a deleted one is not."""
    variants = ask("experiments")["data"]["experiments"]
    assert {row["experiment_name"] for row in variants} == {"greeting"}
    [tried] = [row for row in variants if row["variant"] == "b"]
    assert tried["decision"] == "ship b"
    assert "better" in [finding["verdict"] for finding in tried["findings"]]


def test_examples_models_and_traces_r084_r089(ask):
    """R084, R089: answers behind a tag; models side by side; 100 spans, the newest first."""
    [example] = ask("judgment-examples", failure_tag="too_long")["data"]["examples"]
    assert (example["call_id"], example["excerpt"]) == ("chat:judged/j3", "Soon.")
    models = {row["model"]: row for row in ask("model-comparison", range="all")["data"]["models"]}
    assert models["judged-model"]["successRate"] == 75
    traces = ask("traces", conversation_id="chat:slow")["data"]["traces"]
    assert [row["span_name"] for row in traces][:1] == ["orphan"]
    assert len(ask("traces", limit="3")["data"]["traces"]) == 3
    assert ENDPOINT["traces"].bound({})["limit"] == "100"
    with pytest.raises(WrongParameterError):
        ask("traces", limit="0")


def test_the_tone_of_messages_r096(ask, talks):
    """R096: the gauge is the mean of what the trend shows, unknown messages counted as such."""
    found = ask("sentiment/insights", range="all", model="spoken-model")["data"]
    assert found["messages"]["unknown"] == 3
    assert sum(found["messages"].values()) == len(SPOKEN)
    [day] = found["trend"]
    assert day["sentiment"] == found["averageSentiment"] > 0
    everything = ask("sentiment/insights", range="all")["data"]
    [counted] = talks.rows("select count() as messages from marts.fct_message_sentiments")
    assert sum(everything["messages"].values()) == counted["messages"]
    nothing = ask("sentiment/insights", model="nobody")["data"]
    assert (nothing["averageSentiment"], nothing["trend"]) == (None, [])


def test_days_of_worse_quality_r098(ask):
    """R098: a feed of odd days; an unknown severity is refused."""
    found = ask("anomalies", range="all")["data"]
    assert found["count"] == len(found["anomalies"])
    with pytest.raises(WrongParameterError):
        ask("anomalies", severity="bad")


def test_all_answers_are_one_export_r101(ask, talks):
    """R101: what the endpoints answer by default, as one document."""
    with talks.queried() as client:
        made = chat_document(client)
    answers = json.loads(made.content)
    assert made.row_count > 0
    assert answers["experiments"]["experiments"][0]["experiment_name"] == "greeting"
    for path in ("benchmark-analysis", "sentiment/insights", "model-comparison"):
        assert answers[path] == json.loads(json.dumps(ask(path)["data"], default=str))
