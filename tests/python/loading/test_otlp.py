"""OTLP documents: a record per span, ids in hex however written, broken spans alone rejected."""

import base64
import json
import re

import pytest

from orchestration.loading import load

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"


def span(**others):
    return {
        "traceId": TRACE,
        "spanId": SPAN,
        "name": "chat",
        "startTimeUnixNano": "1790000000000000000",
        **others,
    }


def kept_names(record):
    """Return a span whose fields have the names of the specification's protobuf messages."""
    return {re.sub("(?=[A-Z])", "_", name).lower(): value for name, value in record.items()}


def document(*spans, resource="shop"):
    scopes = [{"scope": {"name": "lib"}, "spans": list(spans)}]
    return {"resourceSpans": [{"resource": {"attributes": [resource]}, "scopeSpans": scopes}]}


def base64_of(text):
    return base64.b64encode(bytes.fromhex(text)).decode()


@pytest.mark.parametrize(
    ("trace", "span_id"),
    [
        (TRACE, SPAN),
        (TRACE.upper(), SPAN.upper()),
        (base64_of(TRACE), base64_of(SPAN)),
        (base64_of(TRACE).rstrip("="), base64_of(SPAN).rstrip("=")),
        (base64.urlsafe_b64encode(bytes.fromhex(TRACE)).decode(), base64_of(SPAN)),
    ],
)
def test_ids_are_hex_however_they_are_written(write, warehouse, trace, span_id):
    [file] = load([write("spans.jsonl", [document(span(traceId=trace, spanId=span_id))])]).files
    assert (file.source, file.status, file.loaded_rows) == ("otel", "loaded", 1)
    assert warehouse("select distinct _run_key from raw.otel_records") == [(TRACE,)]
    assert warehouse("select JSONExtractString(record, 'spanId') from raw.otel_records") == [
        (SPAN,)
    ]


def test_a_64_bit_trace_is_the_lower_half_of_one(write, warehouse):
    load([write("spans.jsonl", [document(span(traceId=TRACE[16:]))])])
    assert warehouse("select _run_key from raw.otel_records") == [("0" * 16 + TRACE[16:],)]


@pytest.mark.parametrize("name", ["spans.json", "spans.jsonl", "spans.json.gz"])
def test_a_document_becomes_its_spans_with_their_resource(write, visible, name):
    documents = [document(span(), span(spanId="00000000000000ff")), document(resource="empty")]
    [file] = load([write(name, documents)]).files
    assert file.loaded_rows == 2
    records = [json.loads(record) for (record,) in visible("otel_records")]
    assert [record["spanId"] for record in records] == [SPAN, "00000000000000ff"]
    assert [record["resource"] for record in records] == [{"attributes": ["shop"]}] * 2
    assert records[0]["item"] == span() and records[0]["scope"] == {"name": "lib"}


def test_a_document_over_many_lines(write, visible):
    text = json.dumps(document(span(name='a "quoted" {name}')), indent=2).encode()
    [file] = load([write("spans.json", text)]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 0)
    [(record,)] = visible("otel_records")
    assert json.loads(record)["item"]["name"] == 'a "quoted" {name}'


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (span(traceId=""), "traceId is no id: "),
        (span(traceId="0" * 32), f"traceId is no id: {'0' * 32}"),
        (span(spanId="12"), "spanId is no id: 12"),
        (span(startTimeUnixNano="yesterday"), "startTimeUnixNano is no time: yesterday"),
        (span(startTimeUnixNano="0"), "startTimeUnixNano is no time: 0"),
        ("text", "a span is no JSON object"),
    ],
)
def test_a_broken_span_is_rejected_alone(write, warehouse, broken, reason):
    [file] = load([write("spans.jsonl", [document(span(), broken)])]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 1)
    [(found, text)] = warehouse("select reason, line_text from raw.rejected_lines")
    assert found == reason
    assert text == (
        broken if isinstance(broken, str) else json.dumps(broken, separators=(",", ":"))
    )


NOTHING = "there is no list of resourceSpans, resourceLogs or resourceMetrics in it"
NANOSECONDS = "1790000000000000000"


