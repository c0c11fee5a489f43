"""OpenTelemetry in place: the table of the collector's ClickHouse exporter, in both its schemas."""

import json

import pytest

from orchestration.warehouse.client import connect
from sources.otel_spans import Recorder, as_hex, price
from sources.test_otel import CALLS, record_agent, record_application, record_names

# As the exporter creates it: attributes are either maps of texts or JSON.
TABLE = """
create table {table}
(
    Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    ParentSpanId String CODEC(ZSTD(1)),
    TraceState String CODEC(ZSTD(1)),
    SpanName LowCardinality(String) CODEC(ZSTD(1)),
    SpanKind LowCardinality(String) CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    ResourceAttributes {attributes},
    ScopeName String CODEC(ZSTD(1)),
    ScopeVersion String CODEC(ZSTD(1)),
    SpanAttributes {attributes},
    Duration UInt64 CODEC(ZSTD(1)),
    StatusCode LowCardinality(String) CODEC(ZSTD(1)),
    StatusMessage String CODEC(ZSTD(1)),
    Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes {attributes}),
    Links Nested (TraceId String, SpanId String, TraceState String, Attributes {attributes})
)
engine = MergeTree
partition by toDate(Timestamp)
order by (ServiceName, SpanName, toDateTime(Timestamp), Timestamp)
"""
MAP = "Map(LowCardinality(String), String)"
VARS = "{sources: [otel], otel_traces_table: otel.otel_traces}"
STAGED = (
    "select * except (metadata_json, run_version) from staging.stg_otel__spans order by span_id"
)


def exported(document, as_json):
    """Return the rows that the exporter makes of an OTLP document."""
    for resource_spans in as_hex(document)["resourceSpans"]:
        resource = _attributes(resource_spans["resource"], as_json)
        for scope_spans in resource_spans["scopeSpans"]:
            for span in scope_spans["spans"]:
                start, end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
                events = span.get("events", [])
                yield {
                    "Timestamp": f"{start // 10**9}.{start % 10**9:09}",
                    "TraceId": span["traceId"],
                    "SpanId": span["spanId"],
                    "ParentSpanId": span.get("parentSpanId", ""),
                    "SpanName": span["name"],
                    "SpanKind": "Internal",
                    "ServiceName": "x",
                    "ResourceAttributes": resource,
                    "ScopeName": scope_spans["scope"]["name"],
                    "SpanAttributes": _attributes(span, as_json),
                    "Duration": end - start,
                    "StatusCode": span.get("status", {}).get("code", "Unset"),
                    "StatusMessage": span.get("status", {}).get("message", ""),
                    "Events.Timestamp": [_seconds(event["timeUnixNano"]) for event in events],
                    "Events.Name": [event["name"] for event in events],
                    "Events.Attributes": [_attributes(event, as_json) for event in events],
                }


def _seconds(nanoseconds):
    return f"{int(nanoseconds) // 10**9}.{int(nanoseconds) % 10**9:09}"


def _attributes(holder, as_json):
    found = {}
    for pair in holder.get("attributes", []):
        ((kind, value),) = pair["value"].items()
        if kind == "intValue":
            value = int(value)
        found[pair["key"]] = value if as_json or isinstance(value, str) else json.dumps(value)
    return found


def write(client, table, documents, as_json=False):
    """Insert what the exporter would."""
    rows = "\n".join(
        json.dumps(row) for document in documents for row in exported(document, as_json)
    )
    client.command(f"insert into otel.{table} format JSONEachRow {rows}")


@pytest.fixture(scope="module")
def recorders():
    return [record_names(), record_agent(), record_application()]


@pytest.fixture(scope="module")
def in_place(recorders, empty_warehouse):
    """Build on a table with maps; the same spans lie in one with JSON."""
    warehouse = empty_warehouse("exporter")
    documents = [recorder.document() for recorder in recorders]
    with warehouse.selected(), connect() as client:
        client.command("create database otel")
        client.command(TABLE.format(table="otel.otel_traces", attributes=MAP))
        client.command(TABLE.format(table="otel.as_json", attributes="JSON"))
        write(client, "otel_traces", documents)
        write(client, "otel_traces", documents[:1])  # exported twice
        write(client, "as_json", documents, as_json=True)
    build(warehouse, "+int_calls", "+int_runs")
    return warehouse


def build(warehouse, *models):
    warehouse.build("--select", *models, "--vars", VARS)


def test_the_exporters_table_is_read_in_place(in_place, recorders):
    """R003: calls, tokens and prices of the table's spans, of which nothing is copied to raw."""
    expected = {call.span_id: call for recorder in recorders for call in recorder.expected}
    rows = {row["span_id"]: row for row in in_place.rows(CALLS)}
    assert rows.keys() == expected.keys()
    for span_id, call in expected.items():
        row = rows[span_id]
        assert (row["input_tokens"], row["cache_read_tokens"], row["output_tokens"]) == (
            call.input_tokens,
            call.cache_read_tokens,
            call.output_tokens,
        )
        assert row["cost_usd"] == price(call), call
    assert in_place.rows("select workflow_id from intermediate.int_runs order by workflow_id") == [
        {"workflow_id": "nightly"},
        {"workflow_id": "researcher"},
    ]
    assert in_place.rows("select count() as spans from raw.otel_records") == [{"spans": 0}]


def test_a_later_span_changes_its_trace_alone(in_place):
    """A trace that gets another span has another version, and is computed again; others stay."""
    versions = "select run_key, run_version from conformed.int_run_versions"
    before = {row["run_key"]: row["run_version"] for row in in_place.rows(versions)}
    late = Recorder("batch")
    late.call(
        "chat late",
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.usage.input_tokens": 20,
        },
        model="gpt-4o",
        input_tokens=20,
    )
    [run] = in_place.rows(
        "select source_run_id, call_count from intermediate.int_runs where workflow_id = 'nightly'"
    )
    document = late.document()
    with in_place.selected(), connect() as client:
        write(client, "otel_traces", [document])
        client.command(
            f"alter table otel.otel_traces update TraceId = '{run['source_run_id']}' "
            "where SpanName = 'chat late' settings mutations_sync = 1"
        )
    build(in_place, "+int_calls", "+int_runs")
    after = {row["run_key"]: row["run_version"] for row in in_place.rows(versions)}
    assert {key for key in after if after[key] != before.get(key)} == {run["source_run_id"]}
    [now] = in_place.rows(
        "select call_count from intermediate.int_runs where workflow_id = 'nightly'"
    )
    assert now["call_count"] == run["call_count"] + 1


def test_attributes_as_json_read_the_same(in_place):
    """Dotted names, which ClickHouse nests, and typed values come back as the maps have them."""
    as_map = in_place.rows(STAGED)
    # Under one name: another set of vars costs a parse of the project.
    with in_place.selected(), connect() as client:
        client.command("exchange tables otel.otel_traces and otel.as_json")
    build(in_place, "+stg_otel__spans")
    assert in_place.rows(STAGED) == [row for row in as_map if row["span_name"] != "chat late"]
