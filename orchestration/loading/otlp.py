"""OTLP documents unfolded: each span, log record and data point is a record of its own."""

__all__ = ["DOCUMENT_KEYS", "PAGE_KEY", "records_of"]

# What holds the records of a document: the OTLP specification's three signals, what Grafana Tempo
# calls its spans, and the answer of Tempo's second API, which holds a document.
DOCUMENT_KEYS = ("resourceSpans", "resourceLogs", "resourceMetrics", "batches", "trace")

# Pages of APIs, such as Phoenix's, list spans without resource and scope.
PAGE_KEY = "data"
# Names of fields that protobuf's own conversion to JSON can be asked to keep as they are.
_KEPT_NAMES = (
    *(
        f"{holder}_{kind}"
        for holder in ("resource", "scope")
        for kind in ("spans", "logs", "metrics")
    ),
    *(f"{start}time_unix_nano" for start in ("", "start_", "end_", "observed_")),
    *(f"{kind}_value" for kind in ("string", "int", "double", "bool", "array", "kvlist")),
    *("log_records", "trace_id", "span_id", "parent_span_id", "event_name", "data_points"),
    *("aggregation_temporality", "as_double", "as_int"),
)

# Ids are hex in OTLP JSON; protobuf's own conversion to JSON writes bytes as base64.
_BASE64 = "^[A-Za-z0-9+/_-]{{{chars}}}=*$"
# Before OTLP 0.15 a scope was an instrumentation library; Tempo's first API still says so.
_SCOPED = "scope String, instrumentationLibrary String"
_SPANS = f"Array(Tuple({_SCOPED}, spans Array(String)))"
_RESOURCE_SPANS = (
    f"Array(Tuple(resource String, scopeSpans {_SPANS}, instrumentationLibrarySpans {_SPANS}))"
)
_POINTS = "Tuple(aggregationTemporality String, dataPoints Array(String))"
_METRIC = (
    f"Tuple(name String, unit String, sum {_POINTS}, gauge {_POINTS}, histogram {_POINTS}, "
    f"exponentialHistogram {_POINTS})"
)
_DOCUMENT = (
    f"Tuple(resourceSpans {_RESOURCE_SPANS}, batches {_RESOURCE_SPANS}, "
    f"data Array(String), trace Tuple(resourceSpans {_RESOURCE_SPANS}, batches {_RESOURCE_SPANS}), "
    f"resourceLogs Array(Tuple(resource String, scopeLogs Array(Tuple({_SCOPED}, "
    "logRecords Array(String))))), "
    f"resourceMetrics Array(Tuple(resource String, scopeMetrics Array(Tuple({_SCOPED}, "
    f"metrics Array({_METRIC}))))))"
)
# The fields by which a record is judged.
_ATTRIBUTES = "Array(Tuple(key String, value Tuple(stringValue String)))"
_ITEM = (
    "Tuple(traceId String, spanId String, parentSpanId String, startTimeUnixNano String, "
    f"timeUnixNano String, observedTimeUnixNano String, attributes {_ATTRIBUTES})"
)
# A coding agent's session is what its events, metrics and spans are parts of.
_SESSION_KEYS = "['session.id', 'conversation.id']"
_AGENT_SCOPE = "com.anthropic.claude_code"
_CUMULATIVE = "('2', 'AGGREGATION_TEMPORALITY_CUMULATIVE')"


