"""OpenTelemetry: real spans, loaded as OTLP JSON or read in place, against independent totals."""

import gzip
import json
from decimal import Decimal

import pytest
from opentelemetry.trace import StatusCode

from sources.otel_spans import Call, Recorder, as_hex, openai_client, price

MODELS = ("+int_calls", "+int_runs", "+int_tool_calls", "+int_steps__otel", "+int_spans__otel")
BUILD = ("--select", *MODELS, "+int_evaluations__otel", "--vars")
CALLS = """
select
    splitByChar('/', call_id)[2] as span_id, input_tokens, cache_read_tokens, cache_write_5m_tokens,
    output_tokens, reasoning_tokens, cost_source, cost_usd, is_error, step_name, error_type,
    duration_ms, model, provider
from intermediate.int_calls
"""


def record_real_client() -> Recorder:
    """Record what OpenInference makes of a real OpenAI client's requests."""
    recorder = Recorder("shop")
    client, take_back = openai_client(recorder.provider)
    ask = client.chat.completions.create
    try:
        with recorder.span("POST /answers", {}):
            ask(model="gpt-4o", messages=[{"role": "user", "content": "Hey"}])
            stream = {"stream": True, "stream_options": {"include_usage": True}}
            list(ask(model="gpt-4o", messages=[{"role": "user", "content": "Hey"}], **stream))
            with pytest.raises(Exception, match="Rate limit reached"):
                ask(model="gpt-4o", messages=[{"role": "user", "content": "fail"}])
            client.embeddings.create(model="text-embedding-3-small", input="a text")
    finally:
        take_back()
    made = [s for s in recorder.finished if s.instrumentation_scope.name.startswith("openinf")]
    cached, streamed, failed, embedded = [f"{s.context.span_id:016x}" for s in made]
    recorder.expected += [
        Call(cached, "gpt-4o", 2_006, cache_read_tokens=1_920, output_tokens=300),
        Call(streamed, "gpt-4o", 1_500, cache_read_tokens=1_024, output_tokens=70),
        Call(failed, "gpt-4o", None, None, None, None, is_error=True),
        Call(embedded, "text-embedding-3-small", 8_000),
    ]
    return recorder


def record_names() -> Recorder:
    """Record calls under current, deprecated and de-facto names, as each counts input."""
    recorder = Recorder("batch")
    with recorder.span("nightly", {}):
        recorder.call(
            "chat gpt-4o",
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 1_000,
                "gen_ai.usage.cache_read.input_tokens": 400,
                "gen_ai.usage.output_tokens": 50,
                "gen_ai.conversation.id": "conv-1",
                "user.id": "ada",
            },
            model="gpt-4o",
            input_tokens=1_000,
            cache_read_tokens=400,
            output_tokens=50,
        )
        recorder.call(
            "openai.chat",  # deprecated names, and no operation
            {
                "gen_ai.system": "az.ai.openai",
                "gen_ai.request.model": "gpt-4o-mini",
                "gen_ai.usage.prompt_tokens": 700,
                "gen_ai.usage.completion_tokens": 30,
            },
            model="gpt-4o-mini",
            input_tokens=700,
            output_tokens=30,
        )
        claude = {
            "gen_ai.operation.name": "chat",
            "gen_ai.system": "anthropic",
            "gen_ai.request.model": "claude-sonnet-4-5",
        }
        cached = {"cache_read_tokens": 5_000, "cache_write_tokens": 2_000, "output_tokens": 40}
        recorder.call(
            "chat claude",  # as Anthropic's API counts: cached tokens in addition to the input
            claude
            | {
                "gen_ai.usage.input_tokens": 100,
                "gen_ai.usage.cache_read_input_tokens": 5_000,
                "gen_ai.usage.cache_creation_input_tokens": 2_000,
                "gen_ai.usage.output_tokens": 40,
            },
            model="claude-sonnet-4-5",
            input_tokens=7_100,
            **cached,
        )
        recorder.call(
            "chat claude",  # as the semantic conventions count: cached tokens in the input
            claude
            | {
                "gen_ai.usage.input_tokens": 7_100,
                "gen_ai.usage.cache_read.input_tokens": 5_000,
                "gen_ai.usage.cache_creation.input_tokens": 2_000,
                "gen_ai.usage.output_tokens": 40,
            },
            model="claude-sonnet-4-5",
            input_tokens=7_100,
            **cached,
        )
        recorder.call(
            "chat claude",  # in addition to the input, although it is larger: the total shows it
            claude
            | {
                "gen_ai.usage.input_tokens": 9_000,
                "gen_ai.usage.details.cache_read_tokens": 600,
                "gen_ai.usage.output_tokens": 10,
                "gen_ai.usage.total_tokens": 9_610,
            },
            model="claude-sonnet-4-5",
            input_tokens=9_600,
            cache_read_tokens=600,
            output_tokens=10,
        )
        recorder.call(
            "chat own-model",  # no price list has it; the gateway says what it cost
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": "own-model",
                "gen_ai.usage.input_tokens": 10,
                "gen_ai.usage.output_tokens": 5,
                "gen_ai.usage.cost": 0.0123,
            },
            model="own-model",
            input_tokens=10,
            output_tokens=5,
            cost_usd=Decimal("0.0123"),
        )
    return recorder


