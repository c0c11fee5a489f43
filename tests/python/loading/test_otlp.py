"""OTLP documents: a record per span, ids in hex however written, broken spans alone rejected."""

import base64
import json

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
    assert warehouse("select distinct _run_key from raw.otel_spans") == [(TRACE,)]
    assert warehouse("select JSONExtractString(record, 'spanId') from raw.otel_spans") == [(SPAN,)]


def test_a_64_bit_trace_is_the_lower_half_of_one(write, warehouse):
    load([write("spans.jsonl", [document(span(traceId=TRACE[16:]))])])
    assert warehouse("select _run_key from raw.otel_spans") == [("0" * 16 + TRACE[16:],)]


@pytest.mark.parametrize("name", ["spans.json", "spans.jsonl", "spans.json.gz"])
def test_a_document_becomes_its_spans_with_their_resource(write, visible, name):
    documents = [document(span(), span(spanId="00000000000000ff")), document(resource="empty")]
    [file] = load([write(name, documents)]).files
    assert file.loaded_rows == 2
    records = [json.loads(record) for (record,) in visible("otel_spans")]
    assert [record["spanId"] for record in records] == [SPAN, "00000000000000ff"]
    assert [record["resource"] for record in records] == [{"attributes": ["shop"]}] * 2
    assert records[0]["span"] == span() and records[0]["scope"] == {"name": "lib"}


def test_a_document_over_many_lines(write, visible):
    text = json.dumps(document(span(name='a "quoted" {name}')), indent=2).encode()
    [file] = load([write("spans.json", text)]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 0)
    [(record,)] = visible("otel_spans")
    assert json.loads(record)["span"]["name"] == 'a "quoted" {name}'


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


def test_other_signals_of_the_collector_are_rejected_with_their_line(write, warehouse):
    lines = [document(span()), {"resourceLogs": []}, {"resourceSpans": "none"}, '{"resourceSp']
    [file] = load([write("spans.jsonl", lines)]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 3)
    assert warehouse("select _line_number, reason from raw.rejected_lines order by 1") == [
        (2, "there is no list of resourceSpans in it"),
        (3, "there is no list of resourceSpans in it"),
        (4, "not valid JSON"),
    ]