def records_of(lines: str) -> str:
    """Return the select that yields the spans, log records and data points of OTLP documents.

    The format is the OTLP specification's JSON encoding, which the collector's file exporter
    writes: ``{"resourceSpans": [{"resource", "scopeSpans": [{"scope", "spans": [...]}]}]}``, and
    ``resourceLogs`` and ``resourceMetrics`` alike.

    Parameters
    ----------
    lines : str
        Select of the documents: ``number``, ``record``, ``reason`` and ``text`` of each line.

    Returns
    -------
    str
        The same columns for each record: it holds ``kind`` (``span``, ``log`` or ``point``),
        ``runId``, ``traceId``, ``spanId`` and ``parentSpanId`` in lower-case hex, and ``resource``,
        ``scope`` and ``item`` as they were written; a data point also ``metric``. What cannot be
        used is rejected alone, with its own text; a document that holds no records by any key is
        rejected as a whole; one with an empty list yields nothing.
    """
    lines = f"select number, {_camel_case('record')} as record, reason, text from ({lines})"
    held = " or ".join(
        f"JSONType(record, '{key}') = 'Array'" for key in (*DOCUMENT_KEYS[:-1], PAGE_KEY)
    )
    documents = (
        f"select number, record, text, if(reason = '' and not ({held} "
        "or JSONType(record, 'trace') = 'Object'), 'there is no list of resourceSpans, "
        "resourceLogs or resourceMetrics in it', reason) as why, "
        f"JSONExtract(record, '{_DOCUMENT}') as document from ({lines})"
    )
    # A rejected line takes part as one record without content.
    unfolded = (
        f"select number, why, text, arrayJoin(if(why = '', arrayConcat({_spans()}, {_logs()}, "
        f"{_points()}), [('', '', '', '', '')])) as part from ({documents})"
    )
    read = (
        "select number, why, text, part.1 as kind, part.2 as resource, part.3 as scope, "
        f"part.4 as metric, part.5 as item, JSONExtract(item, '{_ITEM}') as given, "
        f"JSONExtract(resource, 'attributes', '{_ATTRIBUTES}') as resource_attributes, "
        f"{_hex('given.traceId', size=16)} as trace_id, {_hex('given.spanId', size=8)} as span_id, "
        f"{_hex('given.parentSpanId', size=8)} as parent_id, "
        "multiIf(kind = 'span', given.startTimeUnixNano, given.timeUnixNano in ('', '0'), "
        "given.observedTimeUnixNano, given.timeUnixNano) as moment, "
        "ifNull(toInt64OrNull(moment), 0) as at_ns, "
        f"arrayFirst(name -> {_attribute('name')} != '', {_SESSION_KEYS}) as session_key, "
        f"{_attribute('session_key')} as session from ({unfolded})"
    )
    reason = (
        "multiIf(why != '', why, "
        "JSONType(item) != 'Object', concat('a ', kind, ' is no JSON object'), "
        f"kind = 'span' and {_without_id('traceId', 'trace_id')}, "
        f"kind = 'span' and {_without_id('spanId', 'span_id')}, "
        "at_ns <= 0, concat(if(kind = 'span', 'startTimeUnixNano', 'timeUnixNano'), "
        "' is no time: ', substring(moment, 1, 100)), '')"
    )
    return (
        'select number, concat(\'{"kind":"\', kind, \'","runId":\', toJSONString('
        f'{_run_id()}), \',"traceId":"\', trace_id, \'","spanId":"\', span_id, '
        '\'","parentSpanId":"\', parent_id, \'","resource":\', '
        "if(resource = '', '{}', resource), "
        "',\"scope\":', if(scope = '', '{}', scope), if(metric = '', '', concat(',\"metric\":', "
        "metric)), ',\"item\":', item, '}') as record, "
        f"{reason} as reason, if(why = '', item, text) as text from ({read})"
    )


def _spans() -> str:
    sources = (
        "arrayConcat(document.resourceSpans, document.batches, document.trace.resourceSpans, "
        "document.trace.batches)"
    )
    listed = (
        "arrayFilter(span -> JSONHas(span, 'spanId') or JSONHas(span, 'traceId'), document.data)"
    )
    return (
        "arrayConcat(arrayFlatten(arrayMap(source -> arrayMap(scoped -> arrayMap(span -> ('span', "
        f"source.resource, {_scope()}, '', span), scoped.spans), arrayConcat(source.scopeSpans, "
        f"source.instrumentationLibrarySpans)), {sources})), "
        f"arrayMap(span -> ('span', '', '', '', span), {listed}))"
    )


def _logs() -> str:
    return (
        "arrayFlatten(arrayMap(source -> arrayMap(scoped -> arrayMap(log -> ('log', "
        f"source.resource, {_scope()}, '', log), scoped.logRecords), source.scopeLogs), "
        "document.resourceLogs))"
    )


