"""OTLP trace documents unfolded: each span with its resource and scope is a record of its own."""

__all__ = ["spans_of"]

# Ids are hex in OTLP JSON; protobuf's own conversion to JSON writes bytes as base64.
_BASE64 = "^[A-Za-z0-9+/_-]{{{chars}}}=*$"
_DOCUMENT = (
    "Array(Tuple(resource String, scopeSpans Array(Tuple(scope String, spans Array(String)))))"
)
# The fields of a span by which it is judged.
_SPAN = "Tuple(traceId String, spanId String, parentSpanId String, startTimeUnixNano String)"


def spans_of(lines: str) -> str:
    """Return the select that yields the spans of OTLP documents.

    The format is the OTLP specification's JSON encoding, which the collector's file exporter
    writes: ``{"resourceSpans": [{"resource", "scopeSpans": [{"scope", "spans": [...]}]}]}``.

    Parameters
    ----------
    lines : str
        Select of the documents: ``number``, ``record``, ``reason`` and ``text`` of each line.

    Returns
    -------
    str
        The same columns for each span: its record holds ``traceId``, ``spanId`` and
        ``parentSpanId`` in lower-case hex, and ``resource``, ``scope`` and ``span`` as they were
        written. A span that cannot be used is rejected alone, with its own text; a document that
        holds no spans by this key is rejected as a whole; one with an empty list yields nothing.
    """
    documents = (
        "select number, record, text, if(reason = '' and JSONType(record, 'resourceSpans') != "
        f"'Array', 'there is no list of resourceSpans in it', reason) as why from ({lines})"
    )
    # A rejected line takes part as one span without content.
    unfolded = (
        "select number, why, text, arrayJoin(if(why = '', arrayFlatten(arrayMap(source -> "
        "arrayMap(scoped -> arrayMap(span -> (source.resource, scoped.scope, span), scoped.spans), "
        f"source.scopeSpans), JSONExtract(record, 'resourceSpans', '{_DOCUMENT}'))), "
        f"[('', '', '')])) as part from ({documents})"
    )
    read = (
        "select number, why, text, part.1 as resource, part.2 as scope, part.3 as span, "
        f"JSONExtract(span, '{_SPAN}') as given, "
        f"{_hex('given.traceId', size=16)} as trace_id, {_hex('given.spanId', size=8)} as span_id, "
        f"{_hex('given.parentSpanId', size=8)} as parent_id from ({unfolded})"
    )
    reason = (
        "multiIf(why != '', why, JSONType(span) != 'Object', 'a span is no JSON object', "
        f"{_without_id('traceId', 'trace_id')}, {_without_id('spanId', 'span_id')}, "
        "ifNull(toInt64OrNull(given.startTimeUnixNano), 0) <= 0, concat("
        "'startTimeUnixNano is no time: ', substring(given.startTimeUnixNano, 1, 100)), '')"
    )
    return (
        "select number, concat("
        '\'{"traceId":"\', trace_id, \'","spanId":"\', span_id, '
        '\'","parentSpanId":"\', parent_id, '
        "'\",\"resource\":', if(resource = '', '{}', resource), "
        "',\"scope\":', if(scope = '', '{}', scope), ',\"span\":', span, '}') as record, "
        f"{reason} as reason, if(why = '', span, text) as text from ({read})"
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