def record_agent() -> Recorder:
    """Record an agent whose spans repeat what its calls used."""
    recorder = Recorder("desk")
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "researcher"}
    totals = {"gen_ai.usage.input_tokens": 1_650, "gen_ai.usage.output_tokens": 165}
    usage = {"gen_ai.usage.input_tokens": 500, "gen_ai.usage.output_tokens": 50}
    chat = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}
    model = {"gen_ai.request.model": "gpt-4o-mini"}
    tokens = {"model": "gpt-4o-mini", "input_tokens": 500, "output_tokens": 50}
    with (
        recorder.span("chain", {"openinference.span.kind": "CHAIN"} | totals),
        recorder.span("invoke_agent researcher", agent | totals),
    ):
        with (
            recorder.span(
                "ChatOpenAI",
                {
                    "openinference.span.kind": "LLM",
                    "llm.model_name": "gpt-4o-mini",
                    "llm.token_count.prompt": 500,
                    "llm.token_count.completion": 50,
                    "llm.cost.total": 0.5,
                    "output.value": json.dumps({"id": "resp-1"}),
                },
            ),
            recorder.span("POST", {"http.request.method": "POST"}),
        ):
            recorder.call(  # the gateway's span of the same request
                "chat gpt-4o-mini",
                chat | model | usage | {"gen_ai.response.id": "resp-1"},
                **tokens,
                cost_usd=Decimal("0.5"),
            )
        tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}
        with (
            recorder.span("execute_tool search", tool),
            recorder.span("tools/call search", {"mcp.method.name": "tools/call"} | tool),
        ):
            # A model called by the tool: another request, whatever is around it.
            recorder.call("chat", chat | model | usage, **tokens)
        with recorder.span("chat with guardrail", chat | model | usage) as outer:
            outer.set_attribute("gen_ai.response.id", "resp-2")
            recorder.expected.append(Call(f"{outer.context.span_id:016x}", **tokens))
            # Another answer of another length inside: the gateway asks a guardrail's model.
            recorder.call(
                "chat",
                chat
                | model
                | {
                    "gen_ai.usage.input_tokens": 150,
                    "gen_ai.usage.output_tokens": 15,
                    "gen_ai.response.id": "resp-3",
                },
                model="gpt-4o-mini",
                input_tokens=150,
                output_tokens=15,
            )
            outer.add_event(
                "gen_ai.evaluation.result",
                {
                    "gen_ai.evaluation.name": "Relevance",
                    "gen_ai.evaluation.score.value": 0.75,
                    "gen_ai.evaluation.score.label": "relevant",
                    "gen_ai.response.id": "resp-2",
                },
            )
    return recorder


def record_silent_agent() -> Recorder:
    """Record an agent of which nobody traces the calls, and one that breaks."""
    recorder = Recorder("remote")
    agent = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "remote",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.provider.name": "openai",
        "gen_ai.usage.input_tokens": 3_000,
        "gen_ai.usage.output_tokens": 200,
    }
    with recorder.span("invoke_agent remote", agent) as span:
        span.set_status(StatusCode.ERROR, "gave up")
        recorder.expected.append(
            Call(
                f"{span.context.span_id:016x}",
                "gpt-4o",
                input_tokens=3_000,
                output_tokens=200,
                is_error=True,
            )
        )
    return recorder


def record_application() -> Recorder:
    """Record what has nothing to do with models."""
    recorder = Recorder("web")
    with recorder.span("GET /", {"http.request.method": "GET"}), recorder.span("SELECT", {}):
        pass
    return recorder


@pytest.fixture(scope="module")
def recorders():
    makers = (record_real_client, record_names, record_agent, record_silent_agent)
    return [*(make() for make in makers), record_application()]


@pytest.fixture(scope="module")
def expected(recorders):
    return {call.span_id: call for recorder in recorders for call in recorder.expected}


@pytest.fixture(scope="module")
def loaded(recorders, tmp_path_factory, make_warehouse):
    """Load the spans in each way that they come in files, without saying what they are."""
    logs = tmp_path_factory.mktemp("otel_logs")
    real, *others = [recorder.document() for recorder in recorders]
    # Protobuf's own conversion, a whole document over many lines: ids are base64.
    (logs / "converted.json").write_text(json.dumps(real, indent=2))
    lines = [json.dumps(as_hex(document)) for document in others]
    # The collector's file exporter; the same spans again, as after a retry.
    (logs / "traces.jsonl").write_text("\n".join([*lines, lines[0], '{"resourceSpans": []}']))
    broken = json.loads(lines[-1])
    del broken["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"]
    with gzip.open(logs / "rotated.jsonl.gz", "wt") as file:
        file.write("\n".join([json.dumps(broken), '{"resourceMetrics": 1}', "{cut off"]))
    return make_warehouse("otel", logs, *BUILD, "{sources: [claude_code, codex, otel]}")