def _points() -> str:
    """Return the expression of the data points, each with what its metric says of all of them."""
    described = (
        "concat('{\"name\":', toJSONString(metric.name), ',\"unit\":', toJSONString(metric.unit), "
        "',\"temporality\":\"', trimBoth(shape.aggregationTemporality, '\"'), '\"}')"
    )
    shapes = "[metric.sum, metric.gauge, metric.histogram, metric.exponentialHistogram]"
    return (
        "arrayFlatten(arrayMap(source -> arrayMap(scoped -> arrayMap(metric -> arrayMap(shape -> "
        f"arrayMap(point -> ('point', source.resource, {_scope()}, {described}, point), "
        f"shape.dataPoints), {shapes}), scoped.metrics), source.scopeMetrics), "
        "document.resourceMetrics))"
    )


def _camel_case(record: str) -> str:
    """Return the expression of a record whose names are those of OTLP JSON."""
    renamed = record
    for name in _KEPT_NAMES:
        first, *others = name.split("_")
        camel = first + "".join(map(str.capitalize, others))
        # In a text a quote has a backslash before it: these are names of fields.
        renamed = (
            f"replaceRegexpAll({renamed}, '([{{,]\\\\s*)\"{name}\"\\\\s*:', '\\\\1\"{camel}\":')"
        )
    return f"if(position({record}, '_unix_nano\"') > 0, {renamed}, {record})"


def _scope() -> str:
    return "if(scoped.scope = '', scoped.instrumentationLibrary, scoped.scope)"


def _attribute(name: str) -> str:
    """Return the expression of a text attribute of the record, else of its resource."""
    own, shared = (
        f"arrayFirst(pair -> pair.key = {name}, {attributes}).value.stringValue"
        for attributes in ("given.attributes", "resource_attributes")
    )
    return f"if({own} != '', {own}, {shared})"


def _run_id() -> str:
    """Return the expression of the run a record is part of.

    A trace is a run, and so is a coding agent's session, which has many traces. Data points without
    a session are of a day, or of the process that adds them up since its start.
    """
    day = "toString(toDate(fromUnixTimestamp64Nano(at_ns, 'UTC')))"
    since = (
        f"if(JSONExtractString(metric, 'temporality') in {_CUMULATIVE} and "
        f"given.startTimeUnixNano != '', given.startTimeUnixNano, {day})"
    )
    who, service = (_attribute(f"'{name}'") for name in ("user.id", "service.name"))
    agent = "splitByChar('.', JSONExtractString(metric, 'name'))[1]"
    return (
        f"multiIf(kind = 'span' and (session = '' or not startsWith(JSONExtractString(scope, "
        f"'name'), '{_AGENT_SCOPE}')), trace_id, session != '', session, "
        f"kind = 'point', concat('metrics/', {agent}, '/', {who}, '/', {since}), "
        f"trace_id != '', trace_id, concat('logs/', {service}, '/', {who}, '/', {day}))"
    )


def _hex(value: str, size: int) -> str:
    """Return the expression of an id in lower-case hex, '' for none and for what is no id."""
    zeros = "0" * size * 2
    base64 = _BASE64.format(chars=-(-size * 8 // 6))
    # A trace of 64 bits, as older tracers make them, is the lower half of 128.
    plain = f"match({value}, '^([0-9a-fA-F]{{16}}){{1,{size // 8}}}$')"
    decoded = (
        f"lower(hex(tryBase64Decode(translate(trimRight({value}, '='), '-_', '+/')"
        f" || '{'=' * (-size * 8 // 6 % 4)}')))"
    )
    padded = f"leftPad(lower({value}), {size * 2}, '0')"
    text = f"multiIf({plain}, {padded}, match({value}, '{base64}'), {decoded}, '')"
    return f"if({text} = '{zeros}', '', {text})"


def _without_id(name: str, value: str) -> str:
    return f"{value} = '', concat('{name} is no id: ', substring(given.{name}, 1, 100))"
