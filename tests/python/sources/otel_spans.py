"""Spans as real libraries make them, with what they must add up to."""

import base64
import copy
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

__all__ = ["Call", "Recorder", "as_hex", "price"]

# Dollars per million tokens: input, cached input, output; from the providers' public price lists.
PRICES = {
    "gpt-4o": ("2.5", "1.25", "10"),
    "gpt-4o-mini": ("0.15", "0.075", "0.6"),
    "claude-sonnet-4-5": ("3", "0.3", "15"),
    "text-embedding-3-small": ("0.02", "0.02", "0"),
    "gemini-2.5-flash": ("0.3", "0.03", "2.5"),
}
CLAUDE_CACHE_WRITE = "3.75"
ID_FIELDS = ("traceId", "spanId", "parentSpanId")


@dataclass
class Call:
    """What one call must be in the warehouse.

    Attributes
    ----------
    span_id : str
        In hex.
    input_tokens : int or None
        All input, cached or not.
    cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens : int or None
        As the provider counts them; None where it says nothing.
    model : str
        As in the price list.
    cost_usd : Decimal or None
        What the source itself says.
    is_error : bool
        Whether the request failed.
    """

    span_id: str
    model: str
    input_tokens: int | None = 0
    cache_read_tokens: int | None = 0
    cache_write_tokens: int | None = 0
    output_tokens: int | None = 0
    reasoning_tokens: int | None = None
    cost_usd: Decimal | None = None
    is_error: bool = False


def price(call: Call) -> Decimal:
    """Return what a call costs: as reported, else tokens times the price list, exactly."""
    if call.cost_usd is not None:
        return call.cost_usd
    if call.input_tokens is None:
        return Decimal(0)
    fresh, cached, output = map(Decimal, PRICES[call.model])
    uncached = call.input_tokens - call.cache_read_tokens - call.cache_write_tokens
    return (
        uncached * fresh
        + call.cache_read_tokens * cached
        + call.cache_write_tokens * Decimal(CLAUDE_CACHE_WRITE)
        + call.output_tokens * output
    ) / 1_000_000


def as_hex(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OTLP document with ids in hex, as the specification and the collector have them."""
    document = copy.deepcopy(document)
    for resource_spans in document["resourceSpans"]:
        for scope_spans in resource_spans["scopeSpans"]:
            for span in scope_spans["spans"]:
                for name in ID_FIELDS:
                    if name in span:
                        span[name] = base64.b64decode(span[name]).hex()
    return document


@dataclass
class Recorder:
    """Records spans with the real SDK, and what is expected of them.

    Parameters
    ----------
    service : str
        The resource's service.name.
    scope, version : str
        The instrumentation that is recorded.
    """

    service: str
    scope: str = "handmade"
    version: str = "1.0"
    expected: list[Call] = field(default_factory=list)

    def __post_init__(self):
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        self._exporter = InMemorySpanExporter()
        attributes = {"service.name": self.service, "deployment.environment.name": "production"}
        self.provider = TracerProvider(resource=Resource(attributes))
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer = self.provider.get_tracer(self.scope, self.version)

    def span(self, name: str, attributes: dict[str, Any], **options: Any):
        """Return the context manager of a span that is the current one's child."""
        return self.tracer.start_as_current_span(name, attributes=attributes, **options)

    def call(self, name: str, attributes: dict[str, Any], **expected: Any) -> None:
        """Record a model call and expect it to be counted."""
        with self.span(name, attributes) as span:
            pass
        self.expected.append(Call(f"{span.get_span_context().span_id:016x}", **expected))

    @property
    def finished(self) -> list[Any]:
        """The spans that ended so far."""
        return list(self._exporter.get_finished_spans())

    def document(self) -> dict[str, Any]:
        """Return the spans as protobuf's own JSON: ids in base64, enumerations by name."""
        from google.protobuf.json_format import MessageToDict
        from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

        return MessageToDict(encode_spans(self.finished))


def openai_client(provider: Any):
    """Return a real OpenAI client, instrumented by OpenInference, that talks to a stub.

    Parameters
    ----------
    provider
        Tracer provider that gets the spans.

    Returns
    -------
    tuple of openai.OpenAI and callable
        The client, and the function that takes the instrumentation back.
    """
    import openai
    from openinference.instrumentation.openai import OpenAIInstrumentor

    instrumentor = OpenAIInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    client = openai.OpenAI(
        api_key="none",
        base_url="https://api.openai.com/v1",
        http_client=httpx.Client(transport=httpx.MockTransport(_answer)),
        max_retries=0,
    )
    return client, instrumentor.uninstrument


def _answer(request: httpx.Request) -> httpx.Response:
    """Answer like the API: usage with details, a stream with usage at its end, or an error."""
    asked = json.loads(request.content)
    if request.url.path.endswith("/embeddings"):
        usage = {"prompt_tokens": 8_000, "total_tokens": 8_000}
        data = [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}]
        return httpx.Response(
            200,
            json={"object": "list", "data": data, "model": asked["model"], "usage": usage},
        )
    if asked["messages"][0]["content"] == "fail":
        error = {"message": "Rate limit reached", "type": "requests", "code": "rate_limit"}
        return httpx.Response(429, json={"error": error})
    answer = {"created": 1_790_000_000, "model": "gpt-4o-2024-08-06"}
    if asked.get("stream"):
        answer |= {"id": "chatcmpl-stream", "object": "chat.completion.chunk"}
        usage = {
            "prompt_tokens": 1_500,
            "completion_tokens": 70,
            "total_tokens": 1_570,
            "prompt_tokens_details": {"cached_tokens": 1_024},
        }
        chunks = [
            {**answer, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hi"}}]},
            {**answer, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {**answer, "choices": [], "usage": usage},
        ]
        events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
        return httpx.Response(
            200,
            headers={"content-type": "text/event-stream"},
            content="".join([*events, "data: [DONE]\n\n"]),
        )
    message = {"role": "assistant", "content": "Hello"}
    usage = {
        "prompt_tokens": 2_006,
        "completion_tokens": 300,
        "total_tokens": 2_306,
        "prompt_tokens_details": {"cached_tokens": 1_920},
        "completion_tokens_details": {"reasoning_tokens": 100},
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return httpx.Response(
        200,
        json={**answer, "id": "chatcmpl-cached", "object": "chat.completion"}
        | {"choices": [choice], "usage": usage},
    )