def test_calls_tokens_and_prices(loaded, expected):
    """R003: real and handmade spans add up to what an independent count of them says."""
    rows = {row["span_id"]: row for row in loaded.rows(CALLS)}
    assert rows.keys() == expected.keys()
    for span_id, call in expected.items():
        row = rows[span_id]
        assert (
            row["input_tokens"],
            row["cache_read_tokens"],
            row["cache_write_5m_tokens"],
            row["output_tokens"],
        ) == (
            call.input_tokens,
            call.cache_read_tokens,
            call.cache_write_tokens,
            call.output_tokens,
        ), call
        assert row["is_error"] == call.is_error, call
        if call.input_tokens:
            assert row["cost_source"] == ("computed" if call.cost_usd is None else "reported")
        assert (row["cost_usd"] or 0) == price(call), call
    total = sum(price(call) for call in expected.values())
    assert sum(row["cost_usd"] or 0 for row in rows.values()) == total


def test_what_a_span_says_of_its_call(loaded):
    """R003: reasoning, error and agent of a call; nanoseconds become fractions of a millisecond."""
    rows = loaded.rows(CALLS)
    assert sum(row["reasoning_tokens"] or 0 for row in rows) == 100
    assert sorted(row["error_type"] for row in rows if row["is_error"]) == [
        "error",
        "openai.RateLimitError",
    ]
    assert {row["step_name"] for row in rows if row["model"] == "gpt-4o-mini"} == {
        "researcher",
        "",
    }
    assert any(row["duration_ms"] % 1 for row in rows)


def test_traces_are_runs(loaded, recorders):
    """R003: a trace is a run, named for its agent or its first span; others are none."""
    rows = loaded.rows(
        "select workflow_id, status, project, environment, total_cost_usd, call_count, error_count "
        "from intermediate.int_runs order by workflow_id"
    )
    assert [(row["workflow_id"], row["status"], row["call_count"]) for row in rows] == [
        ("POST /answers", "completed", 4),
        ("nightly", "completed", 6),
        ("remote", "failed", 1),
        ("researcher", "completed", 4),
    ]
    assert [row["project"] for row in rows] == ["shop", "batch", "remote", "desk"]
    assert {row["environment"] for row in rows} == {"production"}
    by_service = {recorder.service: recorder for recorder in recorders}
    for row in rows:
        expected = sum(price(call) for call in by_service[row["project"]].expected)
        assert row["total_cost_usd"] == expected


def test_a_call_is_known_by_all_its_spans(loaded):
    """Two instrumentations of a request are one call, known by either's ids."""
    [row] = loaded.rows(
        "select match_ids from conformed.int_calls__otel where has(match_ids, 'response:resp-1')"
    )
    assert len([name for name in row["match_ids"] if name.startswith("span:")]) == 2
    [row] = loaded.rows(
        "select match_ids from conformed.int_calls__otel "
        "where has(match_ids, 'response:chatcmpl-cached')"
    )
    assert len(row["match_ids"]) == 2, "OpenInference logs the answer, and with it the id"


def test_tool_calls_steps_spans_and_evaluations(loaded, recorders):
    """R084: every span of a run; a tool's client and server are one call of it."""
    tools = loaded.rows("select tool_name from conformed.int_tool_calls")
    assert [row["tool_name"] for row in tools] == ["search"]
    steps = loaded.rows("select step_name from conformed.int_steps__otel order by step_name")
    assert [row["step_name"] for row in steps] == ["chain", "remote", "researcher"]
    [spans] = loaded.rows(
        "select count() as spans, uniqExact(span_id) as ids, countIf(parent_span_id = '') as roots "
        "from conformed.int_spans__otel"
    )
    made = sum(len(recorder.finished) for recorder in recorders[:-1])
    assert (spans["spans"], spans["ids"], spans["roots"]) == (made, made, 4)
    [evaluation] = loaded.rows(
        "select evaluation_name, score, label, call_id, match_ids from "
        "conformed.int_evaluations__otel as e inner join conformed.int_calls__otel as c "
        "on e.call_id = c.call_id"
    )
    assert (evaluation["evaluation_name"], evaluation["score"]) == ("Relevance", 0.75)
    assert "response:resp-2" in evaluation["match_ids"]


def test_contents_stay_out_of_the_metadata(loaded):
    """R084: the metadata of a span tells what it was, not what people said."""
    rows = loaded.rows("select metadata_json from conformed.int_spans__otel")
    texts = "".join(row["metadata_json"] for row in rows)
    assert "llm.token_count.prompt" in texts
    assert "Hey" not in texts and "output.value" not in texts


def test_broken_spans_are_kept_aside(loaded):
    rows = loaded.rows("select reason, line_text from raw.rejected_lines order by reason")
    assert [row["reason"] for row in rows] == [
        "not valid JSON",
        "there is no list of resourceSpans, resourceLogs or resourceMetrics in it",
        "traceId is no id: ",
    ]
    assert json.loads(rows[-1]["line_text"])["name"], "the span alone, as it was"
