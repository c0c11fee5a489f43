"""Spans in spans: which of them are one request, and which are several."""

import contextlib
from collections.abc import Iterator
from typing import Any

from opentelemetry.trace import StatusCode

from sources.otel_spans import Call, Recorder

__all__ = ["nesting"]

AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "a"}
TOOL = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t"}


@contextlib.contextmanager
def request(
    recorder: Recorder, tokens: tuple[int, int], answer: str, *, counts: bool
) -> Iterator[Any]:
    """Record a request around others, and expect it to be counted or not."""
    given = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": tokens[0],
        "gen_ai.usage.output_tokens": tokens[1],
    }
    if answer:
        given["gen_ai.response.id"] = answer
    if not sum(tokens):
        del given["gen_ai.usage.input_tokens"], given["gen_ai.usage.output_tokens"]
    with recorder.span(f"chat {answer}", given) as span:
        if counts:
            span_id = f"{span.get_span_context().span_id:016x}"
            known = tokens if sum(tokens) else (None, None)
            cached = 0 if sum(tokens) else None
            recorder.expected.append(Call(span_id, "gpt-4o", known[0], cached, cached, known[1]))
        yield span


def alone(recorder: Recorder, tokens: tuple[int, int], answer: str, *, counts: bool) -> None:
    """Record a request that holds no other."""
    with request(recorder, tokens, answer, counts=counts):
        pass


def nesting(recorder: Recorder) -> None:
    """Record what makes one call of several spans, and what does not."""
    usage = {"gen_ai.usage.input_tokens": 999, "gen_ai.usage.output_tokens": 99}
    with recorder.span("agent", AGENT | usage):
        # A library's span around another's, with the same answer, and a third next to them.
        with request(recorder, (10, 1), "r1", counts=False):
            alone(recorder, (10, 1), "r1", counts=True)
        alone(recorder, (10, 1), "r1", counts=False)
        # A client around its tries: the failed one is a request too.
        with request(recorder, (31, 8), "", counts=False):
            with request(recorder, (0, 0), "", counts=True) as failed:
                failed.set_status(StatusCode.ERROR)
                recorder.expected[-1].is_error = True
            alone(recorder, (31, 8), "r2", counts=True)
        # What the inner one of a stream does not know, the outer one does.
        with request(recorder, (40, 4), "r3", counts=True):
            alone(recorder, (0, 0), "", counts=False)
        # Another answer of another length inside is another request; and so is what a tool asks.
        with request(recorder, (50, 5), "r4", counts=True):
            alone(recorder, (6, 2), "r5", counts=True)
            with recorder.span("tool", TOOL):
                alone(recorder, (50, 5), "", counts=True)
        # What is the sum of requests in an agent in it is none of its own.
        with (
            request(recorder, (70, 7), "", counts=False),
            recorder.span("step", AGENT | {"gen_ai.agent.name": "b"}),
        ):
            alone(recorder, (30, 3), "", counts=True)
            alone(recorder, (40, 4), "", counts=True)
        # A gateway gives the answer an id of its own.
        with request(recorder, (80, 8), "gateway", counts=False):
            alone(recorder, (80, 8), "provider", counts=True)