def log(session="", **others):
    attributes = [{"key": "session.id", "value": {"stringValue": session}}]
    return {"timeUnixNano": NANOSECONDS, "attributes": attributes} | others


def logs(*records):
    return {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "lib"}, "logRecords": records}]}]}


def metrics(points, temporality=1, name="claude_code.cost.usage"):
    metric = {"name": name, "sum": {"aggregationTemporality": temporality, "dataPoints": points}}
    return {"resourceMetrics": [{"scopeMetrics": [{"scope": {}, "metrics": [metric]}]}]}


def test_what_holds_no_records_is_rejected_with_its_line(write, warehouse):
    lines = [document(span()), {"resourceLogs": []}, {"resourceSpans": "none"}, '{"resourceSp']
    [file] = load([write("spans.jsonl", lines)]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 2)
    assert warehouse("select _line_number, reason from raw.rejected_lines order by 1") == [
        (3, NOTHING),
        (4, "not valid JSON"),
    ]


def test_a_collector_may_write_all_signals_into_one_file(write, warehouse):
    point = {"timeUnixNano": NANOSECONDS, "asDouble": 0.5}
    lines = [document(span()), logs(log("s1"), log(traceId=TRACE), log()), metrics([point])]
    [file] = load([write("all.jsonl", lines)]).files
    assert (file.source, file.loaded_rows, file.rejected_rows) == ("otel", 5, 0)
    kinds = "select JSONExtractString(record, 'kind') as kind, _run_key from raw.otel_records"
    assert sorted(warehouse(kinds)) == [
        ("log", TRACE),
        ("log", "logs///2026-09-21"),
        ("log", "s1"),
        ("point", "metrics/claude_code//2026-09-21"),
        ("span", TRACE),
    ]


def test_a_coding_agents_spans_are_of_its_session(write, warehouse):
    session = [{"key": "session.id", "value": {"stringValue": "s1"}}]
    of_agent = document(span(attributes=session))
    of_agent["resourceSpans"][0]["scopeSpans"][0]["scope"]["name"] = (
        "com.anthropic.claude_code.tracing"
    )
    load([write("spans.jsonl", [of_agent, document(span(attributes=session, spanId="a" * 16))])])
    assert sorted(warehouse("select _run_key from raw.otel_records")) == [(TRACE,), ("s1",)]


def test_a_sum_since_a_start_is_known_by_its_start(write, warehouse):
    point = {"timeUnixNano": NANOSECONDS, "startTimeUnixNano": "1789999999000000000", "asInt": "3"}
    load([write("metrics.jsonl", [metrics([point], temporality=2)])])
    assert warehouse("select _run_key from raw.otel_records") == [
        ("metrics/claude_code//1789999999000000000",)
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"batches": document(span())["resourceSpans"]},
        {"trace": document(span()), "status": "COMPLETE"},
        {"batches": [{"instrumentationLibrarySpans": [{"spans": [span()]}]}]},
        [document(span())],
        # A page of Phoenix's API, and what protobuf writes with the names as they are.
        {"data": [span(attributes=[])], "next_cursor": None},
        {"data": [kept_names(span(attributes=[]))], "next_cursor": None},
        {"resource_spans": [{"scope_spans": [{"spans": [kept_names(span())]}]}]},
    ],
)
@pytest.mark.parametrize("name", ["trace.json", "trace.jsonl"])
def test_tempo_pages_and_lists(write, warehouse, content, name):
    [file] = load([write(name, [content])]).files
    assert (file.source, file.loaded_rows, file.rejected_rows) == ("otel", 1, 0)
    assert warehouse("select _run_key from raw.otel_records") == [(TRACE,)]


def test_a_broken_log_record_is_rejected_alone(write, warehouse):
    [file] = load([write("logs.jsonl", [logs(log(), log(timeUnixNano="noon"), "text")])]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 2)
    assert sorted(warehouse("select reason from raw.rejected_lines")) == [
        ("a log is no JSON object",),
        ("timeUnixNano is no time: noon",),
    ]
